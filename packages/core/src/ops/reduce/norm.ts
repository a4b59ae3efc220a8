import { NotImplementedError, ValueError } from "../../errors.ts";
import { asTensor, type TensorLike } from "../../tensor/constant.ts";
import type { TensorVariable } from "../../tensor/tensorVariable.ts";
import { pow } from "../elemwise/arithmetic.ts";
import { neq } from "../elemwise/comparison.ts";
import { abs } from "../elemwise/sign.ts";
import { max, min } from "./extremes.ts";
import { type Axis, finish, normalizeAxes, type ReduceOptions } from "./reduce.ts";
import { sum } from "./sum.ts";

/** Which norm: the root of the sum of squares if null, "inf" and "-inf" for the extremes. */
export type NormOrder = number | "fro" | "inf" | "-inf" | null | undefined;

/**
 * The norm of a vector or matrix, a scalar. As `theano.tensor.nlinalg.norm`.
 *
 * Of a vector `(Σ|xᵖ|)^(1/p)`, the number of elements that are not 0 for `ord` 0. Of a matrix the Frobenius norm, the
 * extreme sums of its rows ("inf", "-inf") or columns (1, -1). Throws a ValueError for other orders and for scalars.
 */
export function norm(x: TensorLike, ord?: NormOrder): TensorVariable {
  const input = asTensor(x);
  if (input.ndim === 0) throw new ValueError("Cannot take the norm of a scalar: it has no axis");
  if (input.ndim > 2)
    throw new NotImplementedError(`Cannot take the norm of a tensor with ${input.ndim} dimensions`);
  return input.ndim === 1 ? vectorNorm(input, ord) : matrixNorm(input, ord);
}

const total = (x: TensorVariable, axis: Axis = null): TensorVariable => sum(x, { axis });

function vectorNorm(x: TensorVariable, ord: NormOrder): TensorVariable {
  if (ord === null || ord === undefined) return pow(total(pow(x, 2)), 0.5);
  if (ord === "inf" || ord === Infinity) return max(abs(x)) as TensorVariable;
  if (ord === "-inf" || ord === -Infinity) return min(abs(x)) as TensorVariable;
  if (ord === 0) return total(neq(x, 0));
  if (typeof ord !== "number") throw new ValueError(`Cannot take the norm of order "${ord}" of a vector`);
  return pow(total(abs(pow(x, ord))), 1 / ord);
}

function matrixNorm(x: TensorVariable, ord: NormOrder): TensorVariable {
  if (ord === null || ord === undefined || ord === "fro") return pow(total(abs(pow(x, 2))), 0.5);
  if (ord === "inf" || ord === Infinity) return max(total(abs(x), 1)) as TensorVariable;
  if (ord === "-inf" || ord === -Infinity) return min(total(abs(x), 1)) as TensorVariable;
  if (ord === 1) return max(total(abs(x), 0)) as TensorVariable;
  if (ord === -1) return min(total(abs(x), 0)) as TensorVariable;
  throw new ValueError(
    `Cannot take the norm of order ${ord} of a matrix: there are 1, -1, "fro", "inf" and "-inf"`,
  );
}

/**
 * `(Σ|x|ᴸ)^(1/L)` over all dimensions or `axis`. Throws a NotImplementedError for `L` 0 and infinite.
 * As the method `norm` of Theano's variables.
 */
export function lNorm(x: TensorLike, L: number, options: ReduceOptions = {}): TensorVariable {
  if (L === 0 || !Number.isFinite(L))
    throw new NotImplementedError(`Cannot take the norm of order ${L}: use norm(x, ord)`);
  const input = asTensor(x);
  const result = pow(total(pow(abs(input), L), options.axis), 1 / L);
  return finish(result, normalizeAxes(options.axis, input.ndim, "the norm"), input.ndim, options);
}
