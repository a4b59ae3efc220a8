import { type Expr, isComplex, isFloat, prim } from "@theano-ts/kernel";
import { NotImplementedError } from "../../errors.ts";
import type { TensorVariable } from "../../tensor/tensorVariable.ts";
import { cast, flat, isFlat, zerosLike } from "./basic.ts";
import { eq } from "./comparison.ts";
import { promoted, promotedMin8, promotedNoBool, quotient } from "./dtypes.ts";
import { type ComplexExpr, elemwise, type ElemwiseFunction } from "./elemwise.ts";
import { log } from "./exponential.ts";
import { floatX } from "../../config.ts";
import { where } from "./select.ts";

type Vars = readonly TensorVariable[];

/** The sum of any number of operands; of bools, whether any holds. As `theano.tensor.add`. */
export const add: ElemwiseFunction = /* @__PURE__ */ elemwise("add", -1, {
  dtype: promoted,
  commutative: true,
  scalar: (...x) => x.reduce((a, b) => (a.dtype === "bool" ? prim.or(a, b) : prim.add(a, b))),
  complex: (...x) => x.reduce((a, b) => ({ re: prim.add(a.re, b.re), im: prim.add(a.im, b.im) })),
  grad: (inputs, outputs, [g]) => (isFlat(outputs) ? flat(inputs) : inputs.map(() => g as TensorVariable)),
});

/** `x - y`. Throws a TypeError for two bools. As `theano.tensor.sub`. */
export const sub: ElemwiseFunction = /* @__PURE__ */ elemwise("sub", 2, {
  dtype: promotedNoBool,
  scalar: (x, y) => prim.sub(x as Expr, y as Expr),
  complex: (x, y) => ({ re: prim.sub((x as ComplexExpr).re, (y as ComplexExpr).re), im: prim.sub((x as ComplexExpr).im, (y as ComplexExpr).im) }),
  grad: ([x, y]: Vars, outputs, [g]) =>
    isFlat(outputs) ? flat([x, y] as Vars) : [g as TensorVariable, neg(g as TensorVariable)],
});

const complexMul = (a: ComplexExpr, b: ComplexExpr): ComplexExpr => ({
  re: prim.sub(prim.mul(a.re, b.re), prim.mul(a.im, b.im)),
  im: prim.add(prim.mul(a.re, b.im), prim.mul(a.im, b.re)),
});

/** The product of any number of operands; of bools, whether all hold. As `theano.tensor.mul`. */
export const mul: ElemwiseFunction = /* @__PURE__ */ elemwise("mul", -1, {
  dtype: promoted,
  commutative: true,
  scalar: (...x) => x.reduce((a, b) => (a.dtype === "bool" ? prim.and(a, b) : prim.mul(a, b))),
  complex: (...x) => x.reduce(complexMul),
  grad(inputs, outputs, [g]) {
    if (isFlat(outputs)) return flat(inputs);
    return inputs.map((_, i) => mul(g as TensorVariable, ...inputs.filter((_, j) => j !== i)));
  },
});

/** `x / y`, also of integers, which give floatX. As `theano.tensor.true_div`. */
export const trueDiv: ElemwiseFunction = /* @__PURE__ */ elemwise("true_div", 2, {
  dtype: quotient,
  scalar: (x, y) => prim.div(x as Expr, y as Expr),
  complex: (x, y) => complexDiv(x as ComplexExpr, y as ComplexExpr),
  grad([x, y], outputs, [g]) {
    const [a, b, gz] = [x, y, g] as [TensorVariable, TensorVariable, TensorVariable];
    if (isComplex(a.dtype)) throw new NotImplementedError("The gradient of a complex quotient is not defined");
    if (isFlat(outputs)) return flat([a, b]);
    // d(x/y)/dy, written with what is there already.
    return [trueDiv(gz, b), trueDiv(neg(mul(gz, a)), mul(b, b))];
  },
});

/** Smith's algorithm: dividing by the larger part first, no intermediate overflows unless the quotient does. */
function complexDiv(x: ComplexExpr, y: ComplexExpr): ComplexExpr {
  const wide = prim.ge(prim.abs(y.re), prim.abs(y.im));
  const [big, small] = [prim.select(wide, y.re, y.im), prim.select(wide, y.im, y.re)];
  const ratio = prim.div(small, big);
  const scale = prim.add(big, prim.mul(small, ratio));
  const [a, b] = [prim.select(wide, x.re, x.im), prim.select(wide, x.im, x.re)];
  const re = prim.div(prim.add(a, prim.mul(b, ratio)), scale);
  const im = prim.div(prim.sub(b, prim.mul(a, ratio)), scale);
  return { re, im: prim.select(wide, im, prim.neg(im)) };
}

/** `-x`. Throws a TypeError for bools. As `theano.tensor.neg`. */
export const neg: ElemwiseFunction = /* @__PURE__ */ elemwise("neg", 1, {
  dtype: promotedNoBool,
  scalar: (x) => prim.neg(x as Expr),
  complex: (x) => ({ re: prim.neg((x as ComplexExpr).re), im: prim.neg((x as ComplexExpr).im) }),
  grad: (inputs, outputs, [g]) => (isFlat(outputs) ? flat(inputs) : [neg(g as TensorVariable)]),
});

/** `x²`. As `theano.tensor.sqr`. */
export const sqr: ElemwiseFunction = /* @__PURE__ */ elemwise("sqr", 1, {
  dtype: promoted,
  scalar: (x) => ((x as Expr).dtype === "bool" ? (x as Expr) : prim.mul(x as Expr, x as Expr)),
  complex: (x) => complexMul(x as ComplexExpr, x as ComplexExpr),
  grad: ([x], outputs, [g]) =>
    isFlat(outputs) ? flat([x as TensorVariable]) : [mul(g as TensorVariable, x as TensorVariable, 2)],
});

/**
 * `x` to the power `y`. Integers are raised in float64 and converted back; a bool to a bool gives int8.
 * At `x = 0` the gradient with respect to `y` is 0. As `theano.tensor.pow`.
 */
export const pow: ElemwiseFunction = /* @__PURE__ */ elemwise("pow", 2, {
  dtype: promotedMin8,
  cost: 20,
  scalar(x, y) {
    const [a, b] = [x, y] as [Expr, Expr];
    if (isFloat(a.dtype)) return prim.pow(a, b);
    return prim.cast(prim.pow(prim.cast(a, "float64"), prim.cast(b, "float64")), a.dtype);
  },
  grad([x, y], outputs, [g]) {
    const [a, b, gz] = [x, y, g] as [TensorVariable, TensorVariable, TensorVariable];
    if (isFlat(outputs)) return [a, b].map((v) => cast(zerosLike(v), floatX()));
    const first = mul(mul(gz, b), pow(a, sub(b, 1)));
    const byExponent = mul(mul(gz, log(a)), pow(a, b));
    return [first, where(eq(a, 0), 0, byExponent)];
  },
});
