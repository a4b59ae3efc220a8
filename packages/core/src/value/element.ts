import {
  allocate,
  type DType,
  fromHalf,
  isBig,
  isComplex,
  isDiscrete,
  isFloat,
  rangeOf,
  type TypedArray,
  toHalf,
} from "@theano-ts/kernel";
import { ValueError } from "../errors.ts";
import { type Complex, complex, isComplexNumber } from "./complex.ts";

/** What one element is in JavaScript. */
export type Element = number | bigint | boolean | Complex;

/** The JavaScript type of an element of dtype `D`. */
export type ElementOf<D extends DType> = 0 extends 1 & D
  ? // biome-ignore lint/suspicious/noExplicitAny: an array of any dtype has elements of any type
    any
  : D extends "bool"
    ? boolean
    : D extends "complex64" | "complex128"
      ? Complex
      : number;

/** Reads the real part of element `place`; exact, so a bigint for 64-bit integers. */
export function readReal(data: TypedArray, dtype: DType, place: number): number | bigint {
  if (dtype === "float16") return fromHalf(data[place] as number);
  return data[isComplex(dtype) ? 2 * place : place]!;
}

/** Reads the imaginary part of element `place`: 0 unless complex. */
export const readImaginary = (data: TypedArray, dtype: DType, place: number): number =>
  isComplex(dtype) ? (data[2 * place + 1] as number) : 0;

/** Reads element `place` exactly: a boolean, a bigint for 64-bit integers, a pair for complex, else a number. */
export function readElement(data: TypedArray, dtype: DType, place: number): Element {
  const real = readReal(data, dtype, place);
  if (dtype === "bool") return real !== 0;
  return isComplex(dtype) ? complex(real as number, readImaginary(data, dtype, place)) : real;
}

/**
 * A 64-bit integer as a number. Throws a `ValueError` beyond 2⁵³, where numbers have gaps.
 */
function toNumber(value: bigint): number {
  const near = Number(value);
  if (Number.isSafeInteger(near)) return near;
  throw new ValueError(
    `Cannot give the 64-bit integer ${value} as a number: above 2^53 numbers are not exact, use itemBigInt() or data`,
  );
}

/** Element `place` as `item` and `toArray` give it: as `readElement`, but 64-bit integers are numbers. */
export function readItem(data: TypedArray, dtype: DType, place: number): number | boolean | Complex {
  const element = readElement(data, dtype, place);
  return typeof element === "bigint" ? toNumber(element) : element;
}

/** Writes `value` to element `place`, cast as `castData` does. */
export function writeElement(data: TypedArray, dtype: DType, place: number, value: Element): void {
  const real = isComplexNumber(value) ? value.re : typeof value === "boolean" ? Number(value) : value;
  if (isComplex(dtype)) {
    data[2 * place] = Number(real);
    data[2 * place + 1] = isComplexNumber(value) ? value.im : 0;
  } else if (dtype === "bool" && isComplexNumber(value)) {
    data[place] = Number(value.re !== 0 || value.im !== 0);
  } else {
    data[place] = castReal(real, dtype);
  }
}

/** `x` as the storage of a real `dtype` holds it, but for the wrapping that typed arrays do by themselves. */
function castReal(x: number | bigint, dtype: DType): number | bigint {
  if (dtype === "bool") return Number(typeof x === "bigint" ? x !== 0n : x !== 0);
  if (isBig(dtype)) return typeof x === "bigint" ? x : Number.isFinite(x) ? BigInt(Math.trunc(x)) : 0n;
  if (dtype === "float16") return toHalf(Number(x));
  return typeof x === "bigint" ? (isDiscrete(dtype) ? Number(BigInt.asIntN(32, x)) : Number(x)) : x;
}

/**
 * The elements of `data` as another dtype, in new memory, by NumPy's `astype`: floats to integers drop the fraction,
 * integers wrap, complex to real drops the imaginary part, and whatever is not 0 is true.
 *
 * Where C leaves the result open (a float beyond the integer's range) the value wraps, and NaN and infinities give 0.
 */
export function castData(data: TypedArray, from: DType, to: DType): TypedArray {
  if (from === to) return data.slice();
  const size = isComplex(from) ? data.length / 2 : data.length;
  const cast = allocate(to, size);
  if (isPlain(from) && isPlain(to)) {
    (cast as Float64Array).set(data as Float64Array);
  } else if (isComplex(from) && isComplex(to)) {
    (cast as Float64Array).set(data as Float64Array);
  } else if (isBig(from) && isFloat(to) && to !== "float16") {
    // Integer targets and labels go this way in every call, so it is worth a loop of its own.
    const [x, y] = [data as BigInt64Array, cast as Float64Array];
    for (let i = 0; i < size; i++) y[i] = Number(x[i]);
  } else {
    for (let i = 0; i < size; i++)
      writeElement(cast, to, i, isComplex(from) ? readElement(data, from, i) : readReal(data, from, i));
  }
  return cast;
}

/** Whether a typed array's own conversions do the cast: all but bool, half, 64-bit and complex. */
const isPlain = (dtype: DType): boolean =>
  dtype !== "bool" && dtype !== "float16" && !isBig(dtype) && !isComplex(dtype);

/** Whether casting the elements of `data` to `to` keeps every value; NaN counts as kept by floats. */
export function isExactCast(data: TypedArray, from: DType, to: DType): boolean {
  const size = isComplex(from) ? data.length / 2 : data.length;
  const cast = castData(data, from, to);
  for (let i = 0; i < size; i++) {
    const [before, after] = [readReal(data, from, i), readReal(cast, to, i)];
    // `==` compares a bigint with a number by value.
    // biome-ignore lint/suspicious/noDoubleEquals: see above
    if (before != after && !(Number.isNaN(before) && Number.isNaN(after))) return false;
    if (readImaginary(data, from, i) !== readImaginary(cast, to, i)) return false;
  }
  return true;
}

/** The integer dtype that holds `value`: int64, or uint64 above it. Throws a `ValueError` if neither does. */
export function integerDType(value: bigint): "int64" | "uint64" {
  if (value >= rangeOf("int64").min && value <= rangeOf("int64").max) return "int64";
  if (value >= 0n && value <= rangeOf("uint64").max) return "uint64";
  throw new ValueError(`Cannot hold ${value} in an array: it has more than 64 bits`);
}
