import { type DType, type Expr, isFloat } from "@theano-ts/kernel";
import * as prim from "@theano-ts/kernel/prims";
import { TheanoTypeError } from "../../errors.ts";
import type { UnaryReal, UnarySame } from "../../tensor/signatures.ts";
import type { TensorVariable } from "../../tensor/tensorVariable.ts";
import { mul, trueDiv } from "./arithmetic.ts";
import { modulus } from "./complexMath.ts";
import { promotedNoComplex, realPart } from "./dtypes.ts";
import { type ComplexExpr, elemwise, floatZeros } from "./elemwise.ts";

/** The distance from 0; the most negative integer stays itself. The gradient at 0 is 0. As `theano.tensor.abs_`. */
export const abs: UnaryReal = /* @__PURE__ */ elemwise("abs_", 1, {
  derived: "Abs",
  dtype: realPart,
  work: ([x]) => x as DType,
  scalar: (x) => ((x as Expr).dtype === "bool" ? (x as Expr) : prim.abs(x as Expr)),
  complex: (z) => modulus(z as ComplexExpr),
  grad(inputs, _, [gradient]) {
    const [x, g] = [inputs[0], gradient] as [TensorVariable, TensorVariable];
    return [isFloat(x.dtype) ? mul(g, sgn(x)) : trueDiv(mul(g, x), abs(x))];
  },
});

/** -1, 0 or 1 as `x` is below, at or above 0; NaN stays. Throws a TypeError for bools. As `theano.tensor.sgn`. */
export const sgn: UnarySame = /* @__PURE__ */ elemwise("sgn", 1, {
  dtype(dtypes) {
    const dtype = promotedNoComplex(dtypes);
    if (dtype === "bool") throw new TheanoTypeError("Cannot take sgn of bools: cast to an integer first");
    return dtype;
  },
  scalar(e) {
    const x = e as Expr;
    const [zero, one, minusOne] = [0, 1, -1].map((n) => prim.number(n, x.dtype)) as [Expr, Expr, Expr];
    // What is neither above nor below is 0 or NaN: itself.
    const rest = isFloat(x.dtype) ? prim.select(prim.eq(x, zero), zero, x) : zero;
    return prim.select(prim.gt(x, zero), one, prim.select(prim.lt(x, zero), minusOne, rest));
  },
  grad: ([x]) => [floatZeros(x as TensorVariable)],
});
