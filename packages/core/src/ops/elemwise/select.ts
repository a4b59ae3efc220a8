import { type DType, type Expr, prim, promote } from "@theano-ts/kernel";
import { floatX } from "../../config.ts";
import type { TensorVariable } from "../../tensor/tensorVariable.ts";
import { constant, type TensorLike } from "../../tensor/constant.ts";
import { zerosLike } from "./basic.ts";
import { elemwise, type ElemwiseFunction } from "./elemwise.ts";

/**
 * `x` where the condition is not zero, else `y`; their dtype is what holds both. Gradients go to the one chosen; the
 * condition's is zero. As `theano.tensor.switch`.
 */
export const where: ElemwiseFunction = /* @__PURE__ */ elemwise("switch", 3, {
  dtype: ([, x, y]) => promote(x as DType, y as DType),
  scalar: (c, x, y) => prim.select(prim.ne(c as Expr, 0), x as Expr, y as Expr),
  grad([c], _, [g]) {
    const [condition, gz] = [c, g] as [TensorVariable, TensorVariable];
    const zero: TensorLike = constant(0, { dtype: gz.dtype });
    return [zerosLike(condition, { dtype: floatX() }), where(condition, gz, zero), where(condition, zero, gz)];
  },
});
