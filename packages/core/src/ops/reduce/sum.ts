import { type DType, isComplex, isDiscrete, isFloat, kindOf, promote } from "@theano-ts/kernel";
import * as reducer from "@theano-ts/kernel/reducers";
import { TheanoTypeError } from "../../errors.ts";
import { opFamily } from "../../graph/family.ts";
import { asTensor, type TensorLike } from "../../tensor/constant.ts";
import type { Reduced, SumDType } from "../../tensor/signatures.ts";
import type { TensorOp } from "../../tensor/tensorOp.ts";
import type { TensorVariable } from "../../tensor/tensorVariable.ts";
import { second } from "../elemwise/basic.ts";
import { derivedOp } from "../elemwise/elemwise.ts";
import { finish, isWhole, normalizeAxes, type ReduceOptions, reductionOp, restoreDims } from "./reduce.ts";

/** What sums and products may be told. */
export interface SumOptions extends ReduceOptions {
  /** The result's dtype. */
  readonly dtype?: DType | null | undefined;
  /** The dtype sums are kept in; of float32 float64 by default. */
  readonly accDtype?: DType | null | undefined;
}

/** What sums and products of `dtype` become: integers widen to 64 bits. As Theano. */
export const accumulated = (dtype: DType): DType =>
  dtype === "bool" || kindOf(dtype) === "i" ? "int64" : kindOf(dtype) === "u" ? "uint64" : dtype;

const wider: Partial<Record<DType, DType>> = {
  float16: "float32",
  float32: "float64",
  complex64: "complex128",
};

/**
 * The dtype to accumulate elements of dtype `input` in: float32 adds in float64, integers in 64 bits. Throws a
 * TypeError for a `wanted` one that loses precision.
 */
export function accumulator(input: DType, wanted: DType | null | undefined): DType {
  if (!wanted) return wider[input] ?? accumulated(input);
  const continuous = isFloat(wanted) || isComplex(wanted);
  if (!(continuous && isDiscrete(input)) && promote(input, wanted) !== wanted)
    throw new TheanoTypeError(
      `Cannot accumulate ${input} in ${wanted}: precision would be lost; give dtype: "${wanted}" instead, or cast the operand`,
    );
  return wanted;
}

/** The sum over `axes`, which are all there are if `whole`: it prints otherwise then. */
export const sumOp: (axes: readonly number[], whole: boolean, dtype: DType, accumulate: DType) => TensorOp =
  /* @__PURE__ */ opFamily((axes, whole, dtype, accumulate) =>
    reductionOp({
      name: `Sum{${whole ? "" : `axis=[${axes.join(", ")}], `}acc_dtype=${accumulate}}`,
      axes,
      dtype,
      accumulate,
      reducer: reducer.sum,
      grad: (of, _, g) =>
        axes.length === 0 ? g : derivedOp(second.op).call(of, restoreDims(g, axes, of.ndim)),
      rop: (_, direction) => sumOp(axes, whole, dtype, accumulate).call(direction),
    }),
  );

/**
 * The sum of the elements, over all dimensions or `axis`.
 *
 * bool and signed integers give int64, unsigned ones uint64, and wrap; float32 is added in float64. Of nothing it is 0.
 * Throws a ValueError for an axis `x` has not. As `theano.tensor.sum`.
 */
export function sum<X extends TensorLike, const O extends SumOptions = Record<never, never>>(
  x: X,
  options?: O,
): Reduced<SumDType<X>, X, O> {
  return sumOf(asTensor(x), options ?? {}) as Reduced<SumDType<X>, X, O>;
}

function sumOf(x: TensorVariable, options: SumOptions): TensorVariable {
  const axes = normalizeAxes(options.axis, x.ndim, "the sum");
  const dtype = options.dtype ?? accumulated(x.dtype);
  const accumulate = accumulator(x.dtype, options.accDtype);
  const op = sumOp(axes, isWhole(options.axis), dtype, accumulate);
  return finish(op.call(x), axes, x.ndim, options);
}
