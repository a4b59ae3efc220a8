import type { Expr } from "../expr.ts";
import { abs, add, div, eq, gt, lt, mul, number, select, sqrt, sub } from "../prims.ts";
import { type Float, horner, withSign } from "./parts.ts";

// The intervals and coefficients of FreeBSD's msun (s_atan.c, e_asin.c, e_acos.c and their floats; © 1993 Sun
// Microsystems, freely licensed).

interface Constants {
  /** (x - atan x) / x³ in x², |x| ≤ 7/16. */
  readonly atan: readonly number[];
  /** (asin x - x) / x³ in x², |x| ≤ 1/2: numerator and denominator. */
  readonly p: readonly number[];
  readonly q: readonly number[];
  /** π/2 in two parts. */
  readonly halfPi: readonly [number, number];
}

const constants: { readonly [D in Float]: Constants } = {
  float32: {
    atan: [3.3333328366e-1, -1.9999158382e-1, 1.4253635705e-1, -1.0648017377e-1, 6.1687607318e-2],
    p: [1.6666586697e-1, -4.2743422091e-2, -8.656363003e-3],
    q: [1, -7.066296339e-1],
    halfPi: [1.5707963705062866, -4.371138828673793e-8],
  },
  float64: {
    atan: [
      0.3333333333333293, -0.19999999999876483, 0.14285714272503466, -0.11111110405462356,
      0.09090887133436507, -0.0769187620504483, 0.06661073137387531, -0.058335701337905735,
      0.049768779946159324, -0.036531572744216916, 0.016285820115365782,
    ],
    p: [
      0.16666666666666666, -0.3255658186224009, 0.20121253213486293, -0.04005553450067941,
      7.915349942898145e-4, 3.479331075960212e-5,
    ],
    q: [1, -2.403394911734414, 2.0209457602335057, -0.6882839716054533, 0.07703815055590194],
    halfPi: [1.5707963267948966, 6.123233995736766e-17],
  },
};
const constantsOf = (x: Expr): Constants => constants[x.dtype as Float];

/** atan(y / x) for x, y ≥ 0 of which not both are 0: reduced by atan ½, π/4, atan 3/2 or π/2. */
function atanQuotient(y: Expr, x: Expr): Expr {
  const n = (v: number): Expr => number(v, x.dtype);
  const below = (limit: number): Expr => lt(y, mul(x, limit));
  const [s0, s1, s2, s3] = [below(7 / 16), below(11 / 16), below(19 / 16), below(39 / 16)];
  const pick = (a: Expr, b: Expr, c: Expr, d: Expr, e: Expr): Expr =>
    select(s0, a, select(s1, b, select(s2, c, select(s3, d, e))));
  const two = add(y, y);
  const top = pick(y, sub(two, x), sub(y, x), sub(y, mul(x, 1.5)), mul(x, -1));
  const bottom = pick(x, add(add(x, x), y), add(x, y), add(x, mul(y, 1.5)), y);
  const high = pick(n(0), n(0.4636476090008061), n(Math.PI / 4), n(0.982793723247329), n(Math.PI / 2));
  const low64 = [
    2.2698777452961687e-17, 3.061616997868383e-17, 1.3903311031230998e-17, 6.123233995736766e-17,
  ];
  const low32 = [5.012158244e-9, 3.774894707e-8, 3.447321716e-8, 7.549789415e-8];
  // What the constants above lose when rounded: the float32 values are not the nearest, but those that msun pairs.
  const lows = x.dtype === "float64" ? low64 : low32;
  const high32 = pick(n(0), n(4.6364760399e-1), n(7.8539812565e-1), n(9.8279368877e-1), n(1.5707962513));
  const low = pick(
    n(0),
    n(lows[0] as number),
    n(lows[1] as number),
    n(lows[2] as number),
    n(lows[3] as number),
  );
  const t = div(top, bottom);
  const z = mul(t, t);
  const tail = mul(t, mul(z, horner(z, constantsOf(x).atan)));
  return sub(x.dtype === "float64" ? high : high32, sub(sub(tail, low), t));
}

