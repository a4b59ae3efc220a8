import {
  type ArrayInput,
  add,
  alloc,
  arange,
  argmax,
  array,
  batchedDot,
  cast,
  compile,
  concatenate,
  constant,
  cumprod,
  cumsum,
  diagonal,
  dimshuffle,
  dot,
  exp,
  fastCompile,
  flatten,
  gt,
  incSubtensor,
  log,
  max,
  maxAndArgmax,
  mean,
  mul,
  type NDArray,
  nonzeroValues,
  noRewrites,
  outer,
  prod,
  reshape,
  setSubtensor,
  shape,
  slice,
  sqr,
  std,
  sub,
  subtensor,
  sum,
  type TensorOp,
  type TensorVariable,
  take,
  tanh,
  tensordot,
  tensorType,
  tile,
  trueDiv,
  where,
  zeros,
} from "@theano-ts/core";
import { interpreter } from "@theano-ts/kernel";
import { grad, gradClip, Rop, vectorize } from "../index.ts";

type Any = TensorVariable;
type F = (x: Any) => Any;

const run = (
  inputs: readonly Any[],
  outputs: readonly Any[],
  values: readonly ArrayInput[],
  mode = noRewrites,
): NDArray[] =>
  compile({ inputs, outputs, backend: interpreter, mode, onUnusedInput: "ignore" })(
    ...values,
  ) as unknown as NDArray[];

/** Three matrices, three by two. No element is 0, nor two of a matrix equal. */
const many = array([
  [
    [0.5, -1.5],
    [2, 1],
    [0.25, -0.75],
  ],
  [
    [1, 3],
    [-2, 0.5],
    [1.5, 2.5],
  ],
  [
    [-1, 0.75],
    [0.1, 4],
    [-3, 2],
  ],
]);
const w = constant([
  [1, -2, 0.5],
  [0.3, 2, -1],
]);
const places = constant([2, 0], { dtype: "int64" });

/** Functions of a 3 × 2 matrix: every form a meaning can have, with operands that all elements share and without. */
const functions: readonly (readonly [name: string, f: F])[] = [
  ["elementwise", (x) => mul(exp(x), tanh(x))],
  ["beside a shared operand", (x) => add(x, constant([1, 2]))],
  ["beside a shared column", (x) => mul(x, constant([[1], [2], [3]]))],
  ["a scalar from each", (x) => add(sum(x), 1)],
  ["stretched again", (x) => trueDiv(x, sum(sqr(x), { axis: 1, keepdims: true }))],
  ["transposed", (x) => dimshuffle(x, 1, "x", 0)],
  ["products of matrices, first", (x) => dot(x, w)],
  ["products of matrices, second", (x) => dot(w, x)],
  ["products of matrices, both", (x) => dot(dimshuffle(x, 1, 0), x)],
  ["a matrix and a vector", (x) => dot(x, constant([1, -1]))],
  ["a vector and a matrix", (x) => dot(constant([1, -1, 2]), x)],
  ["a vector and a shared matrix", (x) => dot(subtensor(x, 0), w)],
  ["a shared matrix and a vector", (x) => dot(w, subtensor(x, slice(), 1))],
  ["a shared vector and a vector", (x) => dot(constant([1, -1, 2]), subtensor(x, slice(), 1))],
  ["vectors", (x) => dot(subtensor(x, slice(), 0), subtensor(x, slice(), 1))],
  ["an outer product", (x) => outer(subtensor(x, 0), subtensor(x, slice(), 1))],
  [
    "sums over two dimensions",
    (x) =>
      tensordot(
        x,
        constant([
          [1, 2],
          [3, 4],
          [5, 6],
        ]),
        2,
      ),
  ],
  [
    "products one by one",
    (x) =>
      batchedDot(
        x,
        constant([
          [1, 2],
          [3, 4],
          [5, 6],
        ]),
      ),
  ],
  ["a maximum", (x) => max(x, { axis: 0 })],
  ["the largest and where it is", (x) => add(...(maxAndArgmax(x, { axis: 1 }) as [Any, Any]))],
  ["a product", (x) => prod(x, { axis: 0, noZerosInInput: true })],
  ["a mean and a deviation", (x) => sub(mean(x), std(x, { axis: 0 }))],
  ["reshaped", (x) => reshape(x, [2, -1])],
  ["flattened", (x) => flatten(x)],
  [
    "by its own shape",
    (x) => mul(cast(subtensor(shape(x), 0), "float64"), reshape(x, shape(x), { ndim: 2 })),
  ],
  ["a part", (x) => subtensor(x, slice(null, null, -1), 1)],
  ["places all share", (x) => take(x, places, { axis: 0 })],
  ["places of its own", (x) => subtensor(x, argmax(x, { axis: 0 }), arange(2))],
  ["shared values at its own places", (x) => take(constant([5, 6, 7]), argmax(x, { axis: 0 }))],
  ["joined", (x) => concatenate([x, constant([[1, 2]]), sqr(x)])],
  [
    "parts set",
    (x) =>
      setSubtensor(
        subtensor(
          constant([
            [1, 2],
            [3, 4],
          ]),
          1,
        ),
        subtensor(x, 0),
      ),
  ],
  ["parts increased", (x) => incSubtensor(subtensor(x, slice(1, null)), sqr(subtensor(x, slice(1, null))))],
  [
    "places increased",
    (x) =>
      incSubtensor(
        subtensor(x, places),
        constant([
          [1, 1],
          [2, 2],
        ]),
      ),
  ],
  ["running sums", (x) => cumsum(x, 0)],
  ["running products", (x) => cumprod(x, 1)],
  ["a diagonal", (x) => diagonal(x)],
  ["tiled", (x) => tile(x, [2, 1])],
  ["a choice", (x) => where(gt(x, 0), log(mul(x, x)), 3)],
  ["repeated", (x) => alloc(sum(x), 2, 2)],
  ["with its gradient clipped", (x) => gradClip(sqr(x), -1, 1)],
];

