import { allocate, bytesOf, type DType, viewOf } from "@theano-ts/kernel";
import { ValueError } from "../errors.ts";
import { type ArrayInput, asNDArray } from "./convert.ts";
import { writeElement } from "./element.ts";
import { type NDArray, wrap } from "./ndarray.ts";
import type { Nested } from "./nested.ts";
import { sizeOf } from "./storage.ts";

/** The dtype of what is made: float64 by default. */
export interface MakeOptions<D extends DType = DType> {
  readonly dtype?: D;
}

type Shape = number | readonly number[];
type RankOf<S extends Shape> = S extends readonly number[] ? S["length"] : 1;

/**
 * An array of what `value` holds, in memory of its own: numbers, bigints (int64), booleans, `complex(re, im)`, nested
 * as deep as there are axes, or a typed array or another library's `{ data, shape }`. See `asNDArray`.
 */
export function array<const D extends DType = "float64">(
  value: number,
  options?: MakeOptions<D> | D,
): NDArray<D, 0>;
export function array<const D extends DType = "float64">(
  value: readonly number[],
  options?: MakeOptions<D> | D,
): NDArray<D, 1>;
export function array<const D extends DType = "float64">(
  value: readonly (readonly number[])[],
  options?: MakeOptions<D> | D,
): NDArray<D, 2>;
export function array<const D extends DType = "float64">(
  value: readonly (readonly (readonly number[])[])[],
  options?: MakeOptions<D> | D,
): NDArray<D, 3>;
export function array<const D extends DType>(
  value: ArrayInput,
  options: { readonly dtype: D } | D,
): NDArray<D>;
export function array(value: ArrayInput, options?: MakeOptions | DType): NDArray;
export function array(value: ArrayInput, options?: MakeOptions | DType): NDArray {
  const made = asNDArray(value, { dtype: typeof options === "string" ? options : options?.dtype });
  return made === value ? made.copy() : made;
}

/** Zeros of `shape` (a number is a vector's length). Throws a `ValueError` for a length that is no size. */
export function zeros<const S extends Shape, const D extends DType = "float64">(
  shape: S,
  options: MakeOptions<D> = {},
): NDArray<D, RankOf<S>> {
  const dtype = dtypeFrom(options);
  const lengths = lengthsOf(shape);
  return wrap(allocate(dtype, sizeOf(lengths)), dtype, lengths);
}

/** Ones of `shape`. */
export const ones = <const S extends Shape, const D extends DType = "float64">(
  shape: S,
  options: MakeOptions<D> = {},
): NDArray<D, RankOf<S>> => full(shape, 1, options);

/** `value` all over `shape`; a literal or anything that broadcasts to it. */
export function full<const S extends Shape, const D extends DType = "float64">(
  shape: S,
  value: Nested,
  options: MakeOptions<D> = {},
): NDArray<D, RankOf<S>> {
  const made = zeros(shape, options);
  made.set(value, "...");
  return made;
}

/**
 * The numbers `start`, `start + step`, … before `stop`; `arange(stop)` starts at 0.
 *
 * Has `ceil((stop - start) / step)` elements, as NumPy's: beware of fractional steps. Throws a `ValueError` if that is
 * not a size.
 */
export function arange<const D extends DType = "float64">(
  ...args:
    | readonly [stop: number, options?: MakeOptions<D>]
    | readonly [start: number, stop: number, options?: MakeOptions<D>]
    | readonly [start: number, stop: number, step: number, options?: MakeOptions<D>]
): NDArray<D, 1> {
  const numbers = args.filter((value) => typeof value === "number");
  const options = args.find((value) => typeof value === "object") ?? {};
  const [start = 0, stop = 0, step = 1] = numbers.length === 1 ? [0, numbers[0]] : numbers;
  const length = Math.max(0, Math.ceil((stop - start) / step));
  if (!Number.isSafeInteger(length))
    throw new ValueError(`Cannot make arange(${start}, ${stop}, ${step}): it has ${length} elements`);
  // NumPy adds the first difference, after rounding it: start + i·((start + step) - start).
  const delta = start + step - start;
  return generate(length, options, (i) => (i === 0 ? start : start + i * delta));
}

/** `count` numbers from `start` to `stop`, both included unless `endpoint` is false, equally far apart. */
export function linspace<const D extends DType = "float64">(
  start: number,
  stop: number,
  count = 50,
  options: MakeOptions<D> & { readonly endpoint?: boolean } = {},
): NDArray<D, 1> {
  const { endpoint = true } = options;
  const gaps = endpoint ? count - 1 : count;
  const step = (stop - start) / gaps;
  return generate(count, options, (i) =>
    endpoint && i === count - 1 && i > 0 ? stop : gaps > 0 ? i * step + start : start,
  );
}

/** `rows` by `columns` (as many, by default) zeros with ones on diagonal `k`, counted upwards. */
export function eye<const D extends DType = "float64">(
  rows: number,
  options: MakeOptions<D> & { readonly columns?: number; readonly k?: number } = {},
): NDArray<D, 2> {
  const { columns = rows, k = 0 } = options;
  const made = zeros([rows, columns], options);
  for (let i = Math.max(0, -k); i < rows && i + k < columns; i++)
    writeElement(made.storage.data, made.dtype, i * columns + i + k, 1);
  return made;
}

/** The `n` by `n` identity matrix. */
export const identity = <const D extends DType = "float64">(
  n: number,
  options: MakeOptions<D> = {},
): NDArray<D, 2> => eye(n, options);

/**
 * The elements that `bytes` holds in row-major order, little-endian, copied.
 *
 * `shape` is a vector of all of them by default. Throws a `ValueError` if the number of bytes does not fit.
 */
export function fromBytes<const D extends DType>(
  bytes: ArrayBufferView | ArrayBufferLike,
  dtype: D,
  shape?: readonly number[],
): NDArray<D> {
  const source = ArrayBuffer.isView(bytes)
    ? new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    : new Uint8Array(bytes);
  const lengths = shape ?? [source.length / bytesOf(dtype)];
  if (source.length !== sizeOf(lengths) * bytesOf(dtype) || !lengths.every(Number.isInteger))
    throw new ValueError(
      `Cannot read ${shape ? `shape [${shape}]` : "a vector"} of ${dtype} from ${source.length} bytes: ${
        shape ? `it takes ${sizeOf(shape) * bytesOf(dtype)}` : `an element takes ${bytesOf(dtype)}`
      }`,
    );
  // A copy starts at an address that every dtype may start at.
  return wrap(viewOf(dtype, source.slice().buffer, 0, sizeOf(lengths)), dtype, lengths);
}

const dtypeFrom = <D extends DType>({ dtype }: MakeOptions<D>): D => dtype ?? ("float64" as D);

function lengthsOf(shape: Shape): readonly number[] {
  const lengths = typeof shape === "number" ? [shape] : [...shape];
  if (!lengths.every((length) => Number.isSafeInteger(length) && length >= 0))
    throw new ValueError(
      `Cannot make an array of shape [${lengths.join(", ")}]: lengths are integers from 0 up`,
    );
  return lengths;
}

function generate<D extends DType>(
  length: number,
  options: MakeOptions<D>,
  at: (i: number) => number,
): NDArray<D, 1> {
  const made = zeros([length], options);
  for (let i = 0; i < length; i++) writeElement(made.storage.data, made.dtype, i, at(i));
  return made as NDArray<D, 1>;
}
