import { constant } from "../../tensor/constant.ts";
import { tensorType } from "../../tensor/tensorType.ts";
import type { TensorVariable } from "../../tensor/tensorVariable.ts";
import { slice } from "../../value/slice.ts";
import * as T from "../index.ts";
import { of, shown, values } from "../table.testing.ts";

const v = (): TensorVariable => of("int32", [1, 2, 3, 4]);
const m = (): TensorVariable =>
  of("int32", [
    [1, 2, 3],
    [4, 5, 6],
  ]);
const i = (n: number): TensorVariable => constant(n, { dtype: "int64" });

values("parts", () => [
  ["an element", T.subtensor(v(), -1), "int32 4"],
  ["a row", T.subtensor(m(), 1), "int32 [4, 5, 6]"],
  ["text", T.subtensor(m(), ":", "::-1"), "int32 [[3, 2, 1], [6, 5, 4]]"],
  ["bounds beyond the end", T.subtensor(v(), slice(-10, 10)), "int32 [1, 2, 3, 4]"],
  ["backwards between bounds", T.subtensor(v(), slice(3, 0, -2)), "int32 [4, 2]"],
  ["symbolic bounds", T.subtensor(v(), slice(i(1), i(-1))), "int32 [2, 3]"],
  ["a symbolic step backwards", T.subtensor(v(), slice(null, null, i(-1))), "int32 [4, 3, 2, 1]"],
  ["a new axis", T.subtensor(v(), null, "1:3"), "int32 [[2, 3]]"],
  ["an ellipsis", T.subtensor(m(), "...", 0), "int32 [1, 4]"],
  ["places", T.subtensor(m(), ":", of("int64", [2, 0])), "int32 [[3, 1], [6, 4]]"],
  ["places along two axes", T.subtensor(m(), of("int64", [0, 1]), of("int64", [2, 0])), "int32 [3, 4]"],
  ["a mask", T.subtensor(v(), T.gt(v(), 2)), "int32 [3, 4]"],
  ["take that wraps", T.take(v(), of("int64", [5, -1]), { mode: "wrap" }), "int32 [2, 4]"],
  ["nonzero", T.nonzero(T.gt(m(), 4))[1] as TensorVariable, "int64 [1, 2]"],
  ["permuted rows", T.permuteRowElements(m(), of("int64", [2, 0, 1])), "int32 [[3, 1, 2], [6, 4, 5]]"],
]);

values("changed parts", () => [
  ["a part set", T.setSubtensor(T.subtensor(v(), "1:3"), 0), "int32 [1, 0, 0, 4]"],
  [
    "a part set backwards",
    T.setSubtensor(T.subtensor(v(), "::-2"), of("int32", [7, 8])),
    "int32 [1, 8, 3, 7]",
  ],
  [
    "a part increased",
    T.incSubtensor(T.subtensor(m(), 0), of("int32", [1, 2, 3])),
    "int32 [[2, 4, 6], [4, 5, 6]]",
  ],
  [
    "a column set to a row's value",
    T.setSubtensor(T.subtensor(m(), ":", 1), 9),
    "int32 [[1, 9, 3], [4, 9, 6]]",
  ],
  [
    "an element increased twice",
    T.incSubtensor(T.subtensor(v(), of("int64", [0, 0])), 1),
    "int32 [3, 2, 3, 4]",
  ],
  [
    "a new axis in the part",
    T.setSubtensor(T.dimshuffle(T.subtensor(v(), "1:3"), "x", 0), of("int32", [[5, 6]])),
    "int32 [1, 5, 6, 4]",
  ],
]);

describe("what is refused", () => {
  const x = tensorType("float64", 1).makeVariable("x") as TensorVariable;
  test.each<[string, () => unknown, RegExp]>([
    [
      "an element beyond the end",
      () => shown(T.subtensor(v(), 4)),
      /element 4 along dimension 0.* its size is 4/,
    ],
    ["too many items", () => T.subtensor(x, 0, 0), /with 2 items/],
    ["a fraction", () => T.subtensor(x, 1.5), /not an integer/],
    ["step 0", () => shown(T.subtensor(v(), slice(null, null, 0))), /step 0/],
    ["setting what is no part", () => T.setSubtensor(x, 1), /not a part of something/],
    [
      "a value with more dimensions",
      () => T.setSubtensor(T.subtensor(x, 0), x),
      /1 dimension|has 0 dimensions/,
    ],
  ])("%s", (_, build, message) => expect(build).toThrow(message));
});
