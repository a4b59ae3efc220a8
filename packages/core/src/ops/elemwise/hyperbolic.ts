import * as prim from "@theano-ts/kernel/prims";
import { constant } from "../../tensor/constant.ts";
import type { Unary } from "../../tensor/signatures.ts";
import type { TensorVariable } from "../../tensor/tensorVariable.ts";
import { add, mul, sqr, sub, trueDiv } from "./arithmetic.ts";
import {
  complexAcosh,
  complexAsinh,
  complexAtanh,
  complexCosh,
  complexSinh,
  complexTanh,
} from "./complexMath.ts";
import { sqrt } from "./exponential.ts";
import { smooth } from "./smooth.ts";

/** 1 in the dtype of `x`. */
const one = (x: TensorVariable): TensorVariable => constant(1, { dtype: x.dtype });

/** `(eˣ - e⁻ˣ) / 2`. As `theano.tensor.sinh`. */
export const sinh: Unary = /* @__PURE__ */ smooth(
  "sinh",
  (x) => prim.sinh(x),
  complexSinh,
  (x, g) => mul(g, cosh(x)),
);

/** `(eˣ + e⁻ˣ) / 2`. As `theano.tensor.cosh`. */
export const cosh: Unary = /* @__PURE__ */ smooth(
  "cosh",
  (x) => prim.cosh(x),
  complexCosh,
  (x, g) => mul(g, sinh(x)),
);

/** `sinh(x) / cosh(x)`, between -1 and 1. As `theano.tensor.tanh`. */
export const tanh: Unary = /* @__PURE__ */ smooth(
  "tanh",
  (x) => prim.tanh(x),
  complexTanh,
  (x, g) => mul(g, sub(1, sqr(tanh(x)))),
);

/** The inverse of `sinh`. As `theano.tensor.arcsinh`. */
export const arcsinh: Unary = /* @__PURE__ */ smooth(
  "arcsinh",
  (x) => prim.asinh(x),
  complexAsinh,
  (x, g) => trueDiv(g, sqrt(add(sqr(x), one(x)))),
);

/** The positive inverse of `cosh`; NaN below 1. As `theano.tensor.arccosh`. */
export const arccosh: Unary = /* @__PURE__ */ smooth(
  "arccosh",
  (x) => prim.acosh(x),
  complexAcosh,
  (x, g) => trueDiv(g, sqrt(sub(sqr(x), one(x)))),
);

/** The inverse of `tanh`; infinite at ±1, NaN beyond. As `theano.tensor.arctanh`. */
export const arctanh: Unary = /* @__PURE__ */ smooth(
  "arctanh",
  (x) => prim.atanh(x),
  complexAtanh,
  (x, g) => trueDiv(g, sub(one(x), sqr(x))),
);