const x = tensorType("float64", 2).makeVariable("x");
const xs = tensorType("float64", 3).makeVariable("xs");

/** That `made` is `one` for each of `many`, to a few units in the last place: sums may be taken in another order. */
function expectEach(made: Any, one: Any, extra: readonly (readonly [Any, Any, NDArray])[] = []): void {
  const inputs = [xs, ...extra.map(([, many]) => many)];
  for (const mode of [noRewrites, fastCompile]) {
    const [together] = run(inputs, [made], [many, ...extra.map(([, , value]) => value)], mode) as [NDArray];
    const apart = [0, 1, 2].map(
      (i) =>
        run(
          [x, ...extra.map(([single]) => single)],
          [one],
          [many.get(i), ...extra.map(([, , value]) => value.get(i))],
        )[0] as NDArray,
    );
    expect(together.shape).toEqual([3, ...(apart[0] as NDArray).shape]);
    expect(together.dtype).toBe((apart[0] as NDArray).dtype);
    apart.forEach((value, i) => {
      expect(together.get(i).allclose(value, { rtol: 1e-13, atol: 1e-13 })).toBe(true);
    });
  }
}

test.each(functions)("%s: each result is that of one", (_, f) => {
  const y = f(x);
  expectEach(vectorize(y, [[x, xs]]), y);
});

test.each(functions)("%s: each gradient is that of one, taken before or after", (_, f) => {
  const cost = (y: Any): Any => sum(sqr(y));
  const options = { disconnectedInputs: "ignore" } as const;
  const one = grad(cost(f(x)) as never, x, options) as Any;
  expectEach(vectorize(one, [[x, xs]]), one);
  expectEach(grad(cost(vectorize(f(x), [[x, xs]])) as never, xs, options) as Any, one);
});

test.each(functions)("%s: each direction is that of one", (_, f) => {
  const [v, vs] = [tensorType("float64", 2).makeVariable("v"), tensorType("float64", 3).makeVariable("vs")];
  const options = { disconnectedOutputs: "ignore" } as const;
  const one = Rop(f(x), x, v, options) as Any;
  const directions = many.get(":", "::-1", ":") as NDArray;
  expectEach(Rop(vectorize(f(x), [[x, xs]]), xs, vs, options) as Any, one, [[v, vs, directions]]);
});

