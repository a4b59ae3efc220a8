import { constant, type Expr } from "../expr.ts";
import {
  abs,
  add,
  and,
  bitcast,
  div,
  eq,
  gt,
  lt,
  mul,
  number,
  or,
  select,
  shr,
  sqrt,
  sub,
} from "../prims.ts";
import { expNegative } from "./exponential.ts";
import { bitsConstant, type Float, formatOf, horner, withSign } from "./parts.ts";

// x = 2^k·(1 + f) with √½ ≤ 1 + f < √2, and log(1 + f) = f - f²/2 + s·(f²/2 + R(s²)), s = f / (2 + f). The method and
// the coefficients are those of FreeBSD's msun (e_log.c, e_logf.c, e_log2.c, e_log10.c and their floats; © 1993 Sun
// Microsystems, freely licensed).

interface Constants {
  readonly R: readonly number[];
  readonly ln2: readonly [high: number, low: number];
  /** Parts of log2(e) and of log10(e); the first of few bits. */
  readonly log2e: readonly [high: number, low: number];
  readonly log10e: readonly [high: number, low: number];
  readonly log10two: readonly [high: number, low: number];
  /** The bits of √½. */
  readonly start: bigint;
  /** Keeps the high part of a number. */
  readonly highBits: bigint;
}

const constants: { readonly [D in Float]: Constants } = {
  float32: {
    R: [0.66666662693, 0.40000972152, 0.28498786688, 0.24279078841],
    ln2: [0.69313812256, 9.0580006145e-6],
    log2e: [1.4428710938, -1.7605285393e-4],
    log10e: [0.43432617188, -3.1689971365e-5],
    log10two: [0.30102920532, 7.9034151668e-7],
    start: 0x3f3504f3n,
    highBits: 0xfffff000n,
  },
  float64: {
    R: [
      0.6666666666666735, 0.3999999999940942, 0.2857142874366239, 0.22222198432149784, 0.1818357216161805,
      0.15313837699209373, 0.14798198605116586,
    ],
    ln2: [0.6931471803691238, 1.9082149292705877e-10],
    log2e: [1.4426950407214463, 1.6751713164886512e-10],
    log10e: [0.4342944818781689, 2.5082946711645275e-11],
    log10two: [0.30102999566361177, 3.694239077158931e-13],
    start: 0x3fe6a09e667f3bcdn,
    highBits: 0xffffffff00000000n,
  },
};
const constantsOf = (x: Expr): Constants => constants[x.dtype as Float];

interface Parts {
  readonly k: Expr;
  readonly f: Expr;
}

/** k and f of a positive normal x. */
function split(x: Expr): Parts {
  const { bits, fraction, bias, dtype } = formatOf(x);
  const { start } = constantsOf(x);
  const moved = add(bitcast(x, bits), bitsConstant(x, (BigInt(bias) << BigInt(fraction)) - start));
  const mantissa = and(moved, bitsConstant(x, (1n << BigInt(fraction)) - 1n));
  const f = sub(bitcast(add(mantissa, bitsConstant(x, start)), dtype), 1);
  // The exponent, put into the low bits of 2^52 (or 2^23), is a number. `moved` is positive, so any shift does.
  const unsigned = dtype === "float64" ? "uint64" : "uint32";
  const exponent = bitcast(shr(bitcast(moved, unsigned), constant(fraction, unsigned)), bits);
  const base = 2 ** fraction;
  const k = sub(
    bitcast(or(exponent, bitsConstant(x, BigInt(bias + fraction) << BigInt(fraction))), dtype),
    base + bias,
  );
  return { k, f };
}

/** The same for denormal x too, which is first made larger. */
export function splitAny(x: Expr): Parts {
  const { bias, fraction, dtype } = formatOf(x);
  const small = lt(x, number(2 ** (1 - bias), dtype));
  const { k, f } = split(select(small, mul(x, 2 ** (fraction + 2)), x));
  return { k: sub(k, select(small, number(fraction + 2, dtype), number(0, dtype))), f };
}

/** f²/2 and s·(f²/2 + R). */
function series(f: Expr): { half: Expr; tail: Expr } {
  const s = div(f, add(f, 2));
  const z = mul(s, s);
  const half = mul(mul(f, f), 0.5);
  return { half, tail: mul(s, add(half, mul(z, horner(z, constantsOf(f).R)))) };
}

/** `y`, except where x is not a positive number: -∞ at `pole`, NaN below, x itself at ∞. */
const guard = (x: Expr, pole: number, y: Expr): Expr => {
  const n = (v: number): Expr => number(v, x.dtype);
  return select(
    gt(x, pole),
    select(lt(x, Number.POSITIVE_INFINITY), y, x),
    select(eq(x, n(pole)), n(Number.NEGATIVE_INFINITY), n(Number.NaN)),
  );
};

