import { allocate, type DType, partsOf, type TypedArray } from "@theano-ts/kernel";

/** The memory of an array, shared by all its views, with what a cache of it must know. */
export interface Storage {
  readonly data: TypedArray;
  /** Grows with every write; undefined for good once somebody outside may write `data` unseen. */
  revision: number | undefined;
}

/** Where the elements of an array lie: element (i, j, …) at `offset + i·strides[0] + j·strides[1] + …`. */
export interface Layout {
  readonly shape: readonly number[];
  readonly strides: readonly number[];
  readonly offset: number;
}

/** Elements of `dtype` laid out in a storage: what the functions below need of an array. */
export interface Strided extends Layout {
  readonly storage: Storage;
  readonly dtype: DType;
  readonly size: number;
  readonly isContiguous: boolean;
}

/** Whether `value` is elements laid out in a storage. */
export const isStrided = (value: unknown): value is Strided =>
  typeof value === "object" && value !== null && "storage" in value && "isContiguous" in value;

/** The number of elements of `shape`; 1 for a scalar. */
export function sizeOf(shape: readonly number[]): number {
  let size = 1;
  for (let axis = 0; axis < shape.length; axis++) size *= shape[axis]!;
  return size;
}

/** The strides, in elements, of `shape` laid out in row-major order without gaps. */
export function rowMajor(shape: readonly number[]): number[] {
  const strides = new Array<number>(shape.length);
  let stride = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = stride;
    stride *= shape[axis]!;
  }
  return strides;
}

/** Whether the elements lie in row-major order without gaps; axes of size 1, and empty arrays, may have any stride. */
export function isRowMajor({ shape, strides }: Layout): boolean {
  let stride = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const length = shape[axis]!;
    if (length === 0) return true;
    if (length !== 1 && strides[axis] !== stride) return false;
    stride *= length;
  }
  return true;
}

/** The places of all elements in the storage, in row-major order. */
export function positions({ shape, strides, offset }: Layout): Int32Array {
  const places = new Int32Array(sizeOf(shape));
  if (places.length === 0) return places;
  places[0] = offset;
  // Each pass lays the block made so far `length` times behind itself, from the last axis to the first.
  let block = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const stride = strides[axis]!;
    for (let i = 1; i < shape[axis]!; i++)
      for (let k = 0, to = i * block; k < block; k++, to++) places[to] = places[k]! + i * stride;
    block *= shape[axis]!;
  }
  return places;
}

/** The elements of `dtype` at `places`, as an array of their own. */
export function gather(data: TypedArray, dtype: DType, places: Int32Array): TypedArray {
  const taken = allocate(dtype, places.length);
  if (partsOf(dtype) === 1) {
    for (let i = 0; i < places.length; i++) taken[i] = data[places[i]!]!;
  } else {
    for (let i = 0; i < places.length; i++) {
      taken[2 * i] = data[2 * places[i]!]!;
      taken[2 * i + 1] = data[2 * places[i]! + 1]!;
    }
  }
  return taken;
}

/**
 * The elements of `array` in row-major order: its own memory where that is what it holds, else a copy.
 *
 * Only for reading: writes would go unseen by `revision`.
 */
export function contiguous(array: Strided): TypedArray {
  const { data } = array.storage;
  if (!array.isContiguous) return gather(data, array.dtype, positions(array));
  const parts = partsOf(array.dtype);
  const [start, length] = [array.offset * parts, array.size * parts];
  return length === data.length ? data : data.subarray(start, start + length);
}

/**
 * A number that changes whenever `array` is written, or undefined if it can be written without our knowing: its
 * owner holds the typed array. Two reads with equal numbers and the same storage saw the same elements.
 */
export const revision = (array: Strided): number | undefined => array.storage.revision;

/** The memory that `array` shares with its views: a key under which copies of it can be kept. */
export const storageOf = (array: Strided): Storage => array.storage;
