import type { Expr } from "@theano-ts/kernel";
import * as prim from "@theano-ts/kernel/prims";
import type { ComplexExpr } from "./elemwise.ts";

// Functions of complex numbers as expressions over their parts. Inverse functions are Kahan's ("Branch cuts for complex
// elementary functions", 1987), which keep signs and precision along the cuts.

type Z = ComplexExpr;
/** A function of one complex number. */
export type ComplexFunction = (z: Z) => Z;

/** `z + w`. */
export const complexAdd = (a: Z, b: Z): Z => ({ re: prim.add(a.re, b.re), im: prim.add(a.im, b.im) });
/** `z - w`. */
export const complexSub = (a: Z, b: Z): Z => ({ re: prim.sub(a.re, b.re), im: prim.sub(a.im, b.im) });
/** `z·w`. */
export const complexMul = (a: Z, b: Z): Z => ({
  re: prim.sub(prim.mul(a.re, b.re), prim.mul(a.im, b.im)),
  im: prim.add(prim.mul(a.re, b.im), prim.mul(a.im, b.re)),
});
/** `-z`. */
export const complexNeg = (z: Z): Z => ({ re: prim.neg(z.re), im: prim.neg(z.im) });
/** `z` with the sign of its imaginary part changed. */
export const conjugate = (z: Z): Z => ({ re: z.re, im: prim.neg(z.im) });
/** `z · f` for a real `f`. */
export const scaled = (z: Z, f: Expr | number): Z => ({ re: prim.mul(z.re, f), im: prim.mul(z.im, f) });
/** `i·z` and `-i·z`: a quarter turn each. */
const turn = (z: Z): Z => ({ re: prim.neg(z.im), im: z.re });
const turnBack = (z: Z): Z => ({ re: z.im, im: prim.neg(z.re) });
const plus = (z: Z, x: number): Z => ({ re: prim.add(z.re, x), im: z.im });
/** `1 - z`, whose imaginary part has the other sign even if it is zero. */
const oneMinus = (z: Z): Z => ({ re: prim.sub(1, z.re), im: prim.neg(z.im) });

/** Smith's algorithm: dividing by the larger part first, no intermediate overflows unless the quotient does. */
export function complexDiv(x: Z, y: Z): Z {
  const wide = prim.ge(prim.abs(y.re), prim.abs(y.im));
  const [big, small] = [prim.select(wide, y.re, y.im), prim.select(wide, y.im, y.re)];
  // Division by zero divides the parts by zero, as NumPy's.
  const zero = prim.eq(big, 0);
  const ratio = prim.select(zero, small, prim.div(small, big));
  const scale = prim.add(big, prim.mul(small, ratio));
  const [a, b] = [prim.select(wide, x.re, x.im), prim.select(wide, x.im, x.re)];
  const re = prim.div(prim.add(a, prim.mul(b, ratio)), scale);
  const im = prim.div(prim.sub(b, prim.mul(a, ratio)), scale);
  return { re, im: prim.select(wide, im, prim.neg(im)) };
}

/** `|z|`, without overflow where the result has none. */
export function modulus({ re, im }: Z): Expr {
  const [a, b] = [prim.abs(re), prim.abs(im)];
  const [big, small] = [prim.max(a, b), prim.min(a, b)];
  const ratio = prim.select(prim.eq(big, 0), big, prim.div(small, big));
  const size = prim.mul(big, prim.sqrt(prim.add(prim.mul(ratio, ratio), 1)));
  const infinite = prim.or(prim.eq(a, Infinity), prim.eq(b, Infinity));
  return prim.select(infinite, prim.number(Infinity, re.dtype as "float64"), size);
}

/** The angle between the positive real axis and `z`, in (-π, π]. */
export const argument = ({ re, im }: Z): Expr => prim.atan2(im, re);

