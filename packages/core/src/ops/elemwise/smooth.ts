import type { Expr } from "@theano-ts/kernel";
import type { Unary } from "../../tensor/signatures.ts";
import type { TensorVariable } from "../../tensor/tensorVariable.ts";
import { refuseComplex } from "./arithmetic.ts";
import type { ComplexFunction } from "./complexMath.ts";
import { floating } from "./dtypes.ts";
import { type ComplexExpr, elemwise } from "./elemwise.ts";

/**
 * The operation of a function of floats with its complex continuation. Its gradient is `grad(x, g)`, which Theano gives
 * for real operands only. A declaration, not a constant: families that are imported in a circle call it while they load.
 */
export function smooth(
  name: string,
  scalar: (x: Expr) => Expr,
  complex: ComplexFunction,
  grad: (x: TensorVariable, g: TensorVariable) => TensorVariable,
): Unary {
  return elemwise(name, 1, {
    dtype: floating,
    cost: 20,
    scalar: (x) => scalar(x as Expr),
    complex: (z) => complex(z as ComplexExpr),
    grad([x], _, [g]) {
      refuseComplex(name, x as TensorVariable);
      return [grad(x as TensorVariable, g as TensorVariable)];
    },
  });
}
