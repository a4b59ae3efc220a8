import { isBig, isComplex, isDType } from "@theano-ts/kernel";
import { type NDArray, np } from "theano-ts";
import type { TensorJson } from "./case.ts";

/** A recorded number: JSON has no NaN and no infinities, and big integers are text. */
export function toNumber(x: unknown): number {
  if (typeof x !== "string") return Number(x);
  const special: Readonly<Record<string, number>> = { nan: Number.NaN, inf: Infinity, "-inf": -Infinity };
  return special[x] ?? Number(x);
}

/** The array that was recorded. */
export function toArray({ dtype, shape, data }: TensorJson): NDArray {
  if (!isDType(dtype)) throw new Error(`no dtype: ${dtype}`);
  const flat = isComplex(dtype) ? (data as [unknown, unknown][]).flat() : data;
  const store = isBig(dtype)
    ? (dtype === "int64" ? BigInt64Array : BigUint64Array).from(flat.map((x) => BigInt(x as string)))
    : dtype === "bool"
      ? Uint8Array.from(flat, Number)
      : dtype === "complex64"
        ? Float32Array.from(flat, toNumber)
        : Float64Array.from(flat, toNumber);
  return np.array({ data: store, shape, dtype }, dtype);
}

/** Its elements in row-major order: complex numbers as two, 64-bit integers as bigints, float16 as what it means. */
export function elementsOf(array: NDArray): ArrayLike<number | bigint> {
  const own = array.dtype === "float16" ? array.astype("float32") : array.copy();
  return own.data as ArrayLike<number | bigint>;
}
