import type { Expr } from "@theano-ts/kernel";
import * as prim from "@theano-ts/kernel/prims";
import { constant } from "../../tensor/constant.ts";
import type { Unary } from "../../tensor/signatures.ts";
import type { TensorVariable } from "../../tensor/tensorVariable.ts";
import { add, mul, refuseComplex, sqr, sub, trueDiv } from "./arithmetic.ts";
import {
  type ComplexFunction,
  complexAcosh,
  complexAsinh,
  complexAtanh,
  complexCosh,
  complexSinh,
  complexTanh,
} from "./complexMath.ts";
import { floating } from "./dtypes.ts";
import { type ComplexExpr, elemwise } from "./elemwise.ts";
import { sqrt } from "./exponential.ts";

const hyperbolic = (
  name: string,
  scalar: (x: Expr) => Expr,
  complex: ComplexFunction,
  grad: (x: TensorVariable, g: TensorVariable) => TensorVariable,
): Unary =>
  elemwise(name, 1, {
    dtype: floating,
    cost: 20,
    scalar: (x) => scalar(x as Expr),
    complex: (z) => complex(z as ComplexExpr),
    grad([x], _, [g]) {
      refuseComplex(name, x as TensorVariable);
      return [grad(x as TensorVariable, g as TensorVariable)];
    },
  });

/** 1 in the dtype of `x`. */
const one = (x: TensorVariable): TensorVariable => constant(1, { dtype: x.dtype });

/** `(eˣ - e⁻ˣ) / 2`. As `theano.tensor.sinh`. */
export const sinh: Unary = /* @__PURE__ */ hyperbolic(
  "sinh",
  (x) => prim.sinh(x),
  complexSinh,
  (x, g) => mul(g, cosh(x)),
);

/** `(eˣ + e⁻ˣ) / 2`. As `theano.tensor.cosh`. */
export const cosh: Unary = /* @__PURE__ */ hyperbolic(
  "cosh",
  (x) => prim.cosh(x),
  complexCosh,
  (x, g) => mul(g, sinh(x)),
);

/** `sinh(x) / cosh(x)`, between -1 and 1. As `theano.tensor.tanh`. */
export const tanh: Unary = /* @__PURE__ */ hyperbolic(
  "tanh",
  (x) => prim.tanh(x),
  complexTanh,
  (x, g) => mul(g, sub(1, sqr(tanh(x)))),
);

/** The inverse of `sinh`. As `theano.tensor.arcsinh`. */
export const arcsinh: Unary = /* @__PURE__ */ hyperbolic(
  "arcsinh",
  (x) => prim.asinh(x),
  complexAsinh,
  (x, g) => trueDiv(g, sqrt(add(sqr(x), one(x)))),
);

/** The positive inverse of `cosh`; NaN below 1. As `theano.tensor.arccosh`. */
export const arccosh: Unary = /* @__PURE__ */ hyperbolic(
  "arccosh",
  (x) => prim.acosh(x),
  complexAcosh,
  (x, g) => trueDiv(g, sqrt(sub(sqr(x), one(x)))),
);

/** The inverse of `tanh`; infinite at ±1, NaN beyond. As `theano.tensor.arctanh`. */
export const arctanh: Unary = /* @__PURE__ */ hyperbolic(
  "arctanh",
  (x) => prim.atanh(x),
  complexAtanh,
  (x, g) => trueDiv(g, sub(one(x), sqr(x))),
);
