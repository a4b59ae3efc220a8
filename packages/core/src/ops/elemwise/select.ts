import { type DType, type Expr, isComplex, promote } from "@theano-ts/kernel";
import * as prim from "@theano-ts/kernel/prims";
import { TheanoTypeError } from "../../errors.ts";
import { constant, type TensorLike } from "../../tensor/constant.ts";
import type { Binary, Choice, OpFunction, RankOf, SoleDType } from "../../tensor/signatures.ts";
import type { TensorVariable } from "../../tensor/tensorVariable.ts";
import { mul, refuseComplex, sub } from "./arithmetic.ts";
import { flat } from "./basic.ts";
import { and } from "./bitwise.ts";
import { eq, ge, gt, le, lt } from "./comparison.ts";
import { complexIsNaN, complexLess } from "./complexMath.ts";
import { promoted, promotedNoComplex } from "./dtypes.ts";
import { type ComplexExpr, elemwise } from "./elemwise.ts";

type Two = readonly [TensorVariable, TensorVariable];
type Three = readonly [TensorVariable, TensorVariable, TensorVariable];

/**
 * `x` where the condition is not zero, else `y`; their dtype is what holds both. Gradients go to the one chosen; the
 * condition's is zero. As `theano.tensor.switch`.
 */
export const where: Choice = /* @__PURE__ */ elemwise("switch", 3, {
  derived: "Switch",
  dtype: ([c, x, y]) => {
    if (isComplex(c as DType))
      throw new TheanoTypeError("Cannot choose by a complex condition: compare it first");
    return promote(x as DType, y as DType);
  },
  operands: ([c], work) => [c as DType, work, work],
  scalar: (c, x, y) => prim.select(prim.ne(c as Expr, 0), x as Expr, y as Expr),
  complex(c, x, y) {
    const [condition, a, b] = [c, x, y] as [ComplexExpr, ComplexExpr, ComplexExpr];
    const holds = prim.ne(condition.re, 0);
    return { re: prim.select(holds, a.re, b.re), im: prim.select(holds, a.im, b.im) };
  },
  grad(inputs, _, [g]) {
    const [condition] = inputs as Three;
    const gz = g as TensorVariable;
    return [flat(condition), where(condition, gz, 0), where(condition, 0, gz)];
  },
});

/** The larger or the smaller of two; the first operand's gradient at ties. */
const extreme = (name: string, pick: "max" | "min"): Binary =>
  elemwise(name, 2, {
    dtype: promoted,
    commutative: true,
    scalar(x, y) {
      const [a, b] = [x, y] as [Expr, Expr];
      if (a.dtype === "bool") return pick === "max" ? prim.or(a, b) : prim.and(a, b);
      return pick === "max" ? prim.max(a, b) : prim.min(a, b);
    },
    complex(x, y) {
      const [a, b] = [x, y] as [ComplexExpr, ComplexExpr];
      const wins = pick === "max" ? complexLess(b, a) : complexLess(a, b);
      const [first, second] = [complexIsNaN(a), complexIsNaN(b)];
      const keep = prim.or(first, prim.and(wins, prim.not(second)));
      return { re: prim.select(keep, a.re, b.re), im: prim.select(keep, a.im, b.im) };
    },
    grad(inputs, outputs, [gradient]) {
      const [[x], [output], g] = [
        inputs as Two,
        outputs as unknown as [TensorVariable],
        gradient as TensorVariable,
      ];
      refuseComplex(name, g);
      const first = eq(output, x);
      return [mul(first, g), mul(sub(constant(1, { dtype: g.dtype }), first), g)];
    },
  });

/** The larger of `x` and `y`; NaN if either is. At ties the gradient goes to `x`. As `theano.tensor.maximum`. */
export const maximum: Binary = /* @__PURE__ */ extreme("maximum", "max");

/** The smaller of `x` and `y`; NaN if either is. At ties the gradient goes to `x`. As `theano.tensor.minimum`. */
export const minimum: Binary = /* @__PURE__ */ extreme("minimum", "min");

/** A value and its bounds, which broadcast and promote. */
interface Clip extends OpFunction {
  <X extends TensorLike>(x: X, min: TensorLike, max: TensorLike): TensorVariable<SoleDType<X>, RankOf<X>>;
}

/**
 * `x`, but `min` where it is below that and `max` where it is above. `min` wins over `max`; NaN stays. The gradient
 * passes at the bounds. Throws a TypeError for complex numbers. As `theano.tensor.clip`.
 */
export const clip: Clip = /* @__PURE__ */ elemwise("clip", 3, {
  dtype: promotedNoComplex,
  scalar(x, low, high) {
    const [a, lo, hi] = [x, low, high] as [Expr, Expr, Expr];
    return prim.select(prim.lt(a, lo), lo, prim.select(prim.gt(a, hi), hi, a));
  },
  grad(inputs, _, [gradient]) {
    const [[x, min, max], g] = [inputs as Three, gradient as TensorVariable];
    return [mul(and(ge(x, min), le(x, max)), g), mul(lt(x, min), g), mul(gt(x, max), g)];
  },
});
