import type { Expr } from "@theano-ts/kernel";
import * as prim from "@theano-ts/kernel/prims";
import { add, lt, mul, select, sub } from "@theano-ts/kernel/prims";
import { float, ln2, nearest, polynomial, powerOfTwo } from "./parts.ts";

/** eʳ for |r| ≤ ½ ln 2: 1 + r + r²·p(r), p from Cephes (expf.c, S. Moshier). */
function near0(r: Expr): Expr {
  const p = polynomial(
    r,
    [5.0000001201e-1, 1.6666665459e-1, 4.1665795894e-2, 8.3334519073e-3, 1.3981999507e-3, 1.98756915e-4],
  );
  return add(add(mul(mul(r, r), p), r), float(1));
}

/** eʳ·2ᵏ; the last doubling apart, so that the largest numbers are reached. */
const scaled = (power: Expr, k: Expr): Expr => mul(mul(power, powerOfTwo(sub(k, float(1)))), float(2));

const within = (x: Expr, low: number, high: number): Expr => prim.max(prim.min(x, float(high)), float(low));

/** `eˣ`: e^(x - k·ln 2)·2ᵏ. */
export function exp(x: Expr): Expr {
  const bounded = within(x, -104, 89);
  const k = nearest(mul(bounded, float(Math.LOG2E)));
  const r = sub(sub(bounded, mul(k, float(ln2[0]))), mul(k, float(ln2[1])));
  return scaled(near0(r), k);
}

/** `2ˣ`. */
export function exp2(x: Expr): Expr {
  const bounded = within(x, -150, 128);
  const k = nearest(bounded);
  return scaled(near0(mul(sub(bounded, k), float(Math.LN2))), k);
}

const factorial = (n: number): number => (n < 2 ? 1 : n * factorial(n - 1));

/** `eˣ - 1`: near 0, where the difference would cancel, by the exponential series. */
export function expm1(x: Expr): Expr {
  const terms = Array.from({ length: 9 }, (_, k) => 1 / factorial(k + 1));
  const isNear = lt(prim.abs(x), float(0.5));
  return select(isNear, mul(x, polynomial(x, terms)), sub(exp(x), float(1)));
}

/** `1 / (1 + e⁻ˣ)`, by the exponential that does not overflow. */
export function sigmoid(x: Expr): Expr {
  const e = exp(prim.neg(prim.abs(x)));
  return prim.div(select(lt(x, float(0)), e, float(1)), add(float(1), e));
}
