import { interpreter as plainInterpreter, printProgram, type Step, verified } from "@theano-ts/kernel";
import {
  add,
  array,
  compile,
  dot,
  exp,
  explain,
  gt,
  log,
  max,
  mean,
  mul,
  type NDArray,
  neg,
  noRewrites,
  reshape,
  type SharedVariable,
  shared,
  sub,
  sum,
  type TensorVariable,
  tensorType,
  transpose,
  trueDiv,
} from "../index.ts";
import { type Computation, plan } from "./plan.ts";

const interpreter = verified(plainInterpreter);
const variable = (name: string, ndim: number): TensorVariable =>
  tensorType("float64", ndim).makeVariable(name);
const planned = (computation: Partial<Computation>): string =>
  printProgram(plan({ inputs: [], shared: [], outputs: [], updates: [], ...computation }).program);
/** Only the kernels: which loops there are, and what they compute. */
const kernels = (computation: Partial<Computation>): string[] =>
  planned(computation)
    .split("\n")
    .filter((line) => /^ {3}(map|fold|scatter|routine)/.test(line))
    .map((line) => line.trim());

const [x, y, m] = [variable("x", 1), variable("y", 1), variable("m", 2)];

test("a chain of elementwise operations is one loop, whoever else reads its links", () => {
  const e = exp(x);
  const f = add(e, y);
  expect(kernels({ inputs: [x, y], outputs: [mul(f, f), e, neg(f)] })).toEqual([
    "map [i < x.shape[0]] → float64, float64, float64",
  ]);
});

test("what is cheap once a reduction is stored is computed where it is read", () => {
  // The logarithm of a softmax: x less its largest is nowhere stored.
  const z = sub(m, max(m, { axis: 1, keepdims: true }));
  const result = sub(z, log(sum(exp(z), { axis: 1, keepdims: true })));
  expect(kernels({ inputs: [m], outputs: [result] })).toEqual([
    "map [i < m.shape[0]] → float64, float64",
    "map [i < m.shape[0], j < m.shape[1]] → float64",
  ]);
});

test("the logistic regression: two matrix products, one loop over samples, updates in place", () => {
  const w = shared([0, 0, 0], { name: "w" });
  const p = trueDiv(1, add(1, exp(neg(dot(m, w)))));
  const error = sub(p, y);
  const step = dot(transpose(m), error);
  const computation = {
    inputs: [m, y],
    shared: [w as SharedVariable],
    outputs: [gt(p, 0.5), mul(error, error)],
    updates: [[w, sub(w, mul(0.1, step))]] as const,
  };
  expect(planned(computation as unknown as Computation)).toMatchInlineSnapshot(`
"b0: input float64[(m.shape[0] * m.shape[1])]
b1: input float64[y.shape[0]]
b2: state float64[w.shape[0]]
b3: temporary float64[m.shape[0]]
b4: output bool[m.shape[0]]
b5: temporary float64[m.shape[0]]
b6: output float64[m.shape[0]]
b7: temporary float64[m.shape[1]]
0: w=b2@0(1) m=b0@0(m.shape[1], 1) → b3@0(1)
   map [i < m.shape[0]] → float64
     sum(j < m.shape[1]: (m[i, j] * w[j]))
1: v=b3@0(1) y=b1@0(1) → b4@0(1) b5@0(1) b6@0(1)
   map [i < m.shape[0]] → bool, float64, float64
     t0 = (1 / (1 + exp(neg(v0[i]))))
     t1 = (t0 - y[i])
     (t0 > 0.5)
     t1
     (t1 * t1)
2: v=b5@0(1) m=b0@0(m.shape[1], 1) → b7@0(1)
   map [i < m.shape[1]] → float64
     sum(j < m.shape[0]: (m[j, i] * v0[j]))
3: v=b7@0(1) w=b2@0(1) → b2@0(1)
   map [i < m.shape[1]] → float64
     (w[i] - (0.1 * v0[i]))"
`);
});

test("a mean is divided where it is summed; a softmax does not sum once for every element", () => {
  expect(kernels({ inputs: [x], outputs: [mean(x)] })).toHaveLength(1);
  const e = exp(x);
  expect(kernels({ inputs: [x], outputs: [trueDiv(e, sum(e))] })).toHaveLength(3);
});

test("shared variables that swap values read the old ones", () => {
  const [a, b] = [shared([1, 2], { name: "a" }), shared([3, 4], { name: "b" })];
  const f = compile({
    inputs: [],
    outputs: [],
    updates: [
      [a, b],
      [b, a],
    ],
    backend: interpreter,
  });
  f();
  expect([a, b].map((v) => v.getValue().toArray())).toEqual([
    [3, 4],
    [1, 2],
  ]);
});

test("an update that another update's old value depends on is not written early", () => {
  const [a, b] = [shared([1, 2], { name: "a" }), shared([3, 4], { name: "b" })];
  const f = compile({
    inputs: [],
    outputs: sum(a),
    updates: [
      [a, add(a, sum(b))],
      [b, mul(b, sum(a))],
    ],
    backend: interpreter,
    mode: noRewrites,
  });
  expect(Number(f())).toBe(3);
  expect([a, b].map((v) => v.getValue().toArray())).toEqual([
    [8, 9],
    [9, 12],
  ]);
});

test("an update may change the shape of its shared variable", () => {
  const s = shared([1, 2, 3], { name: "s" });
  const f = compile({ inputs: [x], outputs: sum(s), updates: [[s, x]], backend: interpreter });
  expect(Number(f([5, 6]))).toBe(6);
  expect(s.getValue().toArray()).toEqual([5, 6]);
  expect(Number(f([1]))).toBe(11);
});

test("a reshape is the same memory under other sizes", () => {
  const f = compile({ inputs: [m], outputs: reshape(exp(m), [-1]), backend: interpreter, mode: noRewrites });
  expect(
    (
      f([
        [0, 0],
        [0, 0],
      ]) as NDArray
    ).toArray(),
  ).toEqual([1, 1, 1, 1]);
});

test("a size seen with a second value becomes an argument: nothing is compiled for a third", () => {
  let compiled = 0;
  const counting = {
    ...interpreter,
    name: "counting",
    compile(p: Parameters<typeof interpreter.compile>[0]) {
      compiled++;
      return interpreter.compile(p);
    },
  };
  const f = compile({ inputs: [x], outputs: sum(log(x)), backend: counting });
  for (const n of [3, 3, 4, 5, 6, 3]) f(array(new Float64Array(n).fill(1)));
  expect(compiled).toBe(2);
});

test("a kernel that the backend refuses runs on the fallback, and the rest stays", () => {
  const picky = {
    ...interpreter,
    name: "picky",
    fallback: interpreter,
    isLastResort: false,
    accepts: (step: Step): true | string =>
      step.kind === "launch" && step.kernel.kind === "map" && step.kernel.axes.length === 0
        ? "no scalars"
        : true,
  };
  const s = shared([1, 2], { name: "s" });
  const f = compile({
    inputs: [x],
    outputs: [exp(x), sum(x)],
    updates: [[s, add(s, sum(x))]],
    backend: picky,
  });
  const [e, total] = f([0, 0]) as unknown as NDArray[];
  expect([e?.toArray(), Number(total)]).toEqual([[1, 1], 0]);
  f([1, 2]);
  expect(s.getValue().toArray()).toEqual([4, 5]);
  expect(explain(f)).toContain("is not for picky: no scalars");
});
