import {
  add,
  array,
  asOp,
  compile,
  exp,
  explain,
  gt,
  mul,
  type NDArray,
  type TensorVariable,
  tensorType,
} from "@theano-ts/core";
import { interpreter as plainInterpreter, verified } from "@theano-ts/kernel";

import { ifelse } from "./index.ts";

const backend = verified(plainInterpreter);
const vector = (name: string): TensorVariable => tensorType("float64", 1).makeVariable(name);
const [x, y] = [vector("x"), vector("y")];
const a = tensorType("float64", 0).makeVariable("a") as TensorVariable;
const call = (inputs: TensorVariable[], ...outputs: TensorVariable[]) => {
  const f = compile({ inputs, outputs, backend, onUnusedInput: "ignore" });
  return Object.assign(
    (...args: readonly (number | number[])[]) =>
      (f(...args.map((v) => (Array.isArray(v) ? array(v) : v))) as unknown as NDArray[]).map((v) =>
        v.toArray(),
      ),
    { explain: () => explain(f) },
  );
};

test("one of two values, of different shapes", () => {
  const f = call([a, x, y], ifelse(gt(a, 0), x, y));
  expect(f(1, [1, 2], [3, 4, 5])).toEqual([[1, 2]]);
  expect(f(-1, [1, 2], [3, 4, 5])).toEqual([[3, 4, 5]]);
});

test("several values at once, and a number for a condition", () => {
  const [p, q] = ifelse(a, [x, mul(x, 2) as TensorVariable], [y, x]);
  const f = call([a, x, y], add(p, 1) as TensorVariable, q, p);
  expect(f(0.5, [1, 2], [3, 4])).toEqual([
    [2, 3],
    [2, 4],
    [1, 2],
  ]);
  expect(f(0, [1, 2], [3, 4])).toEqual([
    [4, 5],
    [1, 2],
    [3, 4],
  ]);
});

test("only what is chosen is computed", () => {
  const calls: string[] = [];
  const told = (name: string): ((v: TensorVariable) => TensorVariable) =>
    asOp(
      {
        itypes: [x.type],
        otypes: [x.type],
        inferShape: (_: unknown, [s]: readonly unknown[]) => [s],
      } as never,
      ((v: NDArray) => {
        calls.push(name);
        return v;
      }) as never,
    ) as never;
  const f = call([a, x, y], ifelse(gt(a, 0), told("first")(exp(x) as TensorVariable), told("second")(y)));
  const text = f.explain();
  expect(text).toMatch(/: if /);
  f(1, [0], [0]);
  f(-1, [0], [0]);
  expect(calls).toEqual(["first", "second"]);
});

test("what others need too is computed once, outside", () => {
  const e = exp(x) as TensorVariable;
  const f = call([a, x, y], ifelse(gt(a, 0), mul(e, 2) as TensorVariable, y), e);
  expect(f(1, [0, 0], [5])).toEqual([
    [2, 2],
    [1, 1],
  ]);
  expect(f(-1, [0, 0], [5])).toEqual([[5], [1, 1]]);
});

test("a choice in a choice", () => {
  const inner = ifelse(gt(a, 10), mul(x, 100) as TensorVariable, mul(x, 10) as TensorVariable);
  const g = call([a, x, y], ifelse(gt(a, 0), inner, add(x, y) as TensorVariable));
  expect(g(11, [1, 2], [1, 1])).toEqual([[100, 200]]);
  expect(g(1, [1, 2], [1, 1])).toEqual([[10, 20]]);
  expect(g(-1, [1, 2], [1, 1])).toEqual([[2, 3]]);
});

test("wrong operands", () => {
  expect(() => ifelse(x, x, y)).toThrow(/condition of ifelse must be a scalar.*x is/);
  expect(() => ifelse(a, x, a as never)).toThrow(
    /must have the same types, but x is .*vector.*a is .*scalar/,
  );
  expect(() => ifelse(a, [x], [x, y])).toThrow(/equally many values, but they give 1 and 2/);
});
