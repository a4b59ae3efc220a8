import { type DType, isComplex, isDiscrete, isFloat, kindOf, reducer } from "@theano-ts/kernel";
import { TheanoTypeError } from "../../errors.ts";
import { disconnected } from "../../graph/op.ts";
import { asTensor, type TensorLike } from "../../tensor/constant.ts";
import type { TensorVariable } from "../../tensor/tensorVariable.ts";
import { second } from "../elemwise/basic.ts";
import { type Axis, normalizeAxes, reductionOp, restoreDims } from "./reduce.ts";

export interface SumOptions {
  readonly axis?: Axis;
  /** Whether reduced dimensions stay, with size 1. */
  readonly keepdims?: boolean;
  /** The result's dtype. */
  readonly dtype?: DType | null;
  /** The dtype sums are kept in; of float16 and float32 a wider one than the result's by default. */
  readonly accDtype?: DType | null;
}

/** What sums and products of `dtype` become: integers widen to 64 bits. As Theano. */
export const accumulated = (dtype: DType): DType =>
  dtype === "bool" || kindOf(dtype) === "i" ? "int64" : kindOf(dtype) === "u" ? "uint64" : dtype;

/** The dtype to add in: floats add in float64, complex numbers in complex128. As Theano. */
export function accumulator(input: DType, result: DType, wanted: DType | null | undefined): DType {
  if (wanted) {
    if (isDiscrete(wanted) && (isFloat(input) || isComplex(input)))
      throw new TheanoTypeError(`Cannot add ${input} in ${wanted}: the fractions would be lost`);
    return wanted;
  }
  return isFloat(result) ? "float64" : isComplex(result) ? "complex128" : result;
}

/** How a reduction prints. */
export function reductionName(name: string, axis: Axis, axes: readonly number[], accumulate: DType): string {
  const over = axis === null || axis === undefined ? "" : `axis=[${axes.join(", ")}], `;
  return `${name}{${over}acc_dtype=${accumulate}}`;
}

/**
 * The sum of the elements, over all dimensions or `axis`.
 *
 * bool and signed integers give int64, unsigned ones uint64, and wrap; floats are added in float64. Of nothing it is 0.
 * Throws a ValueError for an axis `x` has not. As `theano.tensor.sum`.
 */
export function sum(x: TensorLike, options: SumOptions = {}): TensorVariable {
  const input = asTensor(x);
  const axes = normalizeAxes(options.axis, input.ndim, "the sum");
  const dtype = options.dtype ?? accumulated(input.dtype);
  const accumulate = accumulator(input.dtype, dtype, options.accDtype);
  const op = reductionOp({
    name: reductionName("Sum", options.axis, axes, accumulate),
    axes,
    dtype,
    accumulate,
    reducer: reducer.sum,
    grad(of, _, g) {
      if (g === disconnected) return disconnected;
      return second(of, restoreDims(g, axes, of.ndim));
    },
    rop: (_, direction) => sum(direction, { ...options }),
  });
  const result = op.call(input);
  return options.keepdims ? restoreDims(result, axes, input.ndim) : result;
}
