import { tensorType } from "../../tensor/tensorType.ts";
import type { TensorVariable } from "../../tensor/tensorVariable.ts";
import * as T from "../index.ts";
import { of, shown, values } from "../table.testing.ts";

const m = (): TensorVariable =>
  of("float64", [
    [1, 5, 2],
    [4, 0, 4],
  ]);
const ints = (): TensorVariable =>
  of("int8", [
    [100, 100],
    [1, 2],
  ]);

values("reductions", () => [
  ["a sum of small integers", T.sum(ints(), {}), "int64 203"],
  ["a sum over rows", T.sum(m(), { axis: 0 }), "float64 [5, 5, 6]"],
  ["a sum that keeps its dimensions", T.sum(m(), { axis: -1, keepdims: true }), "float64 [[8], [8]]"],
  ["the sum of nothing", T.sum(of("float32", []), {}), "float32 0"],
  ["a sum over no axis", T.sum(of("int8", [1, 2]), { axis: [] }), "int64 [1, 2]"],
  ["a product", T.prod(of("uint8", [16, 16, 2]), {}), "uint64 512"],
  ["a mean of integers", T.mean(ints(), { axis: 1 }), "float64 [100, 1.5]"],
  ["the mean of nothing", T.mean(of("float64", []), {}), "float64 NaN"],
  ["a variance", T.var(m(), { axis: 1 }), "float64 [2.88889, 3.55556]"],
  ["a variance without bias", T.var(m(), { axis: 1, ddof: 1 }), "float64 [4.33333, 5.33333]"],
  ["a standard deviation", T.std(of("float32", [1, 3]), {}), "float32 1"],
  ["the largest", T.max(m(), { axis: 1 }), "float64 [5, 4]"],
  ["where the largest is, the first of ties", T.argmax(m(), { axis: 1 }), "int64 [1, 0]"],
  ["where the largest of all is", T.argmax(m(), {}), "int64 1"],
  ["the smallest unsigned", T.min(of("uint8", [3, 250]), {}), "uint8 3"],
  ["the smallest bool", T.min(of("bool", [true, false]), {}), "bool false"],
  ["the largest with NaN", T.max(of("float64", [1, Number.NaN, 3]), {}), "float64 NaN"],
  ["ptp", T.ptp(m(), { axis: 0 }), "float64 [3, 5, 2]"],
  ["any", T.any(m(), { axis: 0 }), "bool [true, true, true]"],
  ["all", T.all(m(), { axis: 0 }), "bool [true, false, true]"],
  ["cumsum keeps int8, and wraps", T.cumsum(of("int8", [100, 100]), 0), "int8 [100, -56]"],
  ["cumsum of everything", T.cumsum(m()), "float64 [1, 6, 8, 12, 12, 16]"],
  ["cumprod", T.cumprod(m(), 1), "float64 [[1, 5, 10], [4, 0, 0]]"],
  ["diff", T.diff(m(), { axis: 1 }), "float64 [[4, -3], [-4, 4]]"],
  ["the Frobenius norm", T.norm(m()), "float64 7.87401"],
]);

describe("what is refused", () => {
  const x = tensorType("float64", 2).makeVariable("x") as TensorVariable;
  test.each<[string, () => unknown, RegExp]>([
    [
      "an axis that is not there",
      () => T.sum(x, { axis: 2 }),
      /sum over axis 2 of a tensor with 2 dimensions/,
    ],
    ["accumulating in less", () => T.sum(x, { accDtype: "float32" }), /precision would be lost/],
    ["the largest of nothing", () => shown(T.max(of("float64", []), {}) as TensorVariable), /its size is 0/],
    ["norms of an order there is not", () => T.norm(x, 7), /order 7 of a matrix/],
  ])("%s", (_, build, message) => expect(build).toThrow(message));
});
