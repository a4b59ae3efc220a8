import { type DType, type Expr, isComplex, isFloat, partOf } from "@theano-ts/kernel";
import * as prim from "@theano-ts/kernel/prims";
import { TheanoTypeError } from "../../errors.ts";
import { constant, type TensorLike } from "../../tensor/constant.ts";
import type {
  OpFunction,
  PairDType,
  PairRank,
  RankOf,
  UnaryReal,
  UnarySame,
} from "../../tensor/signatures.ts";
import type { TensorVariable } from "../../tensor/tensorVariable.ts";
import { mul, neg, pow, sub, trueDiv } from "./arithmetic.ts";
import { cast, flat, second } from "./basic.ts";
import { argument, conjugate } from "./complexMath.ts";
import { promoted, promotedMin8, realPart } from "./dtypes.ts";
import { type ComplexExpr, elemwise } from "./elemwise.ts";
import { sqrt } from "./exponential.ts";
import { abs } from "./sign.ts";

type One = readonly [TensorVariable];
type Two = readonly [TensorVariable, TensorVariable];

/** A complex number from its parts: complex64 of small integers and float32, else complex128. */
interface ComplexFunction extends OpFunction {
  <A extends TensorLike, B extends TensorLike>(
    re: A,
    im: B,
  ): TensorVariable<
    PairDType<A, B> extends "float64" | "int64" | "uint64" | "int32" | "uint32"
      ? "complex128"
      : "complex64" | "complex128",
    PairRank<A, B>
  >;
}
/** Shape of the operand, float64. */
interface AngleFunction extends OpFunction {
  <X extends TensorLike>(x: X): TensorVariable<"float64", RankOf<X>>;
}

/** The real part; what is real as it is. As `theano.tensor.real`. */
export const real: UnaryReal = /* @__PURE__ */ elemwise("real", 1, {
  dtype: realPart,
  work: ([x]) => x as DType,
  cost: 0,
  scalar: (x) => x as Expr,
  complex: (z) => (z as ComplexExpr).re,
  grad: ([x], _, [g]) => [
    isComplex((x as TensorVariable).dtype) ? complex(g as TensorVariable, 0) : (g as TensorVariable),
  ],
});

/** The imaginary part; zeros of what is real. As `theano.tensor.imag`. */
export const imag: UnaryReal = /* @__PURE__ */ elemwise("imag", 1, {
  dtype: realPart,
  work: ([x]) => x as DType,
  cost: 0,
  scalar: (x) => prim.number(0, (x as Expr).dtype),
  complex: (z) => (z as ComplexExpr).im,
  grad(inputs, _, [g]) {
    const [x] = inputs as unknown as One;
    if (isComplex(x.dtype)) return [complex(0, g as TensorVariable)];
    return [isFloat(x.dtype) ? second(x, constant(0, { dtype: x.dtype })) : flat(x)];
  },
});

/** The complex conjugate; what is real as it is, but bool becomes int8. As `theano.tensor.conj`. */
export const conj: UnarySame = /* @__PURE__ */ elemwise("conj", 1, {
  dtype: promotedMin8,
  scalar: (x) => x as Expr,
  complex: (z) => conjugate(z as ComplexExpr),
  grad: ([x], _, [g]) => [
    isComplex((x as TensorVariable).dtype) ? conj(g as TensorVariable) : (g as TensorVariable),
  ],
});

/** The angle in (-π, π] between the positive real axis and `x`, in float64. As `theano.tensor.angle`. */
export const angle: AngleFunction = /* @__PURE__ */ elemwise("angle", 1, {
  dtype: () => "float64",
  work: ([x]) => (isComplex(x as DType) ? "complex128" : "float64"),
  cost: 20,
  scalar: (x) => prim.atan2(prim.number(0, "float64"), x as Expr),
  complex: (z) => argument(z as ComplexExpr),
  grad(inputs, _, [gradient]) {
    const [[c], [g]] = [inputs as unknown as One, [gradient] as One];
    if (!isComplex(c.dtype)) return [isFloat(c.dtype) ? second(c, constant(0, { dtype: c.dtype })) : flat(c)];
    const [x, y, r] = [real(c), imag(c), abs(c)] as unknown as [
      TensorVariable,
      TensorVariable,
      TensorVariable,
    ];
    const byRadius = trueDiv(mul(neg(g), y), mul(pow(r, 2), sqrt(sub(1, pow(trueDiv(y, r), 2)))));
    const [gx, gy] = [trueDiv(mul(byRadius, x), r), trueDiv(mul(byRadius, y), r)];
    return [cast(complex(gx, gy), c.dtype)];
  },
});

/** complex128 for 64-bit floats and integers of 32 bits and more, else complex64. */
function complexOf(dtypes: readonly DType[]): DType {
  const dtype = promoted(dtypes);
  if (isComplex(dtype))
    throw new TheanoTypeError("Cannot make a complex number of complex parts: give real ones");
  const wide: readonly DType[] = ["float64", "int64", "uint64", "int32", "uint32"];
  return wide.includes(dtype) ? "complex128" : "complex64";
}

/** The complex number `re + im·i`. Throws a TypeError for complex parts. As `theano.tensor.complex`. */
export const complex: ComplexFunction = /* @__PURE__ */ elemwise("complex", 2, {
  dtype: complexOf,
  work: (_, result) => partOf(result),
  cost: 0,
  scalar: (re, im) => ({ re: re as Expr, im: im as Expr }),
  grad(inputs, _, [gradient]) {
    const [[x, y], [g]] = [inputs as Two, [gradient] as One];
    return [cast(real(g), x.dtype), cast(imag(g), y.dtype)];
  },
});

/** The complex number at distance `r` and angle `theta` from 0. As `theano.tensor.complex_from_polar`. */
export const complexFromPolar: ComplexFunction = /* @__PURE__ */ elemwise("complex_from_polar", 2, {
  dtype: complexOf,
  work: (_, result) => partOf(result),
  cost: 20,
  scalar: (r, theta) => ({
    re: prim.mul(r as Expr, prim.cos(theta as Expr)),
    im: prim.mul(r as Expr, prim.sin(theta as Expr)),
  }),
  grad(inputs, _, [gradient]) {
    const [[r, theta], [g]] = [inputs as Two, [gradient] as One];
    return [mul(g, complexFromPolar(1, theta)), mul(g, complexFromPolar(r, neg(theta)))];
  },
});
