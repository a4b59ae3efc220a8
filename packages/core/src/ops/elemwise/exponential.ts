import { type Expr, prim } from "@theano-ts/kernel";
import type { TensorVariable } from "../../tensor/tensorVariable.ts";
import { mul, trueDiv } from "./arithmetic.ts";
import { flat, isFlat } from "./basic.ts";
import { floating } from "./dtypes.ts";
import { type ComplexExpr, elemwise, type ElemwiseFunction } from "./elemwise.ts";

/** `eˣ`. As `theano.tensor.exp`. */
export const exp: ElemwiseFunction = /* @__PURE__ */ elemwise("exp", 1, {
  dtype: floating,
  cost: 20,
  scalar: (x) => prim.exp(x as Expr),
  complex: (x) => {
    const { re, im } = x as ComplexExpr;
    const scale = prim.exp(re);
    return { re: prim.mul(scale, prim.cos(im)), im: prim.mul(scale, prim.sin(im)) };
  },
  grad: ([x], outputs, [g]) =>
    isFlat(outputs) ? flat([x as TensorVariable]) : [mul(g as TensorVariable, outputs[0] as TensorVariable)],
});

/** The natural logarithm: NaN below 0, minus infinity at 0. As `theano.tensor.log`. */
export const log: ElemwiseFunction = /* @__PURE__ */ elemwise("log", 1, {
  dtype: floating,
  cost: 20,
  scalar: (x) => prim.log(x as Expr),
  grad: ([x], outputs, [g]) =>
    isFlat(outputs) ? flat([x as TensorVariable]) : [trueDiv(g as TensorVariable, x as TensorVariable)],
});
