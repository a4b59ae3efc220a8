import { expandStep } from "./expand.ts";
import { axis, index, input, int, load } from "./expr.ts";
import { interpreter } from "./interpret.ts";
import { map } from "./kernel.ts";
import * as prim from "./prims.ts";
import { printProgram } from "./print.ts";
import { buffer, type Launch, type Program, wholeView } from "./program.ts";

const x = input("float64", 1, "x");
const i = axis(5);
const value = prim.add(prim.tanh(load(x, [index(i)])), prim.gamma(load(x, [index(i)])));
const kernel = map([i], [{ dtype: "float64", value }]);
const [given, made] = [buffer("float64", 5, "input"), buffer("float64", 5, "output")];
const view = (b: typeof given) => wholeView(b, [int(5)]);
const launch: Launch = { kind: "launch", kernel, inputs: [view(given)], outputs: [view(made)] };
const programOf = (step: Launch): Program => ({ sizes: [], buffers: [given, made], steps: [step] });

test("what a backend lacks is expanded if it has a definition, and means the same", () => {
  const data = Float64Array.of(-2.5, 0.1, 1, 3, 20);
  const expanded = expandStep(launch, new Set([prim.add, prim.gamma])) as Launch;
  const text = printProgram(programOf(expanded));
  expect([text.includes("tanh"), text.includes("gamma")]).toEqual([false, true]);
  const results = interpreter.compile(programOf(expanded)).run([], [data], []) as Float64Array[];
  const exact = interpreter.compile(programOf(launch)).run([], [data], []) as Float64Array[];
  results[0]?.forEach((r, k) => {
    // tanh may be 4 units off, and the sum adds half a unit.
    expect(Math.abs(r - (exact[0]?.[k] as number))).toBeLessThanOrEqual(
      5 * 2 ** -52 * Math.max(1, Math.abs(r)),
    );
  });
});

test("a step whose primitives the backend has stays the same object", () => {
  expect(expandStep(launch, new Set([prim.add, prim.gamma, prim.tanh]))).toBe(launch);
});