test("what all elements share gets the sum of their gradients", () => {
  const shared = tensorType("float64", 2).makeVariable("shared");
  const f = (y: Any): Any => sum(cumsum(mul(dot(y, w), shared), 0));
  const all = vectorize(f(x), [[x, xs]]);
  const value = array([
    [1, 2, 3],
    [4, 5, 6],
    [7, 8, 9],
  ]);
  const [together] = run([xs, shared], [grad(sum(all) as never, shared) as Any], [many, value]) as [NDArray];
  const parts = [0, 1, 2].map(
    (i) => run([x, shared], [grad(f(x) as never, shared) as Any], [many.get(i), value])[0] as NDArray,
  );
  const flat = (a: NDArray): number[] => a.reshape([-1]).toArray() as number[];
  flat(together).forEach((z, k) => {
    expect(z).toBeCloseTo(
      parts.reduce((n, p) => n + (flat(p)[k] as number), 0),
      12,
    );
  });
});

test("matrix products stay products: nothing of them is left to loops", () => {
  const made = vectorize(dot(x, w), [[x, xs]]);
  const names = (v: Any): string[] =>
    v.owner ? [String(v.owner.op), ...v.owner.inputs.flatMap((i) => names(i as Any))] : [];
  expect(names(made)).toContain("dot");
  expect(names(made).some((name) => name.startsWith("Vectorized"))).toBe(false);
});

test("what does not depend on what is replaced is repeated", () => {
  const [made] = vectorize([add(zeros([2]), 1)], [[x, xs]]) as [Any];
  expect(run([xs], [made], [many])[0]?.toArray()).toEqual([
    [1, 1],
    [1, 1],
    [1, 1],
  ]);
});

test("of no elements there are no results, in the shape they would have", () => {
  const made = vectorize(dot(reshape(x, [2, 3]), x), [[x, xs]]);
  expect(run([xs], [made], [array(new Float64Array(0)).reshape([0, 3, 2])])[0]?.shape).toEqual([0, 2, 2]);
});

test("a routine runs once for each element", () => {
  const mask = gt(x, 0);
  // Every mask has as many true elements; its count is known by the caller alone.
  const op = nonzeroValues(x).owner?.inputs[1]?.owner?.op as TensorOp;
  const flatMask = flatten(mask);
  const [found] = op.apply(flatMask, flatMask, constant(4, { dtype: "int64" })) as [Any];
  const four = array([
    [
      [1, 1],
      [1, 1],
      [-1, -1],
    ],
    [
      [-1, 1],
      [1, 1],
      [-1, 1],
    ],
    [
      [-1, -1],
      [1, 1],
      [1, 1],
    ],
  ]);
  expect(run([xs], [vectorize(found, [[x, xs]])], [four])[0]?.toArray()).toEqual([
    [0, 1, 2, 3],
    [1, 2, 3, 5],
    [2, 3, 4, 5],
  ]);
});

test("a size that would differ from element to element is refused", () => {
  expect(() => vectorize(nonzeroValues(x), [[x, xs]])).toThrow(/which would differ from element to element/);
});

test("numbers of elements that differ are refused when called", () => {
  const y = tensorType("float64", 2).makeVariable("y");
  const ys = tensorType("float64", 3).makeVariable("ys");
  const made = vectorize(cumsum(concatenate([x, y]), 0), [
    [x, xs],
    [y, ys],
  ]);
  expect(() => run([xs, ys], [made], [many, many.get(":2")])).toThrow(/3 and 2 elements along the first/);
});

test("what is no pair of a variable and many of its kind is refused", () => {
  expect(() => vectorize(x, [[x, x]])).toThrow(/Cannot vectorize x: .* it needs float64 and 3 dimensions/);
  expect(() => vectorize(x, [[x, 3 as never]])).toThrow(/pairs of variables/);
  expect(() => vectorize(x, [])).toThrow(/at least one variable/);
});
