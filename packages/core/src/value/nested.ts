import {
  allocate,
  type DType,
  isComplex,
  isDType,
  partsOf,
  promote,
  type TypedArray,
} from "@theano-ts/kernel";
import { TheanoTypeError, ValueError } from "../errors.ts";
import { type Complex, isComplexNumber } from "./complex.ts";
import { castData, type Element, integerDType, readElement, writeElement } from "./element.ts";
import { contiguous, gather, isStrided, positions, rowMajor, type Strided, sizeOf } from "./storage.ts";

/** Numbers, bigints, booleans or complex literals, nested as deep as there are axes. */
export type Nested = number | bigint | boolean | Complex | readonly Nested[] | TypedArray | Strided;

/** The elements of an array in row-major order. */
export interface Contents {
  readonly data: TypedArray;
  readonly dtype: DType;
  readonly shape: readonly number[];
}

/** What a number literal means where no dtype is asked for. */
export type FloatX = "float16" | "float32" | "float64";

const arrayDTypes: { readonly [tag: string]: DType } = {
  Int8Array: "int8",
  Int16Array: "int16",
  Int32Array: "int32",
  BigInt64Array: "int64",
  Uint8Array: "uint8",
  Uint8ClampedArray: "uint8",
  Uint16Array: "uint16",
  Uint32Array: "uint32",
  BigUint64Array: "uint64",
  Float32Array: "float32",
  Float64Array: "float64",
};

/** The dtype that a typed array holds, from any realm; undefined for anything else. */
export function dtypeOfTypedArray(value: unknown): DType | undefined {
  // Asks the value for its tag instead of its class: arrays of another window or worker have other classes.
  if (!ArrayBuffer.isView(value)) return undefined;
  const tag = Object.prototype.toString.call(value).slice(8, -1);
  return Object.hasOwn(arrayDTypes, tag) ? arrayDTypes[tag] : undefined;
}

/**
 * Reads literals, nested arrays, typed arrays, arrays, or an object with `data` and `shape`, into memory of its own.
 *
 * dtype: `dtype` if given (cast as `astype` does); else that of the typed parts, promoted with int64 for bigints,
 * bool for booleans, complex for complex literals and `floatX` for numbers and for an empty list.
 * Throws a `TypeError` for what holds no numbers, a `ValueError` for a ragged list.
 */
export function readContents(value: unknown, dtype?: DType, floatX: FloatX = "float64"): Contents {
  const known = contentsOf(value);
  if (known) return dtype === undefined || dtype === known.dtype ? known : recast(known, dtype);
  const shape = shapeOf(value);
  const found = dtype ?? dtypeOfLeaves(value, shape, floatX);
  const data = allocate(found, sizeOf(shape));
  fill(data, found, value, shape);
  return { data, dtype: found, shape };
}

const recast = ({ data, dtype, shape }: Contents, to: DType): Contents => ({
  data: castData(data, dtype, to),
  dtype: to,
  shape,
});

/** The contents of what knows its own dtype: an array, a typed array, or `{ data, shape }`. */
function contentsOf(value: unknown): Contents | undefined {
  if (isStrided(value)) {
    const own = contiguous(value);
    return { data: value.isContiguous ? own.slice() : own, dtype: value.dtype, shape: value.shape };
  }
  const dtype = dtypeOfTypedArray(value);
  if (dtype) {
    const data = allocate(dtype, (value as TypedArray).length);
    (data as Float64Array).set(value as Float64Array);
    return { data, dtype, shape: [data.length] };
  }
  return typeof value === "object" && value !== null && "data" in value && "shape" in value
    ? foreign(value as Foreign)
    : undefined;
}

interface Foreign {
  readonly data: unknown;
  readonly shape: unknown;
  readonly dtype?: unknown;
  /** In elements; other libraries write `stride`. */
  readonly strides?: unknown;
  readonly stride?: unknown;
  readonly offset?: unknown;
}

/** An array of another library: `data` row-major unless it says otherwise by `strides` and `offset`. */
function foreign(value: Foreign): Contents {
  const { data } = value;
  const shape = asLengths(value.shape);
  if (typeof data === "function" || !shape || (!Array.isArray(data) && !dtypeOfTypedArray(data)))
    throw new TheanoTypeError(
      `Cannot make an array of an object whose data is ${typeName(data)}: it must be a typed array, if need be read it first (await x.data())`,
    );
  const flat = readContents(data, isDType(value.dtype) && Array.isArray(data) ? value.dtype : undefined);
  const dtype = isDType(value.dtype) ? value.dtype : flat.dtype;
  // `Uint16Array` with dtype float16, or interleaved floats with a complex dtype, are the storage as it is.
  const raw = allocate(dtype, 0);
  const same = Object.prototype.toString.call(raw) === Object.prototype.toString.call(flat.data);
  const stored =
    same && (flat.dtype === dtype || isStorageOnly(dtype))
      ? flat.data
      : castData(flat.data, flat.dtype, dtype);
  const strides = asLengths(value.strides ?? value.stride);
  const offset = typeof value.offset === "number" ? value.offset : 0;
  if (!strides && offset === 0 && stored.length === sizeOf(shape) * partsOf(dtype))
    return { data: stored, dtype, shape };
  const places = positions({ shape, strides: strides ?? rowMajor(shape), offset });
  const available = stored.length / partsOf(dtype);
  if (places.some((place) => place < 0 || place >= available))
    throw new ValueError(
      `Cannot make an array of shape [${shape}] of ${available} elements: it has ${places.length}`,
    );
  return { data: gather(stored, dtype, places), dtype, shape };
}

