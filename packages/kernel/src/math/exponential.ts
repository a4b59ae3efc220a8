import type { Expr } from "../expr.ts";
import { abs, add, bitcast, div, eq, lt, mul, neg, number, select, shl, sub } from "../prims.ts";
import {
  atLeast,
  atMost,
  bitsConstant,
  estrin,
  type Float,
  formatOf,
  horner,
  powerOfTwo,
  toInteger,
  withSign,
} from "./parts.ts";

// x = k·ln 2 + r with |r| ≤ ln 2 / 2, and exp(r) = (R + r) / (R - r) where R = r·coth(r / 2) = 2 + w, w = r²·p(r²): even
// in r, so it needs half the terms of a polynomial in r, and functions that divide anyway get it without a second
// division (the form is that of W. J. Cody and W. Waite, Software Manual for the Elementary Functions, 1980, chapter 6).
// The polynomials are minimax fits (Remez, mpmath, 60 digits); what they miss is below 0.01 ulp of the result.

interface Constants {
  /** ln 2 in two parts; the first times any k that occurs is exact. */
  readonly high: number;
  readonly low: number;
  /** (r·coth(r / 2) - 2) / r² as a polynomial in r². */
  readonly p: readonly number[];
  /** (2^r - 1) / r for |r| ≤ 1/2. */
  readonly q2: readonly number[];
  /** (sinh(x) - x) / x³ as a polynomial in x² ≤ 1. */
  readonly sinh: readonly number[];
  /** Beyond these exp is 0 or infinite. */
  readonly least: number;
  readonly most: number;
  /** Below this expm1 is -1. */
  readonly minusOne: number;
}

const constants: { readonly [D in Float]: Constants } = {
  float32: {
    high: 0.693115234375,
    low: 3.1946184945309415e-5,
    p: [0.1666661774250602, -0.002765989319522129],
    q2: [
      0.6931471805599453, 0.24022650923651495, 0.05550410884014512, 0.009618056388057775,
      0.001333350216258813, 1.5461560778872135e-4, 1.529741310727295e-5,
    ],
    sinh: [0.16666666646842135, 0.00833333967591706, 1.9838101968683888e-4, 2.8062802582276946e-6],
    least: -104,
    most: 89,
    minusOne: -25,
  },
  float64: {
    high: 0.6931471803691238,
    low: 1.9082149292705877e-10,
    p: [
      0.16666666666666555, -0.0027777777776697406, 6.613756250331063e-5, -1.6533837320473807e-6,
      4.136051717737905e-8,
    ],
    q2: [
      0.6931471805599453, 0.24022650695910072, 0.055504108664821625, 0.00961812910762848,
      0.0013333558146406295, 1.5403530393370645e-4, 1.5252733841782436e-5, 1.321548680881726e-6,
      1.01780569717918e-7, 7.054897246767236e-9, 4.4558384999982015e-10, 2.5729426100386435e-11,
    ],
    sinh: [
      0.16666666666666666, 0.008333333333333333, 1.9841269841269773e-4, 2.755731922404034e-6,
      2.505210836405804e-8, 1.6059048396350562e-10, 7.646625361656657e-13, 2.8445264169895285e-15,
    ],
    least: -746,
    most: 710,
    minusOne: -50,
  },
};
const constantsOf = (x: Expr): Constants => constants[x.dtype as Float];

interface Parts {
  /** k as `toInteger` gives it. */
  readonly raw: Expr;
  readonly r: Expr;
  readonly w: Expr;
}

/** The parts of x = k·ln 2 + r, with r as exact as x. */
function split(x: Expr): Parts {
  const { high, low, p } = constantsOf(x);
  const { whole, raw } = toInteger(mul(x, Math.LOG2E));
  return parts(raw, sub(sub(x, mul(whole, high)), mul(whole, low)), p);
}

/** The same with ln 2 in one part: enough where exp(x) is added to a number of 1 or more. */
function splitRoughly(x: Expr): Parts {
  const { whole, raw } = toInteger(mul(x, Math.LOG2E));
  return parts(raw, sub(x, mul(whole, Math.LN2)), constantsOf(x).p);
}

function parts(raw: Expr, r: Expr, p: readonly number[]): Parts {
  const square = mul(r, r);
  return { raw, r, w: mul(square, horner(square, p)) };
}

/** exp(r) - 1 = r + r·c / (2 - c) with c = r - w: r itself is exact, and what is added to it is small. */
function minusOne({ r, w }: Parts): Expr {
  const c = sub(r, w);
  return add(r, div(mul(r, c), sub(number(2, r.dtype), c)));
}

/** `p · 2^k` for k ≤ 0, denormals included: 2^k is made too large by a power that is exact to take back. */
const scaleDown = (p: Expr, raw: Expr): Expr => {
  const lift = (formatOf(p).bias + 1) / 2;
  return mul(mul(p, powerOfTwo(raw, lift)), 2 ** -lift);
};

/** `p · 2^(k - less)` for k ≥ 0, up to where it overflows. */
const scaleUp = (p: Expr, raw: Expr, less = 0): Expr => mul(mul(p, powerOfTwo(raw, -1 - less)), 2);

