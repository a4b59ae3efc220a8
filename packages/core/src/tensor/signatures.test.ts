import * as T from "../ops/index.ts";
import { slice } from "../value/slice.ts";
import { tensorType } from "./tensorType.ts";
import type { TensorVariable } from "./tensorVariable.ts";

// What the compiler knows of results, checked against what they are. A wrong line does not compile, or fails.

/** Whether `A` and `B` are one type. */
type Same<A, B> = [A, B] extends [B, A] ? true : false;

/** Compiles only if the dtype and rank of `v` are known to be exactly these. */
const known =
  <D, N>() =>
  <V extends TensorVariable>(
    v: V,
    ..._: [Same<V["dtype"], D>, Same<V["ndim"], N>] extends [true, true] ? [] : [V["dtype"], V["ndim"]]
  ): V =>
    v;

const x = tensorType("float32", 2).makeVariable("x");
const n = tensorType("int8", 1).makeVariable("n");
const s = tensorType("float64", 0).makeVariable("s");

test.each([
  ["exp of small integers", known<"float32", 1>()(T.exp(n))],
  ["operands promote and broadcast", known<"float32", 2>()(T.add(x, n))],
  ["a literal is weak", known<"int8", 1>()(T.mul(n, 2))],
  ["a fraction makes integers floats", known<"float64", 1>()(T.mul(n, 0.5))],
  ["integers divide to floatX", known<"float64", 1>()(T.trueDiv(n, 2))],
  ["comparisons", known<"bool", 2>()(T.lt(x, s))],
  ["a choice", known<"float64", 2>()(T.where(T.gt(x, 0), s, 1))],
  ["a sum over everything", known<"int64", 0>()(T.sum(n))],
  ["a sum over an axis", known<"float32", 1>()(T.sum(x, { axis: 0 }))],
  ["a sum that keeps its dimensions", known<"float32", 2>()(T.sum(x, { axis: 0, keepdims: true }))],
  ["a sum in another dtype", known<"float64", 0>()(T.sum(x, { dtype: "float64" }))],
  ["argmax", known<"int64", 1>()(T.argmax(x, { axis: 1 }))],
  ["a mean of integers", known<"float64", 0>()(T.mean(n))],
  ["dot", known<"float32", 1>()(T.dot(x, n))],
  ["cast", known<"int16", 2>()(T.cast(x, "int16"))],
  ["reshape", known<"float32", 3>()(T.reshape(x, [1, 2, -1]))],
  ["a part", known<"float32", 1>()(T.subtensor(x, 0, slice(1)))],
  ["zeros", known<"float64", 2>()(T.zeros([2, 3]))],
  ["arange in a dtype", known<"int8", 1>()(T.arange(3, { dtype: "int8" }))],
])("%s", (_, v) => expect(v.ndim).toBe(v.type.broadcastable.length));

test("what the types say is so", () => {
  expect(T.exp(n).dtype).toBe("float32");
  expect(T.mul(n, 0.5).dtype).toBe("float64");
  expect(T.sum(x, { axis: 0 }).ndim).toBe(1);
  expect(T.dot(x, n).ndim).toBe(1);
});
