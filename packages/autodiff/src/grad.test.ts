import {
  type ArrayInput,
  add,
  array,
  compile,
  constant,
  dot,
  exp,
  gt,
  mul,
  type NDArray,
  neg,
  noRewrites,
  sub,
  sum,
  type TensorVariable,
  tensorType,
  transpose,
  trueDiv,
} from "@theano-ts/core";
import { interpreter } from "@theano-ts/kernel";
import {
  considerConstant,
  disconnectedGrad,
  grad,
  Lop,
  Rop,
  undefinedGrad,
  verifyGrad,
  zeroGrad,
} from "./index.ts";

const variable = (name: string, ndim: number, dtype: "float64" | "int64" = "float64"): TensorVariable =>
  tensorType(dtype, ndim).makeVariable(name);
const evaluate = (
  inputs: readonly TensorVariable[],
  output: TensorVariable,
  ...values: ArrayInput[]
): unknown =>
  (
    compile({ inputs, outputs: output, backend: interpreter, mode: noRewrites, onUnusedInput: "ignore" })(
      ...values,
    ) as NDArray
  ).toArray();

test("the gradient of a quotient, a product and an exponential agree with finite differences", () => {
  verifyGrad(
    (x, y) => trueDiv(exp(mul(x, y)), add(1, mul(y, y))),
    [array([0.5, -1, 2]), array([1, 0.25, -0.5])],
  );
});

test("a stretched operand gets the sum over what it was stretched along", () => {
  verifyGrad(
    (x, b) => mul(x, b),
    [
      array([
        [1, 2, 3],
        [4, 5, 6],
      ]),
      array([0.5, 1, 2]),
    ],
  );
});

test("matrix products in all four forms", () => {
  const [m, n, v, u] = [
    array([
      [1, 2],
      [3, 4],
      [5, 6],
    ]),
    array([
      [1, -1, 2],
      [0, 3, 1],
    ]),
    array([0.5, 2]),
    array([1, -2, 3]),
  ];
  verifyGrad((x, y) => dot(x, y), [m, n]);
  verifyGrad((x, y) => dot(x, y), [m, v]);
  verifyGrad((x, y) => dot(x, y), [u, m]);
  verifyGrad((x, y) => dot(x, y), [v, array([3, 1])]);
});

test("an intermediate value can be what one differentiates with respect to", () => {
  const x = variable("x", 0);
  const y = mul(x, x);
  expect(evaluate([x], grad(mul(y, 3) as never, y), 2)).toBe(3);
});

test("gradients with respect to integers are float zeros or float values", () => {
  const n = variable("n", 0, "int64");
  const g = grad(exp(n) as never, n);
  expect(g.dtype).toBe("float64");
  expect(evaluate([n], g, 1)).toBeCloseTo(Math.E, 14);
});

test("a variable the cost does not depend on is an error that names it, or zero on request", () => {
  const [x, y] = [variable("x", 0), variable("y", 1)];
  expect(() => grad(mul(x, 2) as never, y)).toThrow(
    /with respect to y: TensorType\(float64, vector\).*does not depend/,
  );
  expect(() => grad(gt(x, y) as never, y)).toThrow(/cost must be a scalar/);
  const zero = grad(mul(x, 2) as never, y, { disconnectedInputs: "ignore" });
  expect(evaluate([y], zero, [1, 2])).toEqual([0, 0]);
});

test("considerConstant, as an option and as an op, stops gradients", () => {
  const x = variable("x", 0);
  const y = mul(x, x);
  const cost = mul(y, x);
  expect(evaluate([x], grad(cost as never, x), 3)).toBe(27);
  expect(evaluate([x], grad(cost as never, x, { considerConstant: [y] }), 3)).toBe(9);
  expect(evaluate([x], grad(mul(considerConstant(y), x) as never, x), 3)).toBe(9);
  expect(evaluate([x], grad(mul(zeroGrad(y), x) as never, x), 3)).toBe(9);
  expect(evaluate([x], grad(mul(disconnectedGrad(y), x) as never, x), 3)).toBe(9);
  expect(() => grad(disconnectedGrad(x) as never, x)).toThrow(/does not depend/);
  expect(() => grad(undefinedGrad(x) as never, x)).toThrow(/not defined/);
});

test("known gradients replace a cost", () => {
  const [x, g] = [variable("x", 1), variable("g", 1)];
  const y = mul(x, x);
  expect(evaluate([x, g], grad(null, x, { knownGrads: [[y, g]] }), [1, 2], [10, 100])).toEqual([20, 400]);
});

test("Lop and Rop are the products with the Jacobian from either side", () => {
  const [w, v, x, u] = [variable("W", 2), variable("V", 2), variable("x", 1), variable("u", 1)];
  const y = dot(x, w);
  expect(
    evaluate(
      [w, v, x],
      Rop(y, w, v),
      [
        [1, 1],
        [1, 1],
      ],
      [
        [2, 2],
        [2, 2],
      ],
      [0, 1],
    ),
  ).toEqual([2, 2]);
  expect(evaluate([u, x], Lop(y, w, u), [2, 2], [0, 1])).toEqual([
    [0, 0],
    [2, 2],
  ]);
});

test("the gradient of the document's logistic regression is that of its formula", () => {
  const [x, y, w] = [variable("x", 2), variable("y", 1), variable("w", 1)];
  const p = trueDiv(1, add(1, exp(neg(dot(x, w)))));
  const cost = sum(mul(sub(p, y), sub(p, y)));
  const g = grad(cost as never, w);
  const formula = dot(transpose(x), mul(2, mul(sub(p, y), mul(p, sub(1, p)))));
  const values = [
    [
      [1, 2],
      [0.5, -1],
      [3, 0],
    ],
    [0, 1, 1],
    [0.25, -0.5],
  ] as const;
  const difference = evaluate([x, y, w], sub(g, formula), ...(values as unknown as ArrayInput[])) as number[];
  for (const d of difference) expect(Math.abs(d)).toBeLessThan(1e-15);
});

test("a chain of ten thousand operations is differentiated without overflowing the stack", () => {
  const x = variable("x", 0);
  let y: TensorVariable = x;
  for (let i = 0; i < 10_000; i++) y = mul(y, constant(1.0001));
  expect(evaluate([x], grad(y as never, x), 1)).toBeCloseTo(1.0001 ** 10_000, 10);
});
