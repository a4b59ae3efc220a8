import { type Expr, isDiscrete, type Prim } from "@theano-ts/kernel";
import * as prim from "@theano-ts/kernel/prims";
import { asTensor, asTensors, constant, type TensorLike } from "../../tensor/constant.ts";
import type { BinaryBool, PairRank, RankOf, UnaryBool } from "../../tensor/signatures.ts";
import type { TensorVariable } from "../../tensor/tensorVariable.ts";
import { all } from "../reduce/logic.ts";
import { add, mul, sub } from "./arithmetic.ts";
import { flat, second } from "./basic.ts";
import { and, invert, or } from "./bitwise.ts";
import { complexEqual, complexIsNaN, complexLess, complexLessEqual } from "./complexMath.ts";
import { bool } from "./dtypes.ts";
import { type ComplexExpr, elemwise } from "./elemwise.ts";
import { abs, sgn } from "./sign.ts";

type Two = [TensorVariable, TensorVariable];
type Compare = (a: ComplexExpr, b: ComplexExpr) => Expr;

const comparison = (name: string, compare: () => Prim, complex: Compare, commutative = false): BinaryBool =>
  elemwise(name, 2, {
    derived: name.toUpperCase(),
    dtype: bool,
    commutative,
    scalar: (x, y) => compare()(x as Expr, y as Expr),
    complex: (x, y) => complex(x as ComplexExpr, y as ComplexExpr),
    grad: (inputs) => inputs.map(flat),
  });

// Complex numbers are ordered by their real parts, and by the imaginary ones where those are equal, as in NumPy.

/** Whether `x < y`: bool. As `theano.tensor.lt`. */
export const lt: BinaryBool = /* @__PURE__ */ comparison("lt", () => prim.lt, complexLess);
/** Whether `x > y`: bool. As `theano.tensor.gt`. */
export const gt: BinaryBool = /* @__PURE__ */ comparison(
  "gt",
  () => prim.gt,
  (a, b) => complexLess(b, a),
);
/** Whether `x ≤ y`: bool. As `theano.tensor.le`. */
export const le: BinaryBool = /* @__PURE__ */ comparison("le", () => prim.le, complexLessEqual);
/** Whether `x ≥ y`: bool. As `theano.tensor.ge`. */
export const ge: BinaryBool = /* @__PURE__ */ comparison(
  "ge",
  () => prim.ge,
  (a, b) => complexLessEqual(b, a),
);
/** Whether `x = y`: bool. NaN equals nothing. As `theano.tensor.eq`. */
export const eq: BinaryBool = /* @__PURE__ */ comparison("eq", () => prim.eq, complexEqual, true);
/** Whether `x ≠ y`: bool. As `theano.tensor.neq`. */
export const neq: BinaryBool = /* @__PURE__ */ comparison(
  "neq",
  () => prim.ne,
  (a, b) => prim.not(complexEqual(a, b)),
  true,
);

const isInfinite = (x: Expr): Expr => prim.eq(prim.abs(x), Infinity);

/** Whether floats are no numbers. */
export const isNaNOp: UnaryBool = /* @__PURE__ */ elemwise("isnan", 1, {
  derived: "IsNan",
  dtype: bool,
  scalar: (x) => prim.ne(x as Expr, x as Expr),
  complex: (z) => complexIsNaN(z as ComplexExpr),
  grad: (inputs) => inputs.map(flat),
});

/** Whether floats are infinite. */
export const isInfOp: UnaryBool = /* @__PURE__ */ elemwise("isinf", 1, {
  derived: "IsInf",
  dtype: bool,
  scalar: (x) => isInfinite(x as Expr),
  complex: (z) => prim.or(isInfinite((z as ComplexExpr).re), isInfinite((z as ComplexExpr).im)),
  grad: (inputs) => inputs.map(flat),
});

/** Integers are always numbers, and finite. */
const never = (x: TensorVariable): TensorVariable => second(x, constant(false, { dtype: "bool" }));

/** Whether `x` is not a number: bool. As `theano.tensor.isnan`. */
export function isnan<X extends TensorLike>(x: X): TensorVariable<"bool", RankOf<X>> {
  const input = asTensor(x);
  return (isDiscrete(input.dtype) ? never(input) : isNaNOp(input)) as TensorVariable<"bool", RankOf<X>>;
}

/** Whether `x` is infinite, of either sign: bool. As `theano.tensor.isinf`. */
export function isinf<X extends TensorLike>(x: X): TensorVariable<"bool", RankOf<X>> {
  const input = asTensor(x);
  return (isDiscrete(input.dtype) ? never(input) : isInfOp(input)) as TensorVariable<"bool", RankOf<X>>;
}

/** How close is close. */
export interface CloseOptions {
  /** Times `|y|`. */
  readonly rtol?: number | undefined;
  readonly atol?: number | undefined;
  /** Whether NaN is close to NaN. */
  readonly equalNan?: boolean | undefined;
}

/**
 * Whether `|x - y| ≤ atol + rtol·|y|`: bool. Infinities are close to themselves only. As `theano.tensor.isclose`.
 */
export function isclose<A extends TensorLike, B extends TensorLike>(
  x: A,
  y: B,
  { rtol = 1e-5, atol = 1e-8, equalNan = false }: CloseOptions = {},
): TensorVariable<"bool", PairRank<A, B>> {
  const [a, b] = asTensors([x, y]) as Two;
  const near = le(abs(sub(a, b)), add(atol, mul(rtol, abs(b))));
  const [aNaN, bNaN, aInf, bInf] = [isnan(a), isnan(b), isinf(a), isinf(b)];
  const special = or(or(aNaN, bNaN), or(aInf, bInf));
  const close = and(near, invert(special));
  const sameInfinity = and(and(aInf, bInf), eq(mul(aInf, sgn(a)), mul(bInf, sgn(b))));
  const either = or(close, sameInfinity);
  return (equalNan ? or(either, and(aNaN, bNaN)) : either) as unknown as TensorVariable<
    "bool",
    PairRank<A, B>
  >;
}

/** Whether all elements are close: a bool scalar. As `theano.tensor.allclose`. */
export function allclose(
  x: TensorLike,
  y: TensorLike,
  options: CloseOptions = {},
): TensorVariable<"bool", 0> {
  return all(isclose(x, y, options));
}