/** `p · 2^k`: up or down as `x`, whose sign is that of k, says. */
function scale(p: Expr, raw: Expr, x: Expr): Expr {
  const { bits, fraction, bias, dtype } = formatOf(p);
  const lift = (bias + 1) / 2;
  const isDown = lt(x, number(0, dtype));
  const exponent = (more: number): Expr => bitsConstant(p, BigInt(bias + more) << BigInt(fraction));
  const shifted = add(shl(bitcast(raw, bits), fraction), select(isDown, exponent(lift), exponent(-1)));
  return mul(mul(p, bitcast(shifted, dtype)), select(isDown, number(2 ** -lift, dtype), number(2, dtype)));
}

/** exp(x) = 2^k·exp(r), |r| ≤ ln 2 / 2. */
export function exp(x: Expr): Expr {
  if (isNotPositive(x)) return expNegative(x);
  const { least, most } = constantsOf(x);
  const inside = atLeast(atMost(x, most), least);
  const parts = split(inside);
  return scale(add(minusOne(parts), 1), parts.raw, inside);
}

/** Whether the form of `x` shows that it is at most 0: -a², also as (-a)·a, and -|a|. */
function isNotPositive(x: Expr): boolean {
  if (x.kind !== "call") return false;
  const [a, b] = x.args as readonly [Expr, Expr?];
  if (x.prim === mul) return isNegativeOf(a, b) || isNegativeOf(b, a);
  return (
    x.prim === neg && a.kind === "call" && (a.prim === abs || (a.prim === mul && a.args[0] === a.args[1]))
  );
}

const isNegativeOf = (a: Expr | undefined, b: Expr | undefined): boolean =>
  a?.kind === "call" && a.prim === neg && a.args[0] === b;

/** exp(x) for x ≤ 0. */
export function expNegative(x: Expr): Expr {
  const parts = split(atLeast(x, constantsOf(x).least));
  return scaleDown(add(minusOne(parts), 1), parts.raw);
}

/** exp(x) for |x| well within the normal range. */
export function expModerate(x: Expr): Expr {
  const parts = split(x);
  return mul(add(minusOne(parts), 1), powerOfTwo(parts.raw));
}

/** 2^x = 2^k·exp(r ln 2), |r| ≤ 1/2. */
export const exp2 = (x: Expr): Expr => exp2Of(x, (r) => r);

/** 2^(x + more), where `more` is far below 1 unless the result is 0 or infinite. */
export const exp2Sum = (x: Expr, more: Expr): Expr =>
  exp2Of(x, (r, isInside) => add(r, select(isInside, more, number(0, x.dtype))));

function exp2Of(x: Expr, rest: (r: Expr, isInside: Expr) => Expr): Expr {
  const { bias, fraction } = formatOf(x);
  const inside = atLeast(atMost(x, bias + 2), -bias - fraction - 3);
  const { whole, raw } = toInteger(inside);
  const r = rest(sub(inside, whole), eq(x, inside));
  return scale(add(mul(r, estrin(r, constantsOf(x).q2)), 1), raw, inside);
}

/** 2^k·(exp(r) - 1) + (2^k - 1), in halves, so that the largest k does not overflow. */
export function expm1(x: Expr): Expr {
  const { most, minusOne: least } = constantsOf(x);
  const parts = split(atLeast(atMost(x, most), least));
  const half = powerOfTwo(parts.raw, -1);
  const large = mul(add(mul(minusOne(parts), half), sub(half, 0.5)), 2);
  // Tiny x is its own result, -0 and denormals included.
  return select(lt(abs(x), 2 ** -60), x, large);
}

/**
 * |tanh x| = (1 - e) / (1 + e) with e = exp(-2|x|) = 2^k·(R + r) / (R - r), multiplied out so that the numerator is
 * exactly -2r for small x, where k is 0, and never above the denominator.
 */
export function tanh(x: Expr): Expr {
  const { raw, r, w } = splitRoughly(atLeast(mul(abs(x), -2), constantsOf(x).minusOne));
  const one = number(1, x.dtype);
  const power = powerOfTwo(raw);
  const [less, more] = [sub(one, power), add(power, 1)];
  const above = sub(add(less, less), sub(mul(r, more), mul(w, less)));
  const below = sub(add(more, more), sub(mul(r, less), mul(w, more)));
  return withSign(div(above, below), x);
}

/** 1 / (1 + e) with e = exp(-|x|) = 2^k·(R + r) / (R - r), multiplied out; for x < 0 it is e / (1 + e). */
export function sigmoid(x: Expr): Expr {
  const { raw, r, w } = split(atLeast(mul(abs(x), -1), constantsOf(x).least));
  const ratio = add(w, 2);
  const [above, below] = [scaleDown(add(ratio, r), raw), sub(ratio, r)];
  return div(select(lt(x, number(0, x.dtype)), above, below), add(above, below));
}

/** exp(|x|) / 2, which overflows only where cosh does. */
function halfExp(x: Expr): Expr {
  const parts = split(atMost(abs(x), constantsOf(x).most + 1));
  return scaleUp(add(minusOne(parts), 1), parts.raw, 1);
}

/** (exp(|x|) + exp(-|x|)) / 2. */
export function cosh(x: Expr): Expr {
  const half = halfExp(x);
  return add(half, div(number(0.25, x.dtype), half));
}

/** (exp(|x|) - exp(-|x|)) / 2 with the sign of x; a series for |x| < 1, so that small x keep their digits. */
export function sinh(x: Expr): Expr {
  const half = halfExp(x);
  const large = withSign(sub(half, div(number(0.25, x.dtype), half)), x);
  const square = mul(x, x);
  const small = add(x, mul(mul(x, square), horner(square, constantsOf(x).sinh)));
  return select(lt(abs(x), 1), small, large);
}
