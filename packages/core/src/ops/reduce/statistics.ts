import { type DType, isDiscrete } from "@theano-ts/kernel";
import { asTensor, constant, type TensorLike } from "../../tensor/constant.ts";
import type { MeanDType, Reduced } from "../../tensor/signatures.ts";
import type { TensorVariable } from "../../tensor/tensorVariable.ts";
import { mul, pow, sub, trueDiv } from "../elemwise/arithmetic.ts";
import { cast } from "../elemwise/basic.ts";
import { sqrt } from "../elemwise/exponential.ts";
import { subtensor } from "../index/subtensor.ts";
import { shape } from "../shape/shape.ts";
import { normalizeAxes, type ReduceOptions } from "./reduce.ts";
import { type SumOptions, sum } from "./sum.ts";

/**
 * The mean of the elements, over all dimensions or `axis`: their sum divided by one size after the other.
 *
 * Integers and bools give float64, floats and complex numbers their own dtype. Of nothing it is NaN.
 * Throws a ValueError for an axis `x` has not. As `theano.tensor.mean`.
 */
export function mean<X extends TensorLike, const O extends SumOptions = Record<never, never>>(
  x: X,
  options?: O,
): Reduced<MeanDType<X>, X, O> {
  return named("mean", meanOf(asTensor(x), options ?? {})) as Reduced<MeanDType<X>, X, O>;
}

function named(name: string, v: TensorVariable): TensorVariable {
  v.name = name;
  return v;
}

function meanOf(x: TensorVariable, options: SumOptions): TensorVariable {
  const axes = normalizeAxes(options.axis, x.ndim, "the mean");
  // The sum of float16 soon overflows.
  const dtype = options.dtype ?? (x.dtype === "float16" ? "float32" : null);
  let total: TensorVariable = sum(x, { ...options, dtype });
  const narrow: readonly DType[] = ["float16", "float32", "complex64"];
  const sizes: TensorVariable = cast(shape(x), narrow.includes(total.dtype) ? "float32" : "float64");
  for (const d of axes) total = trueDiv(total, subtensor(sizes, d));
  // Without axes there was no division to make a float of it.
  if (isDiscrete(total.dtype)) total = cast(total, sizes.dtype);
  const half = options.dtype === "float16" || (!options.dtype && x.dtype === "float16");
  return half ? cast(total, "float16") : total;
}

/** What variances may be told. */
export interface VarOptions extends ReduceOptions {
  /** What is taken off the number of elements to divide by: 1 estimates without bias. */
  readonly ddof?: number | undefined;
  /** Whether to subtract what rounding left of the mean of the differences. */
  readonly corrected?: boolean | undefined;
}

/**
 * The variance of the elements, over all dimensions or `axis`: the mean of the squared differences from the mean.
 *
 * dtypes as of `mean`. As `theano.tensor.var`.
 */
export function variance<X extends TensorLike, const O extends VarOptions = Record<never, never>>(
  x: X,
  options?: O,
): Reduced<MeanDType<X>, X, O> {
  return named("var", varianceOf(asTensor(x), options ?? {})) as Reduced<MeanDType<X>, X, O>;
}

function varianceOf(
  x: TensorVariable,
  { axis, ddof = 0, keepdims = false, corrected = false }: VarOptions,
): TensorVariable {
  const axes = normalizeAxes(axis, x.ndim, "the variance");
  const options = { axis: axes, keepdims };
  const centered: TensorVariable = sub(x, mean(x, { axis: axes, keepdims: true }));
  const squares = pow(centered, constant(2, { dtype: centered.dtype }));
  if (ddof === 0) {
    const result: TensorVariable = mean(squares, options);
    return corrected ? sub(result, pow(mean(centered, options) as TensorVariable, 2)) : result;
  }
  const sizes = shape(x);
  const fewer = sub(sizes, ddof);
  let result: TensorVariable = sum(squares, options);
  for (const d of axes) result = trueDiv(result, subtensor(fewer, d));
  if (!corrected) return result;
  let error: TensorVariable = pow(sum(centered, options) as TensorVariable, 2);
  for (const d of axes) error = trueDiv(error, mul(subtensor(fewer, d), subtensor(sizes, d)));
  return sub(result, error);
}

export { variance as var };

/** The standard deviation: the root of `var`, with its options. As `theano.tensor.std`. */
export function std<X extends TensorLike, const O extends VarOptions = Record<never, never>>(
  x: X,
  options?: O,
): Reduced<MeanDType<X>, X, O> {
  return named("std", sqrt(variance(asTensor(x), options ?? {}) as TensorVariable)) as Reduced<
    MeanDType<X>,
    X,
    O
  >;
}
