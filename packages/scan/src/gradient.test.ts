import { disconnectedGrad, grad, Rop, verifyGrad } from "@theano-ts/autodiff";
import {
  add,
  array,
  compile,
  constant,
  dot,
  gt,
  mul,
  type NDArray,
  pow,
  subtensor,
  sum,
  type TensorVariable,
  tanh,
  tensorType,
  toposort,
} from "@theano-ts/core";
import { interpreter } from "@theano-ts/kernel";
import { isScan, scan, until } from "./index.ts";

const float = (n: number): TensorVariable => tensorType("float64", n).makeVariable();
const zero = constant(0, { dtype: "float64" });
const last = (x: TensorVariable): TensorVariable => subtensor(x, -1) as TensorVariable;
const only = (x: unknown): TensorVariable => x as TensorVariable;

const values = (
  f: readonly TensorVariable[],
  at: readonly (readonly [TensorVariable, unknown])[],
): unknown[] =>
  (
    compile({ inputs: at.map(([v]) => v), outputs: f, backend: interpreter, onUnusedInput: "ignore" })(
      ...at.map(([, x]) => x as number),
    ) as readonly NDArray[]
  ).map((x) => x.toArray());

const xs = [0.3, -0.2, 0.8, 0.5];
const ws = [
  [0.5, -0.4],
  [0.3, 0.9],
];
const rows = [
  [0.1, 0.4],
  [-0.3, 0.2],
  [0.7, -0.6],
];

/** Functions of a few arrays, by loops. */
const loops: [string, (...x: TensorVariable[]) => TensorVariable, unknown[]][] = [
  ["a map", (x) => only(scan((a) => tanh(mul(a, a)), { sequences: x })[0]), [xs]],
  [
    "a recurrence, and all it reads",
    (x, w, h) =>
      only(scan((a, p, w) => tanh(add(a, dot(p, w))), { sequences: x, outputsInfo: h, nonSequences: w })[0]),
    [rows, ws, [0.2, -0.1]],
  ],
  [
    "its last value",
    (x, w) => last(only(scan((a, p) => tanh(add(a, mul(p, w))), { sequences: x, outputsInfo: zero })[0])),
    [xs, 0.7],
  ],
  [
    "taps of a sequence",
    (x) =>
      only(scan((a, b, c) => mul(a, add(b, mul(c, c))), { sequences: { input: x, taps: [-2, 0, 1] } })[0]),
    [[0.3, -0.2, 0.8, 0.5, 0.9, -0.7]],
  ],
  [
    "taps of an output",
    (x, h) =>
      only(
        scan((a, p, q) => tanh(add(mul(a, p), q)), {
          sequences: x,
          outputsInfo: { initial: h, taps: [-1, -3] },
        })[0],
      ),
    [xs, [0.1, 0.5, -0.6]],
  ],
  [
    "fewer steps than taps",
    (x, h) =>
      only(
        scan((a, p) => mul(a, p), {
          sequences: x,
          outputsInfo: { initial: h, taps: [-3] },
        })[0],
      ),
    [
      [0.3, -0.2],
      [0.1, 0.5, -0.6],
    ],
  ],
  [
    "an output that is computed from another",
    (x, h) => {
      const [[p, q]] = scan(
        (a, p) => {
          const next = tanh(add(a, p));
          return [next, mul(next, next)] as const;
        },
        { sequences: x, outputsInfo: [h, null] },
      );
      return mul(only(p), only(q));
    },
    [xs, 0.4],
  ],
  [
    "states that read each other",
    (x, p, q) => {
      const [[a, b]] = scan((x, p, q) => [mul(x, q), add(p, tanh(q))] as const, {
        sequences: x,
        outputsInfo: [p, q],
      });
      return add(only(a), mul(only(b), 2));
    },
    [xs, 0.4, -0.9],
  ],
  [
    "a sequence backwards",
    (x) =>
      only(
        scan((a, p) => tanh(add(a, mul(p, 0.5))), { sequences: x, outputsInfo: zero, goBackwards: true })[0],
      ),
    [xs],
  ],
  [
    "some rows of a sequence, backwards",
    (x) =>
      only(
        scan((a, b, p) => tanh(add(mul(a, b), p)), {
          sequences: { input: x, taps: [0, 1] },
          outputsInfo: zero,
          goBackwards: true,
          nSteps: 2,
        })[0],
      ),
    [xs],
  ],
  [
    "fewer steps than rows",
    (x, w) =>
      only(scan((a, p) => tanh(add(a, mul(p, w))), { sequences: x, outputsInfo: zero, nSteps: 3 })[0]),
    [xs, 0.7],
  ],
  [
    "a loop that ends early",
    (x, w) =>
      only(
        scan(
          (a, p) => {
            const next = add(p, mul(a, w));
            return [next, until(gt(next, 1))] as const;
          },
          { sequences: x, outputsInfo: zero },
        )[0],
      ),
    [[0.6, 0.5, 0.4, 0.3], 1.1],
  ],
  [
    "a loop in a loop",
    (x, w) =>
      only(
        scan(
          (row) =>
            last(only(scan((a, p) => tanh(add(a, mul(p, w))), { sequences: row, outputsInfo: zero })[0])),
          { sequences: x },
        )[0],
      ),
    [rows, 0.7],
  ],
  [
    "an array that is sequence, state and whole at once",
    (x) =>
      only(
        scan((a, p, whole) => tanh(add(mul(a, sum(whole)), p)), {
          sequences: x,
          outputsInfo: subtensor(x, 1),
          nonSequences: x,
        })[0],
      ),
    [xs],
  ],
  [
    "a state that reads one of integers",
    (x) =>
      only(
        scan((a, p, n) => [mul(a, p, add(n, 1)), add(n, 1)] as const, {
          sequences: x,
          outputsInfo: [constant(1, { dtype: "float64" }), 0n],
        })[0][0],
      ),
    [xs],
  ],
];

