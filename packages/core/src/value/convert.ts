import type { DType, TypedArray } from "@theano-ts/kernel";
import { isExactCast } from "./element.ts";
import { borrow, NDArray, wrap } from "./ndarray.ts";
import { dtypeOfTypedArray, type FloatX, type Nested, readContents } from "./nested.ts";
import { contiguous } from "./storage.ts";

/** An array of another library: `data` is row-major unless `strides` (in elements) and `offset` say otherwise. */
export interface ForeignArray {
  readonly data: ArrayLike<number> | ArrayLike<bigint>;
  readonly shape: ArrayLike<number>;
  /** As named there; an unknown name counts for nothing, then the typed array's own dtype holds. */
  readonly dtype?: unknown;
  readonly strides?: ArrayLike<number>;
  readonly offset?: number;
}

/** Whatever an array is made of. */
export type ArrayInput = Nested | ForeignArray;

/** How values become arrays. */
export interface ConvertOptions<D extends DType = DType> {
  /** The dtype of the result; values are cast as by `astype`. */
  readonly dtype?: D | undefined;
  /** What a number literal is without `dtype`: float64 by default. */
  readonly floatX?: FloatX | undefined;
  /** `false` keeps a typed array as the memory of the array, if no cast is asked for. */
  readonly copy?: boolean | undefined;
}

/**
 * `value` as an array: literals, nested arrays, typed arrays (copied), objects with `data` and `shape`; an array is
 * returned as it is, unless it needs a cast.
 *
 * dtype: numbers are `floatX`, bigints int64 (uint64 above it), booleans bool, complex literals complex; a mixed
 * list gets what holds all; typed arrays keep theirs. Throws a `ValueError` that names the place where a list is
 * ragged, a `TypeError` for what holds no numbers.
 */
export function asNDArray<const D extends DType>(
  value: unknown,
  options: ConvertOptions<D> & { readonly dtype: D },
): NDArray<D>;
export function asNDArray(value: unknown, options?: ConvertOptions): NDArray;
export function asNDArray(value: unknown, { dtype, floatX, copy = true }: ConvertOptions = {}): NDArray {
  if (value instanceof NDArray)
    return dtype === undefined || dtype === value.dtype ? value : value.astype(dtype);
  const own = copy ? undefined : dtypeOfTypedArray(value);
  if (own && (dtype ?? own) === own) return borrow(value as TypedArray, own, [(value as TypedArray).length]);
  const contents = readContents(value, dtype, floatX);
  return wrap(contents.data, contents.dtype, contents.shape);
}

/** `array` cast to `dtype`, or undefined if that would change a value (NaN may stay NaN). */
export const castExactly = <D extends DType, N extends number>(
  array: NDArray<DType, N>,
  dtype: D,
): NDArray<D, N> | undefined =>
  isExactCast(contiguous(array), array.dtype, dtype) ? array.astype(dtype) : undefined;
