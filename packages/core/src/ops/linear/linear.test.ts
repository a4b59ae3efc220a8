import type { TensorVariable } from "../../tensor/tensorVariable.ts";
import * as T from "../index.ts";
import { of, shown, values } from "../table.testing.ts";

const a = (): TensorVariable =>
  of("int32", [
    [1, 2, 3],
    [4, 5, 6],
  ]);
const b = (): TensorVariable =>
  of("float32", [
    [1, 0],
    [0, 1],
    [1, 1],
  ]);

values("products", () => [
  ["of matrices", T.dot(a(), b()), "float64 [[4, 5], [10, 11]]"],
  ["of a matrix and a vector", T.dot(a(), of("int32", [1, 0, 1])), "int32 [4, 10]"],
  ["of vectors", T.dot(of("int8", [1, 2]), of("int8", [3, 4])), "int8 11"],
  ["of bools", T.dot(of("bool", [true, false]), of("bool", [false, true])), "bool false"],
  ["with nothing inside", T.dot(of("float64", [[], []]), of("float64", [])), "float64 [0, 0]"],
  ["outer", T.outer(of("int8", [1, 2]), of("int8", [3, 4])), "int8 [[3, 4], [6, 8]]"],
  ["over two dimensions", T.tensordot(a(), a(), 2), "int32 91"],
  [
    "over listed dimensions",
    T.tensordot(a(), a(), [[0], [0]]),
    "int32 [[17, 22, 27], [22, 29, 36], [27, 36, 45]]",
  ],
  [
    "of batches",
    T.batchedDot(
      of("int32", [[[1, 2]], [[3, 4]]]),
      of("int32", [
        [[1], [1]],
        [[2], [0]],
      ]),
    ),
    "int32 [[[3]], [[6]]]",
  ],
]);

test("inner sizes that differ are named", () =>
  expect(() => shown(T.dot(a(), a()))).toThrow(/inner sizes are 3 and 2/));
