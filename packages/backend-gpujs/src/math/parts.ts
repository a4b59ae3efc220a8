import type { Expr } from "@theano-ts/kernel";
import * as prim from "@theano-ts/kernel/prims";
import { add, floor, lt, mul, number, select } from "@theano-ts/kernel/prims";

// Devices have functions of their own, but no two agree: logarithms of 0 that are finite, sines with an error of 2⁻¹¹,
// exponentials of NaN that are infinite. So everything here is made of sums, products, quotients and comparisons.

/** A float32 constant. */
export const float = (x: number): Expr => number(x, "float32");

/** c₀ + c₁x + c₂x² + …, highest first inside. */
export const polynomial = (x: Expr, coefficients: readonly number[]): Expr =>
  coefficients
    .slice(0, -1)
    .reduceRight<Expr>((sum, c) => add(mul(sum, x), float(c)), float(coefficients.at(-1) as number));

/** The integer nearest to `x`. */
export const nearest = (x: Expr): Expr => floor(add(x, float(0.5)));

/** Whether `x` has a sign, -0 too. */
export const isNegative = (x: Expr): Expr =>
  prim.or(lt(x, float(0)), prim.and(prim.eq(x, float(0)), lt(prim.div(float(1), x), float(0))));

/** 2 to the integer `k`, exactly, of -126 … 127; below, as near as the device can. */
export function powerOfTwo(k: Expr): Expr {
  const isSmall = lt(k, float(0));
  let [rest, power] = [prim.abs(k), float(1)];
  for (const bit of [128, 64, 32, 16, 8, 4, 2, 1]) {
    const has = prim.ge(rest, float(bit));
    const factor = bit === 128 ? float(2 ** -bit) : select(isSmall, float(2 ** -bit), float(2 ** bit));
    power = mul(power, select(has, factor, float(1)));
    if (bit > 1) rest = select(has, prim.sub(rest, float(bit)), rest);
  }
  return power;
}

/** ln 2 in two parts, of which the first has few enough bits for products with exponents to be exact. */
export const ln2: readonly [number, number] = [0.693359375, -2.1219444005469057e-4];
