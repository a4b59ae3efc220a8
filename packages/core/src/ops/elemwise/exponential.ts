import type { Expr } from "@theano-ts/kernel";
import * as prim from "@theano-ts/kernel/prims";
import { constant } from "../../tensor/constant.ts";
import type { BinaryFloat, Unary } from "../../tensor/signatures.ts";
import type { TensorVariable } from "../../tensor/tensorVariable.ts";
import { sigmoid } from "./activation.ts";
import { add, mul, sub, trueDiv } from "./arithmetic.ts";
import { complexAdd, complexExp, complexExpm1, complexLog, complexSqrt, scaled } from "./complexMath.ts";
import { floatingNoComplex } from "./dtypes.ts";
import { elemwise } from "./elemwise.ts";
import { smooth } from "./smooth.ts";

/** `eˣ`. As `theano.tensor.exp`. */
export const exp: Unary = /* @__PURE__ */ smooth(
  "exp",
  (x) => prim.exp(x),
  complexExp,
  (x, g) => mul(g, exp(x)),
);

/** `2ˣ`. As `theano.tensor.exp2`. */
export const exp2: Unary = /* @__PURE__ */ smooth(
  "exp2",
  (x) => prim.exp2(x),
  (z) => complexExp(scaled(z, Math.LN2)),
  (x, g) => mul(mul(g, exp2(x)), log(constant(2, { dtype: x.dtype }))),
);

/** `eˣ - 1`, exact near 0. As `theano.tensor.expm1`. */
export const expm1: Unary = /* @__PURE__ */ smooth(
  "expm1",
  (x) => prim.expm1(x),
  complexExpm1,
  (x, g) => mul(g, exp(x)),
);

/** The natural logarithm: NaN below 0, minus infinity at 0. As `theano.tensor.log`. */
export const log: Unary = /* @__PURE__ */ smooth(
  "log",
  (x) => prim.log(x),
  complexLog,
  (x, g) => trueDiv(g, x),
);

/** The logarithm to base 2. As `theano.tensor.log2`. */
export const log2: Unary = /* @__PURE__ */ smooth(
  "log2",
  (x) => prim.log2(x),
  (z) => scaled(complexLog(z), Math.LOG2E),
  (x, g) => trueDiv(g, mul(x, constant(Math.LN2, { dtype: x.dtype }))),
);

/** The logarithm to base 10. As `theano.tensor.log10`. */
export const log10: Unary = /* @__PURE__ */ smooth(
  "log10",
  (x) => prim.log10(x),
  (z) => scaled(complexLog(z), Math.LOG10E),
  (x, g) => trueDiv(g, mul(x, constant(Math.LN10, { dtype: "float64" }))),
);

/** `log(1 + x)`, exact near 0. As `theano.tensor.log1p`. */
export const log1p: Unary = /* @__PURE__ */ smooth(
  "log1p",
  (x) => prim.log1p(x),
  (z) => complexLog(complexAdd(z, { re: prim.number(1, z.re.dtype), im: prim.number(0, z.im.dtype) })),
  (x, g) => trueDiv(g, add(1, x)),
);

/** The square root: NaN below 0. As `theano.tensor.sqrt`. */
export const sqrt: Unary = /* @__PURE__ */ smooth(
  "sqrt",
  (x) => prim.sqrt(x),
  complexSqrt,
  (x, g) => trueDiv(mul(g, 0.5), sqrt(x)),
);

/**
 * `log(eˣ + eʸ)` without overflow: probabilities added where only their logarithms are kept. Floats; equal infinities
 * give themselves. As `numpy.logaddexp`.
 */
export const logaddexp: BinaryFloat = /* @__PURE__ */ elemwise("logaddexp", 2, {
  dtype: floatingNoComplex,
  cost: 40,
  commutative: true,
  scalar(a, b) {
    const [x, y] = [a, b] as [Expr, Expr];
    // The larger is taken out, so that no exponent is above 0; infinity less infinity would be NaN.
    const apart = prim.add(prim.max(x, y), prim.log1p(prim.exp(prim.neg(prim.abs(prim.sub(x, y))))));
    return prim.select(prim.eq(x, y), prim.add(x, Math.LN2), apart);
  },
  grad(inputs, _, [g]) {
    const [x, y] = inputs as readonly [TensorVariable, TensorVariable];
    return [sub(x, y), sub(y, x)].map((d) => mul(g as TensorVariable, sigmoid(d)));
  },
});
