import type { Expr } from "@theano-ts/kernel";
import * as prim from "@theano-ts/kernel/prims";
import { constant } from "../../tensor/constant.ts";
import type { BinaryFloat, Unary } from "../../tensor/signatures.ts";
import type { TensorVariable } from "../../tensor/tensorVariable.ts";
import { add, mul, neg, sqr, sub, trueDiv } from "./arithmetic.ts";
import { complexAcos, complexAsin, complexAtan, complexCos, complexSin, complexTan } from "./complexMath.ts";
import { floatingNoComplex } from "./dtypes.ts";
import { elemwise } from "./elemwise.ts";
import { sqrt } from "./exponential.ts";
import { smooth } from "./smooth.ts";

/** 1 in the dtype of `x`. */
const one = (x: TensorVariable): TensorVariable => constant(1, { dtype: x.dtype });

/** Sine of angles in radians. As `theano.tensor.sin`. */
export const sin: Unary = /* @__PURE__ */ smooth(
  "sin",
  (x) => prim.sin(x),
  complexSin,
  (x, g) => mul(g, cos(x)),
);

/** Cosine of angles in radians. As `theano.tensor.cos`. */
export const cos: Unary = /* @__PURE__ */ smooth(
  "cos",
  (x) => prim.cos(x),
  complexCos,
  (x, g) => mul(neg(g), sin(x)),
);

/** Tangent of angles in radians. As `theano.tensor.tan`. */
export const tan: Unary = /* @__PURE__ */ smooth(
  "tan",
  (x) => prim.tan(x),
  complexTan,
  (x, g) => trueDiv(g, sqr(cos(x))),
);

/** The angle in [-π/2, π/2] with this sine; NaN beyond ±1. As `theano.tensor.arcsin`. */
export const arcsin: Unary = /* @__PURE__ */ smooth(
  "arcsin",
  (x) => prim.asin(x),
  complexAsin,
  (x, g) => trueDiv(g, sqrt(sub(one(x), sqr(x)))),
);

/** The angle in [0, π] with this cosine; NaN beyond ±1. As `theano.tensor.arccos`. */
export const arccos: Unary = /* @__PURE__ */ smooth(
  "arccos",
  (x) => prim.acos(x),
  complexAcos,
  (x, g) => trueDiv(neg(g), sqrt(sub(one(x), sqr(x)))),
);

/** The angle in (-π/2, π/2) with this tangent. As `theano.tensor.arctan`. */
export const arctan: Unary = /* @__PURE__ */ smooth(
  "arctan",
  (x) => prim.atan(x),
  complexAtan,
  (x, g) => trueDiv(g, add(one(x), sqr(x))),
);

/** `arctan2(y, x)`: the angle in (-π, π] of the point (x, y). As `theano.tensor.arctan2`. */
export const arctan2: BinaryFloat = /* @__PURE__ */ elemwise("arctan2", 2, {
  dtype: floatingNoComplex,
  cost: 20,
  scalar: (y, x) => prim.atan2(y as Expr, x as Expr),
  grad(inputs, _, [gradient]) {
    const [y, x] = inputs as readonly [TensorVariable, TensorVariable];
    const g = gradient as TensorVariable;
    const square = add(sqr(x), sqr(y));
    return [trueDiv(mul(g, x), square), trueDiv(mul(g, neg(y)), square)];
  },
});

const radian = Math.PI / 180;

/** `x` times `factor`; of real numbers only. */
const rescale = (name: string, factor: number): Unary =>
  elemwise(name, 1, {
    dtype: floatingNoComplex,
    scalar: (x) => prim.mul(x as Expr, factor),
    grad: (_inputs, _outputs, [g]) => [
      mul(g as TensorVariable, constant(factor, { dtype: (g as TensorVariable).dtype })),
    ],
  });

/** Degrees as radians. As `theano.tensor.deg2rad`. */
export const deg2rad: Unary = /* @__PURE__ */ rescale("deg2rad", radian);

/** Radians as degrees. As `theano.tensor.rad2deg`. */
export const rad2deg: Unary = /* @__PURE__ */ rescale("rad2deg", 180 / Math.PI);
