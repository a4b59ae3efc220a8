import type { Expr } from "../expr.ts";
import {
  abs,
  add,
  and,
  bitcast,
  cast,
  div,
  eq,
  floor,
  lt,
  mul,
  ne,
  not,
  number,
  select,
  sub,
} from "../prims.ts";
import { exp2, exp2Sum } from "./exponential.ts";
import { log2, splitAny } from "./logarithm.ts";
import { atLeast, atMost, bitsConstant, horner, withSign } from "./parts.ts";

// |x|^y = 2^(y·log2|x|), where an error in the exponent counts as often as the exponent is large: so in float64 the
// logarithm and the product are each a number of 21 bits, of which products are exact, and a rest. As FreeBSD's msun
// does it (e_pow.c, © 2004 Sun Microsystems, freely licensed), without a table. In float32 it is computed in float64.

/**
 * 3·atanh(s)/s - 3 - s² as s⁴ times a polynomial in s², for s² up to (3 - √8)²: interpolated where Chebyshev's
 * polynomial is 0 (mpmath, 60 digits); the error of all is below 3e-21.
 */
const rest = [
  0.6, 0.4285714285714405, 0.33333333332484344, 0.27272727502971805, 0.23076892456323606, 0.20002206358333693,
  0.17559372786005675, 0.17584576797675516,
];
/** 2 / (3 ln 2), and its parts. */
const factor = 0.9617966939259756;
const factorHigh = 0.9617962837219238;
const factorLow = 4.102040517767816e-7;

/** The upper 21 bits of a float64: the product of two such is exact. */
const high = (x: Expr): Expr =>
  bitcast(and(bitcast(x, "int64"), bitsConstant(x, 0xffffffff00000000n)), "float64");

/** log2(x) of a positive float64 in two parts, the first of 21 bits. */
function log2Parts(x: Expr): { first: Expr; second: Expr } {
  // log(1 + f) = 2·atanh(s) = ⅔·s·(3 + s² + r).
  const { k, f } = splitAny(x);
  const width = add(f, 2);
  const inverse = div(number(1, "float64"), width);
  const s = mul(f, inverse);
  const sHigh = high(s);
  const widthHigh = high(width);
  const widthLow = sub(f, sub(widthHigh, 2));
  const sLow = mul(inverse, sub(sub(f, mul(sHigh, widthHigh)), mul(sHigh, widthLow)));
  const z = mul(s, s);
  const r = add(mul(mul(z, z), horner(z, rest)), mul(sLow, add(sHigh, s)));
  const square = mul(sHigh, sHigh);
  const sum = high(add(add(square, 3), r));
  const sumLow = sub(r, sub(sub(sum, 3), square));
  const product = mul(sHigh, sum);
  const more = add(mul(sLow, sum), mul(sumLow, s));
  const p = high(add(product, more));
  const pLow = sub(more, sub(p, product));
  const q = mul(p, factorHigh);
  const qLow = add(mul(p, factorLow), mul(pLow, factor));
  const first = high(add(add(q, qLow), k));
  return { first, second: sub(qLow, sub(sub(first, k), q)) };
}

/** x^y of positive, finite float64 numbers. */
function precise(x: Expr, y: Expr): Expr {
  const { first, second } = log2Parts(x);
  const yHigh = high(y);
  return exp2Sum(mul(yHigh, first), add(mul(sub(y, yHigh), first), mul(y, second)));
}

/** The same of float32 numbers, in float64. */
const wide = (x: Expr, y: Expr): Expr =>
  cast(exp2(mul(cast(y, "float64"), log2(cast(x, "float64")))), "float32");

/** As C computes it: 1 to any power and anything to the 0 are 1, NaN too. */
export function pow(x: Expr, y: Expr): Expr {
  const { dtype } = x;
  const n = (value: number): Expr => number(value, dtype);
  const [one, zero, infinity] = [n(1), n(0), n(Number.POSITIVE_INFINITY)];
  const a = abs(x);
  // Beyond this the result is 0, 1 or infinite, and the product of infinity and 0 is not.
  const exponent = atLeast(atMost(y, 2 ** 100), -(2 ** 100));
  const isFalling = lt(y, zero);
  const size = select(
    eq(a, zero),
    select(isFalling, infinity, zero),
    select(
      eq(a, infinity),
      select(isFalling, zero, infinity),
      (dtype === "float64" ? precise : wide)(a, exponent),
    ),
  );
  const half = mul(y, 0.5);
  const isWhole = eq(floor(y), y);
  const isOdd = and(isWhole, ne(floor(half), half));
  const isRoot = and(and(lt(x, zero), lt(a, infinity)), not(isWhole));
  const real = select(isRoot, n(Number.NaN), select(isOdd, withSign(size, x), size));
  const areNumbers = and(eq(x, x), eq(y, y));
  return select(eq(y, zero), one, select(areNumbers, real, select(eq(x, one), one, mul(x, y))));
}
