import type { RealDType, TypedArray } from "@theano-ts/kernel";

/** How the numbers of one buffer enter and leave memory. */
export interface Copies {
  /** Copies all of `from` over `to`, which is as long. */
  into(from: TypedArray, to: TypedArray): void;
  /** A copy that belongs to the caller. */
  out(from: TypedArray): TypedArray;
}

/** Up to here, a loop is faster than a call of the engine's own copy. */
const few = 16;

/** The general way: for many numbers, and for dtypes that are rarely passed one by one. */
const general: Copies = {
  into: (from, to) => (to as { set(from: unknown): void }).set(from),
  out: (from) => from.slice(),
};

// One function for each dtype that scalars have, written out: an engine learns which arrays a function meets, and one
// that meets many kinds is several times slower.

const float64: Copies = {
  into(from, to) {
    const [x, y] = [from as Float64Array, to as Float64Array];
    for (let i = 0; i < y.length; i++) y[i] = x[i] as number;
  },
  out(from) {
    const x = from as Float64Array;
    const y = new Float64Array(x.length);
    for (let i = 0; i < y.length; i++) y[i] = x[i] as number;
    return y;
  },
};

const float32: Copies = {
  into(from, to) {
    const [x, y] = [from as Float32Array, to as Float32Array];
    for (let i = 0; i < y.length; i++) y[i] = x[i] as number;
  },
  out(from) {
    const x = from as Float32Array;
    const y = new Float32Array(x.length);
    for (let i = 0; i < y.length; i++) y[i] = x[i] as number;
    return y;
  },
};

const int64: Copies = {
  into(from, to) {
    const [x, y] = [from as BigInt64Array, to as BigInt64Array];
    for (let i = 0; i < y.length; i++) y[i] = x[i] as bigint;
  },
  out(from) {
    const x = from as BigInt64Array;
    const y = new BigInt64Array(x.length);
    for (let i = 0; i < y.length; i++) y[i] = x[i] as bigint;
    return y;
  },
};

const special: { readonly [D in RealDType]?: Copies } = { float64, float32, int64 };

/** The fastest way to copy `length` numbers of `dtype`. */
export const copiesOf = (dtype: RealDType, length: number): Copies =>
  (length <= few ? special[dtype] : undefined) ?? general;
