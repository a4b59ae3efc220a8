import { bytesOf, isBig, isFloat, kindOf, type RealDType } from "./dtype.ts";
import type { Scalar } from "./expr.ts";
import { roundHalf } from "./float16.ts";

const wrapNumber: { readonly [D in RealDType]?: (x: number) => number } = {
  bool: (x) => (x ? 1 : 0),
  int8: (x) => (x << 24) >> 24,
  int16: (x) => (x << 16) >> 16,
  int32: (x) => x | 0,
  uint8: (x) => x & 0xff,
  uint16: (x) => x & 0xffff,
  uint32: (x) => x >>> 0,
  float16: roundHalf,
  float32: Math.fround,
  float64: (x) => x,
};

/**
 * Brings the exact result of an operation into `dtype`: floats are rounded to nearest even, integers wrap, bool is
 * whether it is not zero. 64-bit integers take and give bigints, the others numbers.
 */
export const wrap = (dtype: RealDType): ((x: Scalar) => Scalar) =>
  dtype === "int64"
    ? (x) => BigInt.asIntN(64, x as bigint)
    : dtype === "uint64"
      ? (x) => BigInt.asUintN(64, x as bigint)
      : (wrapNumber[dtype] as (x: Scalar) => Scalar);

const two31 = 2 ** 31;
const two63 = 2 ** 63;

/** A float truncated to a signed integer; what does not fit, NaN too, is the most negative one. */
const truncate32 = (x: number): number => (x > -two31 - 1 && x < two31 ? Math.trunc(x) | 0 : -two31);
const truncate64 = (x: number): bigint => (x >= -two63 && x < two63 ? BigInt(Math.trunc(x)) : -(1n << 63n));

/**
 * Conversion of a scalar as NumPy does it on a 64-bit x86: integers wrap, integers to floats round to nearest, floats
 * to integers truncate. A float outside the target's range, or NaN, goes through the next machine integer: int8, uint8,
 * int16, uint16 and int32 through int32, uint32 and int64 through int64, each giving its most negative value; uint64
 * gives 2^63.
 */
export function castScalar(from: RealDType, to: RealDType): (x: Scalar) => Scalar {
  if (from === to) return (x) => x;
  const finish = wrap(to);
  if (to === "bool") return (x) => (Number(x) === 0 ? 0 : 1); // NaN is not zero
  if (isFloat(to))
    return isBig(from) && to !== "float64"
      ? (x) => finish(bigToFloat32(x as bigint))
      : (x) => finish(Number(x));
  if (isFloat(from)) {
    if (to === "int64") return (x) => truncate64(x as number);
    if (to === "uint64")
      return (x) =>
        (x as number) >= two63 && (x as number) < 2 * two63
          ? BigInt(Math.trunc(x as number))
          : BigInt.asUintN(64, truncate64(x as number));
    if (to === "uint32") return (x) => Number(BigInt.asUintN(32, truncate64(x as number)));
    return (x) => finish(truncate32(x as number));
  }
  if (isBig(to)) return isBig(from) ? finish : (x) => finish(BigInt(x));
  if (isBig(from)) return (x) => finish(Number(BigInt.asIntN(32, x as bigint)));
  return finish;
}

/** Rounds once: through double first, a 64-bit integer could be rounded twice. */
function bigToFloat32(x: bigint): number {
  const nearest = Number(x);
  const rounded = Math.fround(nearest);
  if (BigInt(nearest) === x || Math.abs(nearest - rounded) === 0) return rounded;
  // The double is a tie between two floats only if it was itself rounded: decide by the exact value.
  const [low, high] =
    rounded < nearest ? [rounded, nextFloat32(rounded, 1)] : [nextFloat32(rounded, -1), rounded];
  if (nearest - low !== high - nearest) return rounded;
  return x > BigInt(nearest) ? high : low;
}

function nextFloat32(x: number, direction: 1 | -1): number {
  const bits = new Int32Array(Float32Array.of(x).buffer);
  (bits[0] as number) += (x > 0 ? 1 : -1) * direction;
  return new Float32Array(bits.buffer)[0] as number;
}

const scratch = /* @__PURE__ */ new DataView(new ArrayBuffer(8));

/** The same bits read as another dtype of the same width. */
export function bitcastScalar(from: RealDType, to: RealDType): (x: Scalar) => Scalar {
  if (bytesOf(from) !== bytesOf(to)) throw new Error(`internal: bitcast of ${from} to ${to}`);
  return (x) => {
    put(from, x);
    return get(to);
  };
}

function put(dtype: RealDType, x: Scalar): void {
  if (dtype === "float64") scratch.setFloat64(0, x as number);
  else if (dtype === "float32") scratch.setFloat32(0, x as number);
  else if (isBig(dtype)) scratch.setBigInt64(0, BigInt.asIntN(64, x as bigint));
  else if (bytesOf(dtype) === 4) scratch.setInt32(0, (x as number) | 0);
  else throw new Error(`internal: bitcast of ${dtype}`);
}

function get(dtype: RealDType): Scalar {
  if (dtype === "float64") return scratch.getFloat64(0);
  if (dtype === "float32") return scratch.getFloat32(0);
  if (dtype === "int64") return scratch.getBigInt64(0);
  if (dtype === "uint64") return scratch.getBigUint64(0);
  return kindOf(dtype) === "u" ? scratch.getUint32(0) : scratch.getInt32(0);
}
