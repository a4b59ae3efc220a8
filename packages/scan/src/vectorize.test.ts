import { grad, hessian, jacobian, vectorize } from "@theano-ts/autodiff";
import {
  add,
  array,
  compile,
  type NDArray,
  pow,
  stack,
  subtensor,
  sum,
  type TensorVariable,
  tensorType,
  toposort,
} from "@theano-ts/core";
import { interpreter } from "@theano-ts/kernel";
import { isScan } from "./index.ts";
import { loops } from "./loops.testing.ts";

const variables = (points: readonly unknown[]): TensorVariable[] =>
  points.map((p) => tensorType("float64", array(p as number[]).ndim).makeVariable());
const run = (
  inputs: readonly TensorVariable[],
  outputs: readonly TensorVariable[],
  points: readonly unknown[],
): number[][] =>
  (
    compile({ inputs, outputs, backend: interpreter, onUnusedInput: "ignore" })(
      ...(points as number[]),
    ) as readonly NDArray[]
  ).map((v) => v.reshape([-1]).toArray() as number[]);
const expectClose = (got: readonly number[][], want: readonly number[][]): void => {
  got.forEach((values, i) => {
    values.forEach((v, k) => {
      expect(v).toBeCloseTo((want[i] as number[])[k] as number, 10);
    });
  });
};

describe.each(loops.filter(([name]) => !/ends early/.test(name)))("many of %s", (_, f, points) => {
  test("are as each by itself", () => {
    const x = variables(points);
    const y = f(...x);
    const moved = x.map((v, i) => add(v, 0.1 * (i + 1)) as TensorVariable);
    const pairs = x.map((v, i) => [v, stack([v, moved[i] as TensorVariable])] as const);
    const each = stack([y, f(...moved)]);
    expectClose(run(x, [vectorize(y, pairs)], points), run(x, [each], points));
    // Only the first varies: the others are the same for all.
    const one = pairs.slice(0, 1);
    const firsts = stack([y, f(moved[0] as TensorVariable, ...x.slice(1))]);
    expectClose(run(x, [vectorize(y, one)], points), run(x, [firsts], points));
  });

  test("have the second derivatives of each by itself", () => {
    const x = variables(points);
    const cost = sum(pow(f(...x), 3)) as TensorVariable<"float64", 0>;
    const at = x.findIndex(({ ndim }) => ndim === 1);
    if (at < 0) return;
    const v = x[at] as TensorVariable<"float64", 1>;
    const g = grad(cost, v);
    const rows = (points[at] as number[]).map((_, i) => grad(subtensor(g, i) as never, v) as TensorVariable);
    expectClose(run(x, [hessian(cost, v)], points), run(x, [stack(rows)], points));
  });
});

test("a Jacobian through a loop is loops, not one for each element", () => {
  const [, f, points] = loops[1] as (typeof loops)[number];
  const x = variables(points);
  const y = f(...x).owner?.outputs[0] as TensorVariable;
  const J = jacobian(sum(y, { axis: 1 }) as TensorVariable<"float64", 1>, x[0] as TensorVariable);
  expect(toposort([J as unknown as TensorVariable]).filter(({ op }) => isScan(op)).length).toBeGreaterThan(1);
  expect(
    toposort([J as unknown as TensorVariable]).some(({ op }) => /Vectorized\{for/.test(String(op))),
  ).toBe(false);
});
