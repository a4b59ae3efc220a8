import {
  type ArrayInput,
  add,
  array,
  cast,
  compile,
  constant,
  cumsum,
  dimshuffle,
  dot,
  exp,
  fastCompile,
  flatten,
  log,
  max,
  mul,
  type NDArray,
  noRewrites,
  pow,
  prod,
  sin,
  sqr,
  stack,
  subtensor,
  sum,
  type TensorVariable,
  tanh,
  tensorType,
  trueDiv,
} from "@theano-ts/core";
import { interpreter } from "@theano-ts/kernel";
import { disconnectedGrad, grad, hessian, hessianVectorProduct, jacobian, verifyGrad } from "./index.ts";

const vector = (name: string): TensorVariable<"float64", 1> => tensorType("float64", 1).makeVariable(name);
const matrix = (name: string): TensorVariable<"float64", 2> => tensorType("float64", 2).makeVariable(name);
const scalar = (name: string): TensorVariable<"float64", 0> => tensorType("float64", 0).makeVariable(name);

const evaluate = (
  inputs: readonly TensorVariable[],
  output: TensorVariable,
  ...values: ArrayInput[]
): NDArray => {
  const [plain, rewritten] = [noRewrites, fastCompile].map(
    (mode) =>
      compile({ inputs, outputs: output, backend: interpreter, mode, onUnusedInput: "ignore" })(
        ...values,
      ) as NDArray,
  ) as [NDArray, NDArray];
  expect(rewritten.allclose(plain, { rtol: 1e-13, atol: 1e-13 })).toBe(true);
  return plain;
};

/** The Jacobian by central differences, which are right to about 1e-8 for functions and steps of this size. */
function differences(f: (x: number[]) => number[], x: readonly number[], step = 1e-5): number[][] {
  const columns = x.map((_, j) => {
    const moved = (by: number): number[] => f(x.map((e, i) => (i === j ? e + by : e)));
    const [up, down] = [moved(step), moved(-step)];
    return up.map((u, i) => (u - (down[i] as number)) / (2 * step));
  });
  return (columns[0] as number[]).map((_, i) => columns.map((c) => c[i] as number));
}

const x = vector("x");

/** Functions from vectors to vectors. */
const functions: readonly (readonly [string, (x: TensorVariable) => TensorVariable])[] = [
  ["elementwise", (v) => mul(exp(v), sin(v))],
  ["with a sum in each element", (v) => mul(exp(v), sum(v))],
  ["softmax", (v) => trueDiv(exp(v), sum(exp(v)))],
  ["running sums times an element", (v) => mul(cumsum(v), subtensor(v, 0))],
  [
    "a layer",
    (v) =>
      tanh(
        add(
          dot(
            v,
            constant([
              [1, -2],
              [0.5, 1],
              [2, 0.3],
            ]),
          ),
          constant([0.1, -0.2]),
        ),
      ),
  ],
  [
    "two layers",
    (v) =>
      dot(
        tanh(
          dot(
            constant([
              [1, -2, 0.5],
              [0.5, 1, 0.2],
            ]),
            v,
          ),
        ),
        constant([
          [1, 2, 3],
          [4, 5, 6],
        ]),
      ),
  ],
  [
    "a quadratic form of a matrix",
    (v) =>
      dot(
        dot(
          dimshuffle(v, "x", 0),
          constant([
            [2, 1, 0],
            [1, 3, 1],
            [0, 1, 4],
          ]),
        ),
        dimshuffle(v, 0, "x"),
      ),
  ],
  [
    "elements put together",
    (v) => stack([prod(v, { noZerosInInput: true }), max(v), sum(sqr(v)), log(sum(exp(v)))]),
  ],
  ["powers", (v) => pow(add(v, 3), v)],
];

test.each(functions)("the Jacobian of %s agrees with finite differences", (_, f) => {
  const y = flatten(f(x)) as TensorVariable<"float64", 1>;
  const at = [0.5, 1.5, -0.25];
  const run = compile({ inputs: [x], outputs: y, backend: interpreter, mode: noRewrites });
  const expected = array(differences((v) => (run(v) as NDArray).toArray() as number[], at));
  expect(evaluate([x], jacobian(y, x), at).allclose(expected, { rtol: 1e-7, atol: 1e-8 })).toBe(true);
});

test.each(functions)("the Hessian of the sum of squares of %s agrees with finite differences", (_, f) => {
  const cost = sum(sqr(f(x)));
  const at = [0.5, 1.5, -0.25];
  const slope = compile({
    inputs: [x],
    outputs: grad(cost as never, x),
    backend: interpreter,
    mode: noRewrites,
  });
  const expected = array(differences((v) => (slope(v) as NDArray).toArray() as number[], at));
  const got = evaluate([x], hessian(cost as never, x), at);
  expect(got.allclose(expected, { rtol: 1e-6, atol: 1e-6 })).toBe(true);
});

test("the document's Jacobian of a linear map is its matrix", () => {
  const [A, b] = [matrix("A"), vector("b")];
  const y = add(dot(A, x), b) as TensorVariable<"float64", 1>;
  const got = evaluate(
    [A, x, b],
    jacobian(y, x),
    [
      [9, 8, 7],
      [4, 5, 6],
    ],
    [1, 2, 3],
    [4, 5],
  );
  expect(got.toArray()).toEqual([
    [9, 8, 7],
    [4, 5, 6],
  ]);
});