/** The natural logarithm: -∞ at 0, NaN below. */
export function log(x: Expr): Expr {
  const { ln2 } = constantsOf(x);
  const { k, f } = splitAny(x);
  const { half, tail } = series(f);
  const low = add(tail, mul(k, ln2[1]));
  return guard(x, 0, sub(mul(k, ln2[0]), sub(sub(half, low), f)));
}

/** log(1 + f) in two parts, the first of few bits. */
function twoParts(f: Expr): { high: Expr; low: Expr } {
  const { bits, dtype } = formatOf(f);
  const { half, tail } = series(f);
  const high = bitcast(and(bitcast(sub(f, half), bits), bitsConstant(f, constantsOf(f).highBits)), dtype);
  return { high, low: add(sub(sub(f, high), half), tail) };
}

/** k·(unit in two parts) + (high + low)·(factor in two parts). */
function scaled({ k, f }: Parts, factor: readonly [number, number], unit: readonly [number, number]): Expr {
  const { high, low } = twoParts(f);
  const main = mul(high, factor[0]);
  const whole = unit[0] === 1 ? k : mul(k, unit[0]);
  const small = add(mul(add(low, high), factor[1]), mul(low, factor[0]));
  const rest = unit[1] === 0 ? small : add(small, mul(k, unit[1]));
  const sum = add(whole, main);
  return add(add(rest, add(sub(whole, sum), main)), sum);
}

/** The logarithm to base 2. */
export const log2 = (x: Expr): Expr => guard(x, 0, scaled(splitAny(x), constantsOf(x).log2e, [1, 0]));
/** The logarithm to base 10. */
export const log10 = (x: Expr): Expr =>
  guard(x, 0, scaled(splitAny(x), constantsOf(x).log10e, constantsOf(x).log10two));

/** log(1 + x) for x > -1: u = 1 + x rounded, corrected by what the rounding lost, divided by u. */
function log1pInside(x: Expr): Expr {
  const { ln2 } = constantsOf(x);
  const u = add(x, 1);
  const { k, f: rounded } = split(u);
  const isNear = eq(k, number(0, x.dtype));
  const lost = select(lt(x, 1), sub(x, sub(u, 1)), sub(number(1, x.dtype), sub(u, x)));
  // Near 0 nothing is lost: f is x.
  const f = select(isNear, x, rounded);
  const correction = select(isNear, number(0, x.dtype), div(lost, u));
  const { half, tail } = series(f);
  const low = add(tail, add(mul(k, ln2[1]), correction));
  return add(mul(k, ln2[0]), sub(f, sub(half, low)));
}

/** log(1 + x), with all digits where x is small. */
export const log1p = (x: Expr): Expr => select(lt(abs(x), 2 ** -60), x, guard(x, -1, log1pInside(x)));

/** max(x, 0) + log(1 + exp(-|x|)). */
export function softplus(x: Expr): Expr {
  const zero = number(0, x.dtype);
  return add(select(lt(x, zero), zero, x), log1pInside(expNegative(mul(abs(x), -1))));
}

/** sign(x)·log1p(a + a²/(1 + √(a² + 1))), a = |x|; log(2a) where a² is out of hand. */
export function asinh(x: Expr): Expr {
  const large = 2 ** (formatOf(x).fraction / 2 + 2);
  const a = abs(x);
  const inside = select(lt(a, large), a, number(1, x.dtype));
  const square = mul(inside, inside);
  const near = log1pInside(add(inside, div(square, add(sqrt(add(square, 1)), 1))));
  return select(
    lt(a, 2 ** -14 * (x.dtype === "float64" ? 2 ** -14 : 1)),
    x,
    withSign(select(lt(a, large), near, add(log(a), Math.LN2)), x),
  );
}

/** log1p(t + √t·√(t + 2)), t = x - 1: NaN for t < 0. */
export function acosh(x: Expr): Expr {
  const large = 2 ** (formatOf(x).fraction / 2 + 2);
  const t = sub(select(lt(x, large), x, number(1, x.dtype)), 1);
  const near = log1pInside(add(t, mul(sqrt(t), sqrt(add(t, 2)))));
  return select(lt(x, large), near, add(log(x), Math.LN2));
}

/** sign(x)·log1p(2a / (1 - a)) / 2, a = |x|. */
export function atanh(x: Expr): Expr {
  const a = abs(x);
  const y = mul(log1p(div(add(a, a), sub(number(1, x.dtype), a))), 0.5);
  return select(lt(a, 2 ** -30), x, withSign(y, x));
}
