import { makers, type NDArray } from "@theano-ts/core";
import { bytesOf, type DType, partOf } from "@theano-ts/kernel";

/** How elements lie in a file. */
export interface ElementLayout {
  readonly dtype: DType;
  readonly bigEndian?: boolean;
  /** The first index changes fastest, not the last. */
  readonly fortranOrder?: boolean;
}

/** An array of these elements, copied. `bytes` must be as many as `shape` takes. */
export function arrayOf(bytes: Uint8Array, layout: ElementLayout, shape: readonly number[]): NDArray {
  const { dtype } = layout;
  const own = layout.bigEndian ? swapped(bytes, bytesOf(partOf(dtype))) : bytes;
  // Every byte but 0 is true in files; in memory true is 1.
  const numbers = dtype === "bool" ? own.map((b) => Number(b !== 0)) : own;
  if (!layout.fortranOrder) return makers.fromBytes(numbers, dtype, shape);
  return makers
    .fromBytes(numbers, dtype, [...shape].reverse())
    .transpose()
    .copy();
}

/** The elements of `array` in row-major order, little-endian, which every engine is. */
export function bytesOfArray(array: NDArray): Uint8Array {
  const { buffer, byteOffset, byteLength } = array.copy().data;
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/** How many bytes `shape` takes: more than any memory has for sizes that no file can have. */
export function byteCount(dtype: DType, shape: readonly number[]): number {
  return shape.includes(0) ? 0 : shape.reduce((product, n) => product * n, bytesOf(dtype));
}

function swapped(bytes: Uint8Array, size: number): Uint8Array {
  const result = new Uint8Array(bytes.length);
  for (let i = 0; i < bytes.length; i += size)
    for (let k = 0; k < size; k++) result[i + k] = bytes[i + size - 1 - k] as number;
  return result;
}
