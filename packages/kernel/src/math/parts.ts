import type { RealDType } from "../dtype.ts";
import { constant, type Expr } from "../expr.ts";
import { add, and, bitcast, lt, mul, number, or, select, shl, sub } from "../prims.ts";

/** The floats that functions are defined for. */
export type Float = "float32" | "float64";

/** What the definitions need to know of a float format. */
export interface Format {
  readonly dtype: Float;
  readonly bits: RealDType;
  /** Bits of the fraction. */
  readonly fraction: number;
  /** Adding and subtracting it rounds to an integer, which is then in the low bits. */
  readonly magic: number;
  readonly bias: number;
}

const formats: { readonly [D in Float]: Format } = {
  float32: { dtype: "float32", bits: "int32", fraction: 23, magic: 1.5 * 2 ** 23, bias: 127 },
  float64: { dtype: "float64", bits: "int64", fraction: 52, magic: 1.5 * 2 ** 52, bias: 1023 },
};
/** The format of `x`, a float32 or float64. */
export const formatOf = (x: Expr): Format => formats[x.dtype as Float];

/** `x` or the limit; NaN stays. These orders of operands are what vector units have an instruction for. */
export const atMost = (x: Expr, limit: number): Expr => {
  const c = number(limit, x.dtype);
  return select(lt(c, x), c, x);
};
/** `x` or the limit, whichever is greater; NaN stays. */
export const atLeast = (x: Expr, limit: number): Expr => {
  const c = number(limit, x.dtype);
  return select(lt(x, c), c, x);
};

/** The nearest integer of x + 0: as a number, and with its bits in the low end of `raw`. */
export function toInteger(x: Expr): { whole: Expr; raw: Expr } {
  const { magic } = formatOf(x);
  const raw = add(x, magic);
  return { whole: sub(raw, magic), raw };
}

/** An integer constant as wide as the float `x`. */
export const bitsConstant = (x: Expr, value: bigint): Expr => {
  const { bits } = formatOf(x);
  return constant(bits === "int64" ? BigInt.asIntN(64, value) : Number(BigInt.asIntN(32, value)), bits);
};

/** 2 to the integer that `raw`, from `toInteger`, holds, plus `more`: right for results that are normal numbers. */
export function powerOfTwo(raw: Expr, more = 0): Expr {
  const { bits, fraction, bias, dtype } = formatOf(raw);
  const shifted = shl(bitcast(raw, bits), fraction);
  return bitcast(add(shifted, bitsConstant(raw, BigInt(bias + more) << BigInt(fraction))), dtype);
}

/** `x ≥ 0` with the sign bit of `y`. */
export function withSign(x: Expr, y: Expr): Expr {
  const { bits, dtype } = formatOf(x);
  const sign = bitsConstant(x, dtype === "float64" ? 1n << 63n : 1n << 31n);
  return bitcast(or(bitcast(x, bits), and(bitcast(y, bits), sign)), dtype);
}

/** c₀ + c₁x + c₂x² + …, from the highest down: few registers. */
export const horner = (x: Expr, c: readonly number[]): Expr =>
  c.slice(0, -1).reduceRight<Expr>((sum, k) => add(mul(sum, x), k), number(c.at(-1) as number, x.dtype));

/** The same by halves: a shorter chain of dependent operations. */
export function estrin(x: Expr, c: readonly number[]): Expr {
  let terms: Expr[] = c.map((k) => number(k, x.dtype));
  let power = x;
  while (terms.length > 1) {
    const next: Expr[] = [];
    for (let i = 0; i < terms.length; i += 2) {
      const [low, high] = [terms[i] as Expr, terms[i + 1]];
      next.push(high ? add(mul(high, power), low) : low);
    }
    terms = next;
    power = mul(power, power);
  }
  return terms[0] as Expr;
}
