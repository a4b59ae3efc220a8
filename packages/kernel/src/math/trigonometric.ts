import { constant, type Expr } from "../expr.ts";
import {
  abs,
  add,
  and,
  bitcast,
  definePrim,
  div,
  eq,
  le,
  mul,
  neg,
  number,
  type Prim,
  cos as primCos,
  sin as primSin,
  tan as primTan,
  select,
  shl,
  sub,
  xor,
} from "../prims.ts";
import { bitsConstant, type Float, formatOf, horner, toInteger } from "./parts.ts";

// x = n·π/2 + r with |r| ≤ π/4, r in two parts; then the kernels of FreeBSD's msun (k_sin.c, k_cos.c; © 1993 Sun
// Microsystems, freely licensed), for float32 with Chebyshev fits of fewer terms.

interface Constants {
  /** π/2 in parts, each times n exact but the last. */
  readonly halfPi: readonly [number, number, number, number];
  /** Up to here the parts of π/2 are enough; beyond, the host computes. */
  readonly limit: number;
  readonly sin: readonly number[];
  readonly cos: readonly number[];
}

const constants: { readonly [D in Float]: Constants } = {
  float32: {
    halfPi: [1.5703125, 4.837512969970703e-4, 7.549533620476723e-8, 2.563344151594519e-12],
    limit: 6000,
    sin: [-0.16666664656312208, 0.00833274710466453, -1.958763909873762e-4],
    cos: [0.04166666465348879, -0.001388830186756237, 2.454768977246003e-5],
  },
  float64: {
    halfPi: [1.5707963267341256, 6.077100506303966e-11, 2.0222662487111665e-21, 8.4784276603689e-32],
    limit: 8e5,
    sin: [
      -0.16666666666666632, 0.00833333333332249, -1.984126982985795e-4, 2.7557313707070068e-6,
      -2.5050760253406863e-8, 1.58969099521155e-10,
    ],
    cos: [
      0.0416666666666666, -0.001388888888887411, 2.480158728947673e-5, -2.7557314351390663e-7,
      2.087572321298175e-9, -1.1359647557788195e-11,
    ],
  },
};
const constantsOf = (x: Expr): Constants => constants[x.dtype as Float];

interface Reduced {
  /** n in the low bits. */
  readonly n: Expr;
  /** r = high + low. */
  readonly high: Expr;
  readonly low: Expr;
}

/** Subtracts n·π/2 part by part, keeping what each subtraction rounds off. */
function reduceAngle(x: Expr): Reduced {
  const [p1, p2, p3, p4] = constantsOf(x).halfPi;
  const { whole, raw } = toInteger(mul(x, 2 / Math.PI));
  const a = sub(x, mul(whole, p1));
  const w = mul(whole, p2);
  const b = sub(a, w);
  const lostB = sub(sub(a, b), w);
  const v = mul(whole, p3);
  const c = sub(b, v);
  const lostC = sub(sub(b, c), v);
  // Negated, because of -0: -0 - 0 is -0, where -0 + 0 is not.
  const excess = sub(mul(whole, p4), add(lostB, lostC));
  const high = sub(c, excess);
  return { n: bitcast(raw, formatOf(x).bits), high, low: sub(sub(c, high), excess) };
}

/** sin(high + low), |high| ≤ π/4. */
function sinKernel({ high: x, low: y }: Reduced): Expr {
  const [first, ...rest] = constantsOf(x).sin as [number, ...number[]];
  const z = mul(x, x);
  const v = mul(z, x);
  const r = horner(z, rest);
  return sub(x, sub(sub(mul(z, sub(mul(y, 0.5), mul(v, r))), y), mul(v, first)));
}

/** cos(high + low), |high| ≤ π/4. */
function cosKernel({ high: x, low: y }: Reduced): Expr {
  const z = mul(x, x);
  const half = mul(z, 0.5);
  const w = sub(number(1, x.dtype), half);
  const r = mul(z, horner(z, constantsOf(x).cos));
  return add(w, add(sub(sub(number(1, x.dtype), w), half), sub(mul(z, r), mul(x, y))));
}

/** Whether bit 0 of n is 0. */
const isEven = (n: Expr): Expr =>
  eq(and(n, constant(1, n.dtype as "int32")), constant(0, n.dtype as "int32"));

/** `y` negated where bit 1 of n is set. */
function flip(y: Expr, n: Expr): Expr {
  const { bits, dtype } = formatOf(y);
  const [width, sign] = dtype === "float64" ? [64, 1n << 63n] : [32, 1n << 31n];
  const moved = shl(n, constant(width - 2, bits));
  return bitcast(xor(bitcast(y, bits), and(moved, bitsConstant(y, sign))), dtype);
}

/** The prim on the host, for angles too large for the reduction here. */
const large = (name: string, prim: Prim): Prim =>
  definePrim(`${name}Large`, { arity: 1, result: "same", meaning: (d, r) => prim.meaning(d, r) });
const sinLarge: Prim = /* @__PURE__ */ large("sin", primSin);
const cosLarge: Prim = /* @__PURE__ */ large("cos", primCos);
const tanLarge: Prim = /* @__PURE__ */ large("tan", primTan);

const within = (x: Expr, y: Expr, beyond: Prim): Expr =>
  select(le(abs(x), number(constantsOf(x).limit, x.dtype)), y, beyond(x));

/** The sine of x radians. */
export function sin(x: Expr): Expr {
  const r = reduceAngle(x);
  return within(x, flip(select(isEven(r.n), sinKernel(r), cosKernel(r)), r.n), sinLarge);
}

/** The cosine of x radians. */
export function cos(x: Expr): Expr {
  const r = reduceAngle(x);
  const next = add(r.n, constant(1, r.n.dtype as "int32"));
  return within(x, flip(select(isEven(r.n), cosKernel(r), sinKernel(r)), next), cosLarge);
}

/** The tangent of x radians. */
export function tan(x: Expr): Expr {
  const r = reduceAngle(x);
  const [s, c] = [sinKernel(r), cosKernel(r)];
  const even = isEven(r.n);
  return within(x, div(select(even, s, neg(c)), select(even, c, s)), tanLarge);
}
