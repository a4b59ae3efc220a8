import { tensorType } from "../../tensor/tensorType.ts";
import type { TensorVariable } from "../../tensor/tensorVariable.ts";
import { evaluate } from "../evaluate.testing.ts";
import * as T from "../index.ts";
import { given, of, shown, values } from "../table.testing.ts";

const m = (): TensorVariable =>
  of("int32", [
    [1, 2, 3],
    [4, 5, 6],
  ]);

values("shapes", () => [
  ["shape", T.shape(m()), "int64 [2, 3]"],
  ["reshape with a size left open", T.reshape(m(), [3, -1]), "int32 [[1, 2], [3, 4], [5, 6]]"],
  ["flatten", T.flatten(m()), "int32 [1, 2, 3, 4, 5, 6]"],
  ["transpose", T.transpose(m()), "int32 [[1, 4], [2, 5], [3, 6]]"],
  ["join", T.join(1, m(), m()), "int32 [[1, 2, 3, 1, 2, 3], [4, 5, 6, 4, 5, 6]]"],
  ["concatenate promotes", T.concatenate([of("int32", [1, 2]), of("float32", [3])]), "float64 [1, 2, 3]"],
  ["stack of scalars", T.stack([of("int8", 1), of("int8", 2)]), "int8 [1, 2]"],
  [
    "stack along the last axis",
    T.stack([of("int8", [1, 2]), of("int8", [3, 4])], { axis: -1 }),
    "int8 [[1, 3], [2, 4]]",
  ],
  ["a part of split", T.split(m(), [1, 2], 2, { axis: 1 })[1] as TensorVariable, "int32 [[2, 3], [5, 6]]"],
  ["tile", T.tile(of("int8", [1, 2]), [2, 2]), "int8 [[1, 2, 1, 2], [1, 2, 1, 2]]"],
  ["repeat", T.repeat(of("int8", [1, 2]), 2), "int8 [1, 1, 2, 2]"],
  ["repeat by a vector", T.repeat(of("int8", [1, 2, 3]), of("int64", [2, 0, 1])), "int8 [1, 1, 3]"],
  ["roll", T.roll(of("int8", [1, 2, 3]), 1), "int8 [3, 1, 2]"],
  ["a diagonal", T.diag(m(), 1), "int32 [2, 6]"],
  ["a matrix of a diagonal", T.diag(of("int8", [1, 2]), -1), "int8 [[0, 0, 0], [1, 0, 0], [0, 2, 0]]"],
  ["tril", T.tril(m()), "int32 [[1, 0, 0], [4, 5, 0]]"],
  ["triu", T.triu(m(), 1), "int32 [[0, 2, 3], [0, 0, 6]]"],
  ["fillDiagonal", T.fillDiagonal(m(), 9), "int32 [[9, 2, 3], [4, 9, 6]]"],
  ["eye", T.eye(2, 3, 1, { dtype: "int8" }), "int8 [[0, 1, 0], [0, 0, 1]]"],
  ["arange of one number", T.arange(3), "int64 [0, 1, 2]"],
  ["arange downwards", T.arange(5, 0, -2), "int64 [5, 3, 1]"],
  ["arange of fractions", T.arange(0, 1, 0.25), "float64 [0, 0.25, 0.5, 0.75]"],
  ["alloc", T.alloc(of("int8", [1, 2]), 2, 2), "int8 [[1, 2], [1, 2]]"],
  ["zeros", T.zeros([2], { dtype: "float32" }), "float32 [0, 0]"],
  ["bartlett", T.bartlett(5), "float64 [0, 0.5, 1, 0.5, 0]"],
  ["toOneHot", T.toOneHot(of("int64", [2, 0]), 3, { dtype: "int8" }), "int8 [[0, 0, 1], [1, 0, 0]]"],
]);

describe("broadcastable dimensions", () => {
  test("dimshuffle drops only what is declared of size 1", () => {
    const x = tensorType("float64", 2).makeVariable("x") as TensorVariable;
    expect(() => T.dimshuffle(x, 0)).toThrow(/only broadcastable dimensions can be dropped/);
    expect(T.dimshuffle(T.addbroadcast(x, 1), 0).type.toString()).toBe("TensorType(float64, vector)");
  });
  test("addbroadcast demands the size when called", () => {
    const [x, value] = given("float64", [[1, 2]]);
    expect(() => evaluate([T.addbroadcast(x, 1)], [[x, value]])).toThrow(
      /Cannot make dimension 1 of x broadcastable.* is 2/,
    );
  });
  test("specifyShape is an assertion", () => {
    const [x, value] = given("float64", [1, 2]);
    expect(() => evaluate([T.specifyShape(x, [3])], [[x, value]])).toThrow(/has the shape \(2\), not \(3\)/);
  });
});

test("a reshape that does not fit says both counts", () =>
  expect(() => shown(T.reshape(m(), [4]))).toThrow(/int32\(2, 3\) to \(4\): it has 6 elements, the shape 4/));