const isStorageOnly = (dtype: DType): boolean => dtype === "bool" || dtype === "float16" || isComplex(dtype);

const asLengths = (value: unknown): number[] | undefined =>
  Array.isArray(value) || dtypeOfTypedArray(value)
    ? Array.from(value as ArrayLike<number | bigint>, Number)
    : undefined;

/** The shape of a nested list by its first elements; `visit` finds where the others differ. */
function shapeOf(value: unknown): number[] {
  const shape: number[] = [];
  let inner = value;
  while (Array.isArray(inner)) {
    shape.push(inner.length);
    if (inner.length === 0) return shape;
    inner = inner[0];
  }
  return [...shape, ...(contentsOf(inner)?.shape ?? [])];
}

/** The dtype that holds every leaf; throws where the list is not regular. */
function dtypeOfLeaves(value: unknown, shape: readonly number[], floatX: FloatX): DType {
  const seen = new Set<DType>();
  visit(value, shape, [], (leaf) => seen.add(dtypeOfLeaf(leaf, floatX)));
  return seen.size === 0 ? floatX : [...seen].reduce(promote);
}

function dtypeOfLeaf(leaf: unknown, floatX: FloatX): DType {
  if (typeof leaf === "number") return floatX;
  if (typeof leaf === "boolean") return "bool";
  if (typeof leaf === "bigint") return integerDType(leaf);
  if (isComplexNumber(leaf)) return floatX === "float64" ? "complex128" : "complex64";
  return (leaf as Contents).dtype;
}

/** Calls `see` with every leaf: a literal, or the contents of an inner typed array or array. */
function visit(
  value: unknown,
  shape: readonly number[],
  path: readonly number[],
  see: (leaf: unknown) => void,
): void {
  if (Array.isArray(value)) {
    if (path.length === shape.length) throw ragged(path, `a list of ${value.length}`, "a single value");
    if (value.length !== shape[path.length])
      throw ragged(path, `${value.length} elements`, `${shape[path.length]}`);
    for (let i = 0; i < value.length; i++) {
      const inner: unknown = value[i];
      if (typeof inner === "number" && path.length + 1 === shape.length) see(inner);
      else visit(inner, shape, [...path, i], see);
    }
    return;
  }
  const inner = contentsOf(value);
  const rest = shape.slice(path.length);
  if (!inner && !isLiteral(value))
    throw new TheanoTypeError(
      `Cannot make an array of ${typeName(value)}${path.length ? ` at [${path.join(", ")}]` : ""}: elements are numbers, bigints, booleans or complex(re, im)`,
    );
  const own = inner?.shape ?? [];
  if (own.length !== rest.length || own.some((length, axis) => length !== rest[axis]))
    throw ragged(
      path,
      inner ? `shape [${own}]` : "a single value",
      rest.length ? `shape [${rest}]` : "a single value",
    );
  see(inner ?? value);
}

const isLiteral = (value: unknown): boolean =>
  typeof value === "number" ||
  typeof value === "bigint" ||
  typeof value === "boolean" ||
  isComplexNumber(value);

const ragged = (path: readonly number[], has: string, others: string): ValueError =>
  new ValueError(
    `Cannot make an array of a ragged list: [${path.join(", ")}] has ${has}, those before it ${others}`,
  );

const typeName = (value: unknown): string =>
  value === null
    ? "null"
    : typeof value === "string"
      ? `the string "${value}"`
      : typeof value === "object"
        ? `an object (${Object.prototype.toString.call(value).slice(8, -1)})`
        : typeof value === "undefined"
          ? "undefined"
          : `a ${typeof value}`;

/** Writes all leaves in order. Throws where the list is not regular. */
function fill(data: TypedArray, dtype: DType, value: unknown, shape: readonly number[]): void {
  let place = 0;
  visit(value, shape, [], (leaf) => {
    if (isLiteral(leaf)) {
      writeElement(data, dtype, place++, leaf as Element);
      return;
    }
    const inner = leaf as Contents;
    const size = sizeOf(inner.shape);
    for (let i = 0; i < size; i++)
      writeElement(data, dtype, place++, readElement(inner.data, inner.dtype, i));
  });
}