test("with respect to a matrix, a scalar, and both: one more dimension than they have", () => {
  const [m, s] = [matrix("m"), scalar("s")];
  const y = mul(sum(m, { axis: 0 }), s) as TensorVariable<"float64", 1>;
  const [ofM, ofS] = jacobian(y, [m, s]);
  const values = [
    [
      [1, 2],
      [3, 4],
    ],
    5,
  ] as const;
  expect(evaluate([m, s], ofM, ...(values as unknown as ArrayInput[])).toArray()).toEqual([
    [
      [5, 0],
      [5, 0],
    ],
    [
      [0, 5],
      [0, 5],
    ],
  ]);
  expect(evaluate([m, s], ofS, ...(values as unknown as ArrayInput[])).toArray()).toEqual([4, 6]);
  expect([ofM.ndim, ofS.ndim]).toEqual([3, 1]);
});

test("of a scalar it is the gradient", () => {
  expect(evaluate([x], jacobian(sum(x) as TensorVariable<"float64", 0>, x), [1, 2]).toArray()).toEqual([
    1, 1,
  ]);
});

test("dtypes are those of gradients", () => {
  const f = tensorType("float32", 1).makeVariable("f");
  expect(jacobian(mul(f, f), f).dtype).toBe("float32");
  expect(evaluate([f], jacobian(mul(f, 2), f), array([1, 2], "float32")).dtype).toBe("float32");
  expect(evaluate([x], jacobian(cast(x, "int64") as never, x), [1.5, 2]).toArray()).toEqual([
    [0, 0],
    [0, 0],
  ]);
});

test("of an empty vector there are no rows", () => {
  const none = subtensor(x, ":0");
  expect(evaluate([x], jacobian(mul(none, 2), x), [1, 2, 3]).shape).toEqual([0, 3]);
  expect(evaluate([x], jacobian(mul(x, 2), x), []).shape).toEqual([0, 0]);
});

test("what is disconnected is an error, or rows of zeros", () => {
  const s = scalar("s");
  expect(() => jacobian(x, s)).toThrow(/does not depend on it/);
  const none = jacobian(x, s, { disconnectedInputs: "ignore" });
  expect(evaluate([x, s], none, [1, 2], 3).toArray()).toEqual([0, 0]);
  expect(() => jacobian(disconnectedGrad(x) as typeof x, x)).toThrow(/does not depend on it/);
  const apart = jacobian(mul(x, x), x, { considerConstant: [x] });
  expect(evaluate([x], apart, [1, 2]).toArray()).toEqual([
    [2, 0],
    [0, 4],
  ]);
});

test("a Hessian of what is linear is zero, and of a quadratic form its matrix and the transpose", () => {
  const a = constant([
    [1, 2],
    [3, 4],
  ]);
  const form = sum(mul(x, dot(a, x))) as TensorVariable<"float64", 0>;
  expect(evaluate([x], hessian(form, x), [0.5, -1]).toArray()).toEqual([
    [2, 5],
    [5, 8],
  ]);
  expect(evaluate([x], hessian(sum(x) as TensorVariable<"float64", 0>, x), [0.5, -1]).toArray()).toEqual([
    [0, 0],
    [0, 0],
  ]);
});

test("the product with the Hessian is that of the matrix", () => {
  const v = vector("v");
  const cost = sum(exp(mul(x, sum(x)))) as TensorVariable<"float64", 0>;
  const values = [
    [0.1, 0.2, -0.3],
    [1, -1, 2],
  ] as const;
  const product = evaluate([x, v], hessianVectorProduct(cost, x, v), ...(values as unknown as ArrayInput[]));
  const whole = evaluate([x, v], dot(hessian(cost, x), v), ...(values as unknown as ArrayInput[]));
  expect(product.allclose(whole, { rtol: 1e-12 })).toBe(true);
  expect(() => hessianVectorProduct(cost, [x], [v, v])).toThrow(/as many points as wrt: 1, not 2/);
});

test("a Jacobian is an expression like any other, and can be differentiated", () => {
  const penalty = (v: TensorVariable): TensorVariable => {
    const y = tanh(
      dot(
        constant([
          [1, -2, 0.5],
          [0.5, 1, 0.2],
        ]),
        v,
      ),
    ) as TensorVariable<"float64", 1>;
    return add(sum(sqr(jacobian(y, v))), sum(y));
  };
  verifyGrad(penalty, [array([0.5, 1.5, -0.25])]);
  verifyGrad(
    (v) => sum(sqr(hessian(sum(exp(mul(v, cumsum(v)))) as never, v)), { axis: 0 }),
    [array([0.2, -0.4])],
  );
  const cost = penalty(x) as TensorVariable<"float64", 0>;
  const got = evaluate([x], hessian(cost, x), [0.5, 1.5, -0.25]);
  // A Hessian of a function with a Jacobian inside is symmetric to rounding.
  expect(got.allclose(got.get(":", ":").transpose(), { rtol: 1e-10, atol: 1e-12 })).toBe(true);
});

test("the Jacobian with respect to what is inside", () => {
  const y = mul(x, x);
  expect(evaluate([x], jacobian(mul(y, 3), y), [1, 2]).toArray()).toEqual([
    [3, 0],
    [0, 3],
  ]);
});

test("anything but vectors is refused with the way out", () => {
  const m = matrix("m");
  expect(() => jacobian(m as never, m)).toThrow(/needs a vector, but m is .*flatten it/);
  expect(() => jacobian("m" as never, m)).toThrow(/needs a variable/);
  expect(() => jacobian(x, "a" as never)).toThrow(/Cannot make a tensor of "a"/);
  expect(() => hessian(x as never, x)).toThrow(/needs a scalar cost, not x: TensorType/);
  expect(() => hessian(sum(m) as never, m)).toThrow(/with respect to vectors, and m: .* is none/);
});