describe.each(loops)("the derivatives of %s", (_, f, points) => {
  test("agree with finite differences", () => {
    verifyGrad(f, points as number[]);
  });

  test("of second order do, too", () => {
    const gradient = (...x: TensorVariable[]): TensorVariable => {
      const cost = sum(pow(f(...x), 3)) as TensorVariable<"float64", 0>;
      const first = grad(cost, x as [TensorVariable]) as readonly TensorVariable[];
      return first.map((g, i) => sum(mul(g, add(x[i] as TensorVariable, 0.5)))).reduce((a, b) => add(a, b));
    };
    verifyGrad(gradient, points as number[], { tests: 1 });
  });

  test("forwards are those backwards", () => {
    const x = points.map((p) => float(array(p as number[]).ndim));
    const directions = points.map((p) => mul(constant(array(p as number[])), 0.7) as TensorVariable);
    const y = f(...x);
    const weights = add(y, 0.3);
    const forwards = sum(mul(Rop(y, x as [TensorVariable], directions as [TensorVariable]), weights));
    const g = grad(
      sum(mul(y, disconnectedGrad(weights))) as TensorVariable<"float64", 0>,
      x as [TensorVariable],
    );
    const backwards = (g as readonly TensorVariable[])
      .map((gi, i) => sum(mul(gi, directions[i] as TensorVariable)))
      .reduce((a, b) => add(a, b));
    const [a, b] = values(
      [forwards, backwards],
      x.map((v, i) => [v, points[i]] as const),
    );
    expect(a).toBeCloseTo(b as number, 10);
  });
});

describe("truncated gradients", () => {
  const x = float(1);
  const w = float(0);
  const h = float(0);
  const at = [
    [x, xs],
    [w, 0.8],
    [h, 0.3],
  ] as const;
  const gradients = (truncateGradient: number): unknown[] => {
    const [r] = scan((a, p, w) => tanh(add(mul(w, p), a)), {
      sequences: x,
      outputsInfo: h,
      nonSequences: w,
      truncateGradient,
    });
    return values(grad(sum(r) as TensorVariable<"float64", 0>, [x, w, h]), at);
  };

  test("go as far back as they may", () => {
    // By hand: h_t = tanh(w h_{t-1} + x_t), from the last step back.
    const [gw, steps] = [0.8, [] as { h: number; before: number }[]];
    let before = 0.3;
    for (const a of xs) {
      const now = Math.tanh(gw * before + a);
      steps.push({ h: now, before });
      before = now;
    }
    const expected = [0, 0, 0, 0];
    let [toW, carried] = [0, 0];
    for (const t of [3, 2]) {
      const { h: now, before: b } = steps[t] as { h: number; before: number };
      const inside = (1 + carried) * (1 - now * now);
      expected[t] = inside;
      toW += inside * b;
      carried = inside * gw;
    }
    const [gx, gotW, gh] = gradients(2) as [number[], number, number];
    gx.forEach((g, t) => {
      expect(g).toBeCloseTo(expected[t] as number, 12);
    });
    expect(gotW).toBeCloseTo(toW, 12);
    expect(gh).toBe(0);
  });

  test("are whole where there are no more steps", () => {
    expect(gradients(9)).toEqual(gradients(-1));
  });
});

test("a loop in loops has a gradient of as many loops: one of each, and one back", () => {
  const x = float(1);
  const w = float(0);
  const nested = (depth: number): TensorVariable =>
    depth === 0
      ? tanh(mul(w, last(x)))
      : last(only(scan((a, p) => add(mul(a, p), nested(depth - 1)), { sequences: x, outputsInfo: zero })[0]));
  const count = (outputs: readonly TensorVariable[]): number =>
    toposort(outputs).reduce((n, { op }) => n + (isScan(op) ? 1 + count(op.loop.outputs) : 0), 0);
  const sizes = [1, 2, 3].map((depth) => count([grad(nested(depth) as TensorVariable<"float64", 0>, w)]));
  expect(sizes).toEqual([2, 5, 9]);
});

test("integers have gradients of zeros, and what nothing depends on none", () => {
  const k = tensorType("int64", 1).makeVariable("k");
  const w = float(1);
  const [r] = scan((i) => mul(pow(subtensor(w, i) as TensorVariable, 2), i), { sequences: k });
  const cost = sum(only(r)) as TensorVariable<"float64", 0>;
  const [gw, gk] = values(grad(cost, [w, k]), [
    [k, [0, 2, 2]],
    [w, [1, 2, 3]],
  ]);
  expect([gw, gk]).toEqual([
    [0, 0, 24],
    [0, 0, 0],
  ]);
  const n = tensorType("int64", 0).makeVariable("n");
  const [s] = scan((p) => mul(p, 2), { outputsInfo: zero, nSteps: n });
  expect(() => grad(sum(only(s)) as TensorVariable<"float64", 0>, n)).toThrow(/does not depend on it/);
});
