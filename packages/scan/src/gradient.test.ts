import { disconnectedGrad, grad, Rop, verifyGrad } from "@theano-ts/autodiff";
import {
  add,
  array,
  compile,
  constant,
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
import { isScan, scan, scanCheckpoints } from "./index.ts";
import { last, loops, only, xs, zero } from "./loops.testing.ts";

const float = (n: number): TensorVariable => tensorType("float64", n).makeVariable();

const values = (
  f: readonly TensorVariable[],
  at: readonly (readonly [TensorVariable, unknown])[],
): unknown[] =>
  (
    compile({ inputs: at.map(([v]) => v), outputs: f, backend: interpreter, onUnusedInput: "ignore" })(
      ...at.map(([, x]) => x as number),
    ) as readonly NDArray[]
  ).map((x) => x.toArray());

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

describe.each([3, 4, 7])("checkpoints every %d steps", (saveEveryN) => {
  const recurrence = (a: TensorVariable, p: TensorVariable, w: TensorVariable): TensorVariable =>
    tanh(add(a, mul(p, w)));
  const plain = (x: TensorVariable, h: TensorVariable, w: TensorVariable): TensorVariable =>
    last(only(scan(recurrence, { sequences: x, outputsInfo: h, nonSequences: w })[0]));
  const saving = (x: TensorVariable, h: TensorVariable, w: TensorVariable): TensorVariable =>
    last(only(scanCheckpoints(recurrence, { sequences: x, outputsInfo: h, nonSequences: w, saveEveryN })[0]));

  test("change neither the value nor the gradient", () => {
    const [x, h, w] = [float(1), float(0), float(0)];
    const at = [
      [x, [0.3, -0.2, 0.8, 0.5, -0.9, 0.1, 0.4]],
      [h, 0.2],
      [w, 0.7],
    ] as const;
    const all = (y: TensorVariable): unknown[] =>
      values([y, ...grad(y as TensorVariable<"float64", 0>, [x, h, w])], at).flat(2);
    const expected = all(plain(x, h, w)) as number[];
    (all(saving(x, h, w)) as number[]).forEach((v, i) => {
      expect(v).toBeCloseTo(expected[i] as number, 14);
    });
  });
});
