import type { Expr } from "@theano-ts/kernel";
import * as prim from "@theano-ts/kernel/prims";
import { abs, add, div, eq, ge, gt, lt, mul, select, sub } from "@theano-ts/kernel/prims";
import { exp } from "./exponential.ts";
import { float, ln2, polynomial } from "./parts.ts";

/** x = (1 + f)·2ᵉ with f between √½ - 1 and √2 - 1, for positive finite x. */
function parts(x: Expr): { readonly f: Expr; readonly e: Expr } {
  let [m, e] = [x, float(0)];
  const shift = (condition: Expr, by: number): void => {
    m = mul(m, select(condition, float(2 ** -by), float(1)));
    e = add(e, select(condition, float(by), float(0)));
  };
  for (const bit of [64, 32, 16, 8, 4, 2, 1]) shift(ge(m, float(2 ** bit)), bit);
  for (const bit of [64, 32, 16, 8, 4, 2, 1]) shift(lt(m, float(2 ** (1 - bit))), -bit);
  shift(gt(m, float(Math.SQRT2)), 1);
  return { f: sub(m, float(1)), e };
}

/** log(1 + f) - f = -f²/2 + f³·p(f), p from Cephes (logf.c, S. Moshier). */
function rest(f: Expr): Expr {
  const p = polynomial(
    f,
    [
      3.3333331174e-1, -2.4999993993e-1, 2.0000714765e-1, -1.6668057665e-1, 1.4249322787e-1, -1.2420140846e-1,
      1.167699874e-1, -1.151461031e-1, 7.0376836292e-2,
    ],
  );
  const square = mul(f, f);
  return sub(mul(mul(square, f), p), mul(square, float(0.5)));
}

/** `value`, where x has a finite logarithm; at the ends what the logarithm is there. */
const atEnds = (x: Expr, value: Expr): Expr => {
  const ends = select(eq(x, float(0)), float(-Infinity), select(gt(x, float(0)), x, float(Number.NaN)));
  return select(prim.and(gt(x, float(0)), prim.le(x, float(3.4028234663852886e38))), value, ends);
};

/** The natural logarithm. */
export function log(x: Expr): Expr {
  const { f, e } = parts(x);
  const low = add(rest(f), mul(e, float(ln2[1])));
  return atEnds(x, add(add(f, low), mul(e, float(ln2[0]))));
}

/** The logarithm to base 2: of the fraction, times log₂ e in two parts, plus the exponent. */
export function log2(x: Expr): Expr {
  const { f, e } = parts(x);
  const beyond1 = Math.LOG2E - 1;
  const low = add(mul(rest(f), float(1 + beyond1)), mul(f, float(beyond1)));
  return atEnds(x, add(add(low, f), e));
}

/** The logarithm to base 10. */
export function log10(x: Expr): Expr {
  const { f, e } = parts(x);
  const [high, low] = [0.30078125, 2.4874566298e-4];
  const fraction = mul(add(rest(f), f), float(Math.LOG10E));
  return atEnds(x, add(add(fraction, mul(e, float(low))), mul(e, float(high))));
}

/** `log(1 + x)`: near 0 by 2·artanh(x / (2 + x)), whose odd series converges fast. */
export function log1p(x: Expr): Expr {
  const s = div(x, add(x, float(2)));
  const series = polynomial(mul(s, s), [1, 1 / 3, 1 / 5, 1 / 7, 1 / 9, 1 / 11]);
  const near = mul(mul(s, float(2)), series);
  return select(lt(abs(x), float(0.3)), near, log(add(x, float(1))));
}

/** `log(1 + eˣ)`, without overflow. */
export const softplus = (x: Expr): Expr => add(prim.max(x, float(0)), log1p(exp(prim.neg(abs(x)))));
