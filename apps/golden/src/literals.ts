import {
  type Complex,
  config,
  isComplexNumber,
  NDArray,
  np,
  T,
  type TensorLike,
  TensorVariable,
} from "theano-ts";
import { holds } from "./python.ts";

const isTensor = (x: unknown): x is TensorVariable => x instanceof TensorVariable;

/** The dtype Theano gives to a Python integer: the smallest that holds it. */
function integerDType(x: bigint): "int8" | "int16" | "int32" | "int64" {
  const fits = (bits: bigint): boolean => x >= -(1n << (bits - 1n)) && x < 1n << (bits - 1n);
  return fits(8n) ? "int8" : fits(16n) ? "int16" : fits(32n) ? "int32" : "int64";
}

/** The dtype Theano gives to a Python float: float32 if that is floatX, or holds it exactly. */
const floatDType = (x: number): "float32" | "float64" =>
  config.floatX === "float32" || Math.fround(x) === x ? "float32" : "float64";

/** A Python value as an operand of an operation: what JavaScript's literals would not say is said by a dtype. */
export function operand(x: unknown): TensorLike {
  if (typeof x === "bigint") return T.constant(x, { dtype: integerDType(x) });
  if (typeof x === "number") return T.constant(x, { dtype: floatDType(x) });
  if (isComplexNumber(x) && !isTensor(x)) return T.constant(x as Complex, { dtype: "complex128" });
  if (Array.isArray(x)) return holds(x, isTensor) ? (x.map(operand) as never) : asArray(x);
  return x as TensorLike;
}

/** What NumPy makes of Python's lists and numbers: int64, float64, bool. */
export function asArray(x: unknown, dtype?: string): NDArray {
  if (x instanceof NDArray) return dtype === undefined ? x : x.astype(dtype as never);
  const leaves = flatten(x);
  const own = leaves.some((leaf) => leaf instanceof NDArray)
    ? undefined
    : leaves.some(isComplexNumber)
      ? "complex128"
      : leaves.length === 0 || leaves.some((leaf) => typeof leaf === "number")
        ? "float64"
        : leaves.some((leaf) => typeof leaf === "bigint")
          ? "int64"
          : "bool";
  const to = dtype ?? own;
  return np.array(x as never, to as never) as NDArray;
}

const flatten = (x: unknown): unknown[] => (Array.isArray(x) ? Array.from(x).flatMap(flatten) : [x]);