/** `eᶻ`. */
export const complexExp: ComplexFunction = ({ re, im }) => {
  const scale = prim.exp(re);
  // An angle of zero keeps its sign, even where the scale is infinite.
  const real = prim.eq(im, 0);
  return {
    re: prim.select(real, scale, prim.mul(scale, prim.cos(im))),
    im: prim.select(real, im, prim.mul(scale, prim.sin(im))),
  };
};
/** `eᶻ - 1`. */
export const complexExpm1: ComplexFunction = ({ re, im }) => {
  const half = prim.sin(prim.mul(im, 0.5));
  // e^x·cos y - 1 = (e^x - 1)·cos y - 2·sin²(y/2)
  return {
    re: prim.sub(prim.mul(prim.expm1(re), prim.cos(im)), prim.mul(prim.mul(half, half), 2)),
    im: prim.mul(prim.exp(re), prim.sin(im)),
  };
};
/** The principal logarithm. */
export const complexLog: ComplexFunction = (z) => ({ re: prim.log(modulus(z)), im: argument(z) });
/** The principal square root. */
export const complexSqrt: ComplexFunction = (z) => {
  const { re, im } = z;
  const root = prim.sqrt(prim.mul(prim.add(prim.abs(re), modulus(z)), 0.5));
  const zero = prim.eq(root, 0);
  const other = prim.select(zero, root, prim.div(prim.abs(im), prim.mul(root, 2)));
  const right = prim.ge(re, 0);
  return { re: prim.select(right, root, other), im: prim.copySign(prim.select(right, other, root), im) };
};
/** Hyperbolic sine. */
export const complexSinh: ComplexFunction = ({ re, im }) => ({
  re: prim.mul(prim.sinh(re), prim.cos(im)),
  im: prim.mul(prim.cosh(re), prim.sin(im)),
});
/** Hyperbolic cosine. */
export const complexCosh: ComplexFunction = ({ re, im }) => ({
  re: prim.mul(prim.cosh(re), prim.cos(im)),
  im: prim.mul(prim.sinh(re), prim.sin(im)),
});
/** Hyperbolic tangent. */
export const complexTanh: ComplexFunction = ({ re, im }) => {
  // (sinh 2x + i·sin 2y) / (cosh 2x + cos 2y) = (t·(1 + s²·…)): divided by cosh² x nothing overflows.
  const [t, c] = [prim.tanh(re), prim.cosh(re)];
  const [sin, cos] = [prim.sin(im), prim.cos(im)];
  const inverse = prim.div(1, prim.mul(c, c));
  const denominator = prim.add(prim.mul(t, t), prim.mul(prim.mul(cos, cos), inverse));
  return { re: prim.div(t, denominator), im: prim.div(prim.mul(prim.mul(sin, cos), inverse), denominator) };
};
/** `sin z = -i·sinh iz` and so on. */
export const complexSin: ComplexFunction = (z) => turnBack(complexSinh(turn(z)));
/** Cosine. */
export const complexCos: ComplexFunction = (z) => complexCosh(turn(z));
/** Tangent. */
export const complexTan: ComplexFunction = (z) => turnBack(complexTanh(turn(z)));

/** Arc sine. */
export const complexAsin: ComplexFunction = (z) => {
  const [a, b] = [complexSqrt(oneMinus(z)), complexSqrt(plus(z, 1))];
  return { re: prim.atan2(z.re, complexMul(a, b).re), im: prim.asinh(complexMul(conjugate(a), b).im) };
};
/** Arc cosine. */
export const complexAcos: ComplexFunction = (z) => {
  const [a, b] = [complexSqrt(oneMinus(z)), complexSqrt(plus(z, 1))];
  return { re: prim.mul(prim.atan2(a.re, b.re), 2), im: prim.asinh(complexMul(conjugate(b), a).im) };
};
/** Inverse hyperbolic cosine. */
export const complexAcosh: ComplexFunction = (z) => {
  const [a, b] = [complexSqrt(plus(z, -1)), complexSqrt(plus(z, 1))];
  return { re: prim.asinh(complexMul(conjugate(a), b).re), im: prim.mul(prim.atan2(a.im, b.re), 2) };
};
/** Inverse hyperbolic tangent. */
export const complexAtanh: ComplexFunction = ({ re, im }) => {
  const square = prim.mul(im, im);
  const left = prim.sub(1, re);
  return {
    re: prim.mul(prim.log1p(prim.div(prim.mul(re, 4), prim.add(prim.mul(left, left), square))), 0.25),
    im: prim.mul(prim.atan2(prim.mul(im, 2), prim.sub(prim.mul(left, prim.add(re, 1)), square)), 0.5),
  };
};
/** Inverse hyperbolic sine. */
export const complexAsinh: ComplexFunction = (z) => turnBack(complexAsin(turn(z)));
/** Arc tangent. */
export const complexAtan: ComplexFunction = (z) => turnBack(complexAtanh(turn(z)));

/** `z` to the power `w`, by way of the logarithm; `0` to a positive power is 0, anything to the 0 is 1. */
export function complexPow(z: Z, w: Z): Z {
  const general = complexExp(complexMul(w, complexLog(z)));
  const isZero = (x: Z): Expr => prim.and(prim.eq(x.re, 0), prim.eq(x.im, 0));
  const [none, base] = [isZero(w), isZero(z)];
  const vanishes = prim.and(base, prim.and(prim.gt(w.re, 0), prim.eq(w.im, 0)));
  const nan = prim.number(NaN, z.re.dtype as "float64");
  const part = (value: Expr, one: number): Expr => {
    const constant = (x: number): Expr => prim.number(x, value.dtype as "float64");
    return prim.select(
      none,
      constant(one),
      prim.select(vanishes, constant(0), prim.select(base, nan, value)),
    );
  };
  return { re: part(general.re, 1), im: part(general.im, 0) };
}

/** Whether `a` comes before `b` by their real parts, and by the imaginary ones where those are equal: NumPy's order. */
export const complexLess = (a: Z, b: Z): Expr =>
  prim.or(prim.lt(a.re, b.re), prim.and(prim.eq(a.re, b.re), prim.lt(a.im, b.im)));
/** Whether `z ≤ w` in NumPy's order: by the real part, then the imaginary one. */
export const complexLessEqual = (a: Z, b: Z): Expr =>
  prim.or(prim.lt(a.re, b.re), prim.and(prim.eq(a.re, b.re), prim.le(a.im, b.im)));
/** Whether both parts are equal. */
export const complexEqual = (a: Z, b: Z): Expr => prim.and(prim.eq(a.re, b.re), prim.eq(a.im, b.im));
/** Whether a part is NaN. */
export const complexIsNaN = (z: Z): Expr => prim.or(prim.ne(z.re, z.re), prim.ne(z.im, z.im));
