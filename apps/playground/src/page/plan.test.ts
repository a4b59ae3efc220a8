import theano, { np, T } from "theano-ts";
import { planOf } from "./plan.ts";

const x = T.dmatrix("x");
const w = theano.shared(np.zeros([3, 4]), { name: "w" });
const f = theano.function([x], T.dot(x, w).exp(), { updates: [[w, w.add(1)]] });

test("before sizes are known there are kernels, and nothing else", () => {
  const { costs, memory, refused, segments } = planOf(f.explain());
  expect({ costs, memory, refused }).toEqual({ costs: [], memory: [], refused: [] });
  expect(segments.map(({ title, made }) => ({ title, made }))).toEqual([
    { title: expect.stringMatching(/^for cpu, before sizes are known/), made: [] },
  ]);
  expect(segments[0]?.kernels[0]).toBe("b0: input float64[(x.shape[0] * x.shape[1])]");
});

test("afterwards there is what each step costs, what memory is for, and what the backend made", () => {
  const { columns, costs, memory, segments } = planOf(f.explain(np.ones([2, 3])));
  expect(columns).toEqual(["step", "flops", "exp, log, …", "read", "written"]);
  // Of each of 2·4 elements 3 products and 3 sums, and an exponential; and an addition of each of 12.
  expect(costs.at(-1)?.slice(0, 3)).toEqual(["all", "60", "8"]);
  expect(costs.every((row) => row.length === columns.length)).toBe(true);
  expect(memory).toEqual([
    ["arguments and results", "112 B"],
    ["shared variables", "96 B"],
    ["constants", "0 B"],
    ["temporaries", expect.stringMatching(/^\d+ B$/)],
  ]);
  expect(segments.map(({ title }) => title)).toEqual(["on cpu"]);
  const [{ kernels, made } = { kernels: [], made: [] }] = segments;
  expect(kernels.filter((line) => /^\d+:/.test(line)).length).toBe(costs.length - 1);
  expect(made.length).toBe(costs.length - 1);
  expect(made[0]).toMatch(/^0: map/);
});

test("what a backend refuses is told with its reason", () => {
  const text = [
    "step 3 is not for gpu: it has float64",
    "on gpu:",
    "0: x=b0@0(1) → b1@0(1)",
    "on interpreter:",
    "3: …",
  ].join("\n");
  const { refused, segments } = planOf(text);
  expect(refused).toEqual(["step 3 is not for gpu: it has float64"]);
  expect(segments.map(({ title, kernels }) => [title, kernels.length])).toEqual([
    ["on gpu", 1],
    ["on interpreter", 1],
  ]);
});

test("a sentence in place of a plan has no parts", () => {
  expect(planOf("Backend later answers later: call first").segments).toEqual([]);
});
