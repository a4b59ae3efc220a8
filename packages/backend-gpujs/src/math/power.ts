import type { Expr } from "@theano-ts/kernel";
import * as prim from "@theano-ts/kernel/prims";
import { abs, and, eq, floor, lt, mul, neg, or, select } from "@theano-ts/kernel/prims";
import { exp } from "./exponential.ts";
import { log } from "./logarithm.ts";
import { float, isNegative } from "./parts.ts";

/** `xʸ`: a product if y is a small integer, else e^(y·log|x|), with the sign that odd exponents give. */
export function pow(x: Expr, y: Expr): Expr {
  if (y.kind === "const" && Number.isInteger(y.value) && Math.abs(Number(y.value)) <= 8)
    return integerPower(x, Number(y.value));
  const size = select(eq(abs(x), float(1)), float(1), exp(mul(y, log(abs(x)))));
  const isWhole = eq(floor(y), y);
  const half = mul(y, float(0.5));
  const isOdd = and(isWhole, prim.not(eq(floor(half), half)));
  const isRoot = and(and(lt(x, float(0)), lt(abs(x), float(Infinity))), prim.not(isWhole));
  const negative = select(isOdd, neg(size), select(isRoot, float(Number.NaN), size));
  const isOne = or(eq(y, float(0)), eq(x, float(1)));
  return select(isOne, float(1), select(isNegative(x), negative, size));
}

function integerPower(x: Expr, n: number): Expr {
  if (n === 0) return float(1);
  if (n < 0) return prim.div(float(1), integerPower(x, -n));
  if (n === 1) return x;
  const half = integerPower(x, Math.floor(n / 2));
  return n % 2 === 0 ? mul(half, half) : mul(mul(half, half), x);
}