/** The angle in [-π/2, π/2] whose tangent is x. */
export function atan(x: Expr): Expr {
  const a = abs(x);
  // Infinity would meet itself in the quotients.
  const large = 2 ** 66;
  return withSign(atanQuotient(select(gt(a, large), number(large, x.dtype), a), number(1, x.dtype)), x);
}

/** The angle of the point (x, y), in [-π, π]; signed zeros and infinities as in IEEE 754. */
export function atan2(y: Expr, x: Expr): Expr {
  const n = (v: number): Expr => number(v, x.dtype);
  const [a, b] = [abs(y), abs(x)];
  const infinite = n(Number.POSITIVE_INFINITY);
  const bothInfinite = select(eq(a, infinite), eq(b, infinite), lt(n(1), mul(a, 0)));
  // Scaled so that neither sums nor products over- or underflow: by a power of two that brings the larger near 1.
  const top = select(bothInfinite, n(1), a);
  const bottom = select(bothInfinite, n(1), b);
  const isBig = gt(select(lt(top, bottom), bottom, top), 2 ** (x.dtype === "float64" ? 500 : 60));
  const factor = select(
    isBig,
    n(2 ** (x.dtype === "float64" ? -600 : -70)),
    n(2 ** (x.dtype === "float64" ? 500 : 60)),
  );
  const [p, q] = [mul(top, factor), mul(bottom, factor)];
  const zero = eq(a, n(0));
  const xInfinite = eq(b, infinite);
  const yInfinite = eq(a, infinite);
  const finiteAngle = atanQuotient(p, q);
  const only = select(
    bothInfinite,
    n(Math.PI / 4),
    select(yInfinite, n(Math.PI / 2), select(xInfinite, n(0), finiteAngle)),
  );
  const quadrant = select(zero, n(0), only);
  const isLeft = lt(withSign(n(1), x), n(0));
  const turned = sub(
    n(Math.PI),
    sub(quadrant, n(x.dtype === "float64" ? 1.2246467991473532e-16 : -8.742277657347586e-8)),
  );
  const angle = select(isLeft, turned, quadrant);
  return withSign(select(eq(a, a), select(eq(b, b), abs(angle), b), a), y);
}

/** x + x·R(x²) for |x| < 1/2; R of z. */
function ratio(z: Expr): Expr {
  const { p, q } = constantsOf(z);
  return div(mul(z, horner(z, p)), horner(z, q));
}

/** The angle in [-π/2, π/2] whose sine is x; NaN for |x| > 1. */
export function asin(x: Expr): Expr {
  const [high, low] = constantsOf(x).halfPi;
  const a = abs(x);
  const isSmall = lt(a, 0.5);
  // asin a = π/2 - 2·asin √((1 - a)/2)
  const z = select(isSmall, mul(x, x), mul(sub(number(1, x.dtype), a), 0.5));
  const r = ratio(z);
  const s = sqrt(z);
  const small = add(x, mul(x, r));
  const large = sub(number(high, x.dtype), sub(mul(add(s, mul(s, r)), 2), low));
  return select(isSmall, small, withSign(abs(large), x));
}

/** The angle in [0, π] whose cosine is x; NaN for |x| > 1. */
export function acos(x: Expr): Expr {
  const [high, low] = constantsOf(x).halfPi;
  const n = (v: number): Expr => number(v, x.dtype);
  const a = abs(x);
  const isSmall = lt(a, 0.5);
  const z = select(isSmall, mul(x, x), mul(sub(n(1), a), 0.5));
  const r = ratio(z);
  const s = sqrt(z);
  const small = sub(n(high), sub(x, sub(n(low), mul(x, r))));
  const twice = mul(add(s, mul(s, r)), 2);
  const left = sub(n(2 * high), sub(twice, 2 * low));
  return select(isSmall, small, select(lt(x, n(0)), left, twice));
}
