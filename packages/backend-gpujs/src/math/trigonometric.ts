import type { Expr } from "@theano-ts/kernel";
import * as prim from "@theano-ts/kernel/prims";
import {
  abs,
  add,
  and,
  copySign,
  div,
  eq,
  gt,
  lt,
  mul,
  neg,
  select,
  sqrt,
  sub,
} from "@theano-ts/kernel/prims";
import { float, isNegative, nearest, polynomial } from "./parts.ts";

// The intervals and polynomials are those of Cephes (sinf.c, atanf.c, asinf.c; S. Moshier).

/** π/2 in three parts, of few enough bits for products with small integers to be exact. */
const halfPi: readonly number[] = [1.5703125, 4.837512969970703e-4, 7.549789954891882e-8];

/** The largest angle whose multiple of π/2 is exact in the first part; beyond, nothing is known of sines. */
const largestAngle = 1e5;

/** x less the nearest multiple of π/2, and which of the four quarters that was; NaN beyond {@link largestAngle}. */
function reduced(angle: Expr): { readonly r: Expr; readonly quarter: Expr } {
  const x = select(gt(abs(angle), float(largestAngle)), float(Number.NaN), angle);
  const k = nearest(mul(x, float(2 / Math.PI)));
  const r = halfPi.reduce<Expr>((rest, part) => sub(rest, mul(k, float(part))), x);
  const quarter = sub(k, mul(float(4), prim.floor(mul(k, float(0.25)))));
  return { r, quarter };
}

function sineNear0(r: Expr): Expr {
  const square = mul(r, r);
  const p = polynomial(square, [-1.6666654611e-1, 8.3321608736e-3, -1.9515295891e-4]);
  return add(mul(mul(p, square), r), r);
}
function cosineNear0(r: Expr): Expr {
  const square = mul(r, r);
  const p = polynomial(square, [4.166664568298827e-2, -1.388731625493765e-3, 2.443315711809948e-5]);
  return add(sub(mul(mul(p, square), square), mul(square, float(0.5))), float(1));
}

/** The sine of an angle that is `ahead` quarters further. */
function sineAhead(x: Expr, ahead: 0 | 1): Expr {
  const { r, quarter } = reduced(x);
  const isAt = (k: number): Expr => eq(quarter, float((k - ahead + 4) % 4));
  const value = select(prim.or(isAt(1), isAt(3)), cosineNear0(r), sineNear0(r));
  return select(prim.or(isAt(2), isAt(3)), neg(value), value);
}

/** Sine of radians. */
export const sin = (x: Expr): Expr => sineAhead(x, 0);
/** Cosine of radians. */
export const cos = (x: Expr): Expr => sineAhead(x, 1);

/** Tangent of radians. */
export function tan(x: Expr): Expr {
  const { r, quarter } = reduced(x);
  const [s, c] = [sineNear0(r), cosineNear0(r)];
  const isOdd = prim.or(eq(quarter, float(1)), eq(quarter, float(3)));
  return select(isOdd, neg(div(c, s)), div(s, c));
}

/** The arcus tangent of a ≥ 0. */
function atanPositive(a: Expr): Expr {
  const [isLarge, isMiddle] = [gt(a, float(2.414213562373095)), gt(a, float(0.4142135623730951))];
  const t = select(isLarge, div(float(-1), a), select(isMiddle, div(sub(a, float(1)), add(a, float(1))), a));
  const base = select(isLarge, float(Math.PI / 2), select(isMiddle, float(Math.PI / 4), float(0)));
  const square = mul(t, t);
  const p = polynomial(square, [-3.33329491539e-1, 1.99777106478e-1, -1.38776856032e-1, 8.05374449538e-2]);
  return add(base, add(mul(mul(p, square), t), t));
}

/** The arcus tangent, in radians. */
export const atan = (x: Expr): Expr => copySign(atanPositive(abs(x)), x);

/** The angle of the point (x, y), with the signs of zeros. */
export function atan2(y: Expr, x: Expr): Expr {
  const [a, b] = [abs(y), abs(x)];
  const inf = float(Infinity);
  const isCorner = and(eq(a, inf), eq(b, inf));
  const slope = select(
    isCorner,
    float(1),
    select(and(eq(a, float(0)), eq(b, float(0))), float(0), div(a, b)),
  );
  const angle = atanPositive(slope);
  return copySign(select(isNegative(x), sub(float(Math.PI), angle), angle), y);
}

/** x + x·z·p(z), z = x²: the arcus sine of 0 ≤ x ≤ ½. */
function asinNear0(x: Expr): Expr {
  const z = mul(x, x);
  const p = polynomial(
    z,
    [1.6666752422e-1, 7.4953002686e-2, 4.5470025998e-2, 2.4181311049e-2, 4.2163199048e-2],
  );
  return add(mul(mul(p, z), x), x);
}

/** √((1 - a) / 2), whose arcus sine is half the arcus cosine of a. */
const chord = (a: Expr): Expr => sqrt(mul(sub(float(1), a), float(0.5)));

/** The arcus sine, in radians; NaN outside -1 … 1. */
export function asin(x: Expr): Expr {
  const a = abs(x);
  const outer = sub(float(Math.PI / 2), mul(float(2), asinNear0(chord(a))));
  return copySign(select(gt(a, float(0.5)), outer, asinNear0(a)), x);
}

/** The arcus cosine, in radians; NaN outside -1 … 1. */
export function acos(x: Expr): Expr {
  const a = abs(x);
  const outer = mul(float(2), asinNear0(chord(a)));
  const far = select(lt(x, float(0)), sub(float(Math.PI), outer), outer);
  const near = sub(float(Math.PI / 2), copySign(asinNear0(a), x));
  return select(gt(a, float(0.5)), far, near);
}
