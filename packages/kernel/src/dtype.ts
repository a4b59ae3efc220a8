/** The element types an array can have, by NumPy's names. */
export type DType =
  | "bool"
  | "int8"
  | "int16"
  | "int32"
  | "int64"
  | "uint8"
  | "uint16"
  | "uint32"
  | "uint64"
  | "float16"
  | "float32"
  | "float64"
  | "complex64"
  | "complex128";

/** What a scalar expression computes with: every dtype but the complex ones, which are pairs of these. */
export type RealDType = Exclude<DType, "complex64" | "complex128">;

/** Kinds as NumPy letters them: bool, unsigned, signed, floating, complex. */
export type Kind = "b" | "u" | "i" | "f" | "c";

/**
 * The typed array that stores a dtype. bool is one byte, 0 or 1; float16 is the raw half-precision bits;
 * complex numbers are interleaved, real part first; 64-bit integers are BigInts, so they stay exact.
 */
export type TypedArray =
  | Int8Array
  | Int16Array
  | Int32Array
  | BigInt64Array
  | Uint8Array
  | Uint16Array
  | Uint32Array
  | BigUint64Array
  | Float32Array
  | Float64Array;

type TypedArrayConstructor = new (
  source: number | ArrayBufferLike,
  offset?: number,
  length?: number,
) => TypedArray;

interface Row {
  readonly kind: Kind;
  /** Bytes of one element; a complex element is two numbers. */
  readonly bytes: number;
  readonly array: TypedArrayConstructor;
}

const row = (kind: Kind, bytes: number, array: unknown): Row => ({
  kind,
  bytes,
  array: array as TypedArrayConstructor,
});

const table: { readonly [D in DType]: Row } = {
  bool: row("b", 1, Uint8Array),
  uint8: row("u", 1, Uint8Array),
  uint16: row("u", 2, Uint16Array),
  uint32: row("u", 4, Uint32Array),
  uint64: row("u", 8, BigUint64Array),
  int8: row("i", 1, Int8Array),
  int16: row("i", 2, Int16Array),
  int32: row("i", 4, Int32Array),
  int64: row("i", 8, BigInt64Array),
  float16: row("f", 2, Uint16Array),
  float32: row("f", 4, Float32Array),
  float64: row("f", 8, Float64Array),
  complex64: row("c", 8, Float32Array),
  complex128: row("c", 16, Float64Array),
};

/** Every dtype, in NumPy's order. */
export const dtypes: readonly DType[] = /* @__PURE__ */ Object.keys(table) as DType[];

/** Whether `name` is a dtype. */
export const isDType = (name: unknown): name is DType =>
  typeof name === "string" && Object.hasOwn(table, name);

/** NumPy's letter for the family of `dtype`. */
export const kindOf = (dtype: DType): Kind => table[dtype].kind;

/** Bytes of one element of `dtype` (a complex element counts both parts). */
export const bytesOf = (dtype: DType): number => table[dtype].bytes;

/** Whether elements are pairs of floats. */
export const isComplex = (dtype: DType): dtype is "complex64" | "complex128" => kindOf(dtype) === "c";
/** Whether elements are floats of any width, not complex. */
export const isFloat = (dtype: DType): boolean => kindOf(dtype) === "f";
/** Signed or unsigned, without bool. */
export const isInteger = (dtype: DType): boolean => kindOf(dtype) === "i" || kindOf(dtype) === "u";
/** Integers and bool: what Theano calls discrete. */
export const isDiscrete = (dtype: DType): boolean => isInteger(dtype) || dtype === "bool";
/** Stored as BigInt. */
export const isBig = (dtype: DType): dtype is "int64" | "uint64" => dtype === "int64" || dtype === "uint64";

/** The dtype of each part of a complex dtype; a real dtype is its own part. */
export const partOf = (dtype: DType): RealDType =>
  dtype === "complex64" ? "float32" : dtype === "complex128" ? "float64" : dtype;

/** Numbers stored for one element: 2 for complex dtypes, else 1. */
export const partsOf = (dtype: DType): 1 | 2 => (isComplex(dtype) ? 2 : 1);

/** A zeroed array that holds `length` elements of `dtype`. */
export const allocate = (dtype: DType, length: number): TypedArray =>
  new table[dtype].array(length * partsOf(dtype));

/** The `length` elements of `dtype` that start `offset` bytes into `buffer`, as a view. */
export const viewOf = (dtype: DType, buffer: ArrayBufferLike, offset: number, length: number): TypedArray =>
  new table[dtype].array(buffer, offset, length * partsOf(dtype));

/** The values an integer dtype can hold, both ends included; bool is 0 … 1. Throws for other kinds. */
export function rangeOf(dtype: DType): { readonly min: bigint; readonly max: bigint } {
  const { kind, bytes } = table[dtype];
  if (kind === "b") return { min: 0n, max: 1n };
  const bits = BigInt(bytes * 8);
  if (kind === "u") return { min: 0n, max: (1n << bits) - 1n };
  if (kind === "i") return { min: -(1n << (bits - 1n)), max: (1n << (bits - 1n)) - 1n };
  throw new TypeError(`internal: ${dtype} has no integer range`);
}

const byKind = (kind: "u" | "i" | "f" | "c", bytes: number): DType =>
  ((kind === "c" ? "complex" : kind === "f" ? "float" : kind === "u" ? "uint" : "int") + bytes * 8) as DType;

/** The smallest float that holds every value of `dtype`, by NumPy's rule (int16 fits float32, int32 needs float64). */
const floatBytes = (dtype: DType): number => {
  const { kind, bytes } = table[dtype];
  if (kind === "c") return bytes / 2;
  if (kind === "f") return bytes;
  return kind === "b" || bytes === 1 ? 2 : bytes === 2 ? 4 : 8;
};

/**
 * The dtype NumPy gives to a sum of the two (`numpy.promote_types`): the smallest that holds both exactly,
 * float64 where none does (int64 with uint64).
 */
export function promote(a: DType, b: DType): DType {
  if (a === b) return a;
  const ra = table[a];
  const rb = table[b];
  if (ra.kind === "b") return b;
  if (rb.kind === "b") return a;
  const kinds = ra.kind + rb.kind;
  if (kinds.includes("c")) return byKind("c", Math.max(4, floatBytes(a), floatBytes(b)) * 2);
  if (kinds.includes("f")) return byKind("f", Math.max(floatBytes(a), floatBytes(b)));
  if (ra.kind === rb.kind) return ra.bytes >= rb.bytes ? a : b;
  const [signed, unsigned] = ra.kind === "i" ? [ra, rb] : [rb, ra];
  if (signed.bytes > unsigned.bytes) return byKind("i", signed.bytes);
  return unsigned.bytes === 8 ? "float64" : byKind("i", unsigned.bytes * 2);
}

/** The dtype that holds all of `dtypes`, by `promote`; bool if there is none. */
export const promoteAll = (list: readonly DType[]): DType => list.reduce(promote, "bool");
