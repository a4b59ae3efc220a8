import type { Expr } from "@theano-ts/kernel";
import * as prim from "@theano-ts/kernel/prims";
import { abs, add, copySign, div, gt, lt, mul, select, sub } from "@theano-ts/kernel/prims";
import { exp, expm1 } from "./exponential.ts";
import { log, log1p } from "./logarithm.ts";
import { float, polynomial } from "./parts.ts";

/** ½e^|x| and ½e^-|x|: by halves, which overflow later. */
function halves(x: Expr): readonly [Expr, Expr] {
  const half = exp(mul(abs(x), float(0.5)));
  return [mul(mul(half, float(0.5)), half), div(div(float(0.5), half), half)];
}

/** Hyperbolic sine: the odd series below 1, where the difference would cancel. */
export function sinh(x: Expr): Expr {
  const [grows, falls] = halves(x);
  const series = polynomial(mul(x, x), [1, 1 / 6, 1 / 120, 1 / 5040, 1 / 362880, 1 / 39916800]);
  return select(lt(abs(x), float(1)), mul(x, series), copySign(sub(grows, falls), x));
}

/** Hyperbolic cosine. */
export function cosh(x: Expr): Expr {
  const [grows, falls] = halves(x);
  return add(grows, falls);
}

/** t / (t + 2) with t = e²ˣ - 1 near 0; 1 - 2 / (e²ˣ + 1) beyond, where e²ˣ may overflow without harm. */
export function tanh(x: Expr): Expr {
  const t = expm1(mul(x, float(2)));
  const large = sub(float(1), div(float(2), add(exp(mul(abs(x), float(2))), float(1))));
  return select(lt(abs(x), float(0.55)), div(t, add(t, float(2))), copySign(large, x));
}

/** From here on 1 + x² is x². */
const huge = 1e9;

/** log1p(a + a² / (1 + √(1 + a²))), a = |x|, with the sign of x. */
export function asinh(x: Expr): Expr {
  const a = abs(x);
  const square = mul(a, a);
  const near = log1p(add(a, div(square, add(float(1), prim.sqrt(add(float(1), square))))));
  return copySign(select(gt(a, float(huge)), add(log(a), float(Math.LN2)), near), x);
}

/** log1p(t + √(2t + t²)), t = x - 1. */
export function acosh(x: Expr): Expr {
  const t = sub(x, float(1));
  const near = log1p(add(t, prim.sqrt(add(mul(t, float(2)), mul(t, t)))));
  const defined = select(gt(x, float(huge)), add(log(x), float(Math.LN2)), near);
  return select(lt(x, float(1)), float(Number.NaN), defined);
}

/** ½·log1p(2x / (1 - x)) of |x|, with the sign of x: beside -1 the other way would cancel. */
export function atanh(x: Expr): Expr {
  const a = abs(x);
  return copySign(mul(float(0.5), log1p(div(mul(a, float(2)), sub(float(1), a)))), x);
}
