import { type DType, type Expr, isComplex, isDiscrete, type Reducer, reducer } from "@theano-ts/kernel";
import * as prim from "@theano-ts/kernel/prims";
import { type GradientTerm, NullGradient } from "../../graph/op.ts";
import { asTensor, type TensorLike } from "../../tensor/constant.ts";
import type { Reduced, SumDType } from "../../tensor/signatures.ts";
import type { TensorVariable } from "../../tensor/tensorVariable.ts";
import { mul, trueDiv } from "../elemwise/arithmetic.ts";
import { flat } from "../elemwise/basic.ts";
import { eq, neq } from "../elemwise/comparison.ts";
import { where } from "../elemwise/select.ts";
import { type Axis, finish, normalizeAxes, reductionOp, restoreDims } from "./reduce.ts";
import { accumulated, accumulator, type SumOptions, sum } from "./sum.ts";

/** What products may be told. */
export interface ProdOptions extends SumOptions {
  /** A promise that no element is 0: the gradient is simpler then. */
  readonly noZerosInInput?: boolean | undefined;
}

/**
 * The product of the elements, over all dimensions or `axis`.
 *
 * dtypes as of `sum`. Of nothing it is 1. The gradient is right where elements are 0; the gradient of that gradient is
 * not there, unless `noZerosInInput` promises that none is. As `theano.tensor.prod`.
 */
export function prod<X extends TensorLike, const O extends ProdOptions = Record<never, never>>(
  x: X,
  options?: O,
): Reduced<SumDType<X>, X, O> {
  return prodOf(asTensor(x), options ?? {}) as Reduced<SumDType<X>, X, O>;
}

function prodOf(x: TensorVariable, options: ProdOptions): TensorVariable {
  const axes = normalizeAxes(options.axis, x.ndim, "the product");
  const dtype = options.dtype ?? accumulated(x.dtype);
  const accumulate = accumulator(x.dtype, options.accDtype);
  const op = reductionOp({
    name: productName("Prod", options.axis, axes, dtype, accumulate),
    params: { noZeros: options.noZerosInInput === true },
    axes,
    dtype,
    accumulate,
    reducer: isComplex(accumulate) ? reducer.complexProd : reducer.prod,
    together: isComplex(accumulate),
    grad(of, _, g) {
      if (isDiscrete(accumulate)) return flat(of);
      return axes.length === 0 ? g : prodGradient(of, op.call(of), g, axes, options);
    },
  });
  return finish(op.call(x), axes, x.ndim, options);
}

/** Theano prints products unlike sums: `Prod{axis=(1,), dtype='float64', acc_dtype='float64'}`. */
function productName(
  name: string,
  axis: Axis,
  axes: readonly number[],
  dtype: DType,
  accumulate: DType,
): string {
  const tuple = axes.length === 1 ? `(${axes[0]},)` : `(${axes.join(", ")})`;
  const over = axis === null || axis === undefined ? "None" : tuple;
  return `${name}{axis=${over}, dtype='${dtype}', acc_dtype='${accumulate}'}`;
}

/** Each element's gradient is the product of the others: the whole divided by it, if no element of its group is 0. */
function prodGradient(
  x: TensorVariable,
  product: TensorVariable,
  gradient: TensorVariable,
  axes: readonly number[],
  options: ProdOptions,
): GradientTerm {
  const restore = (v: TensorVariable): TensorVariable => restoreDims(v, axes, x.ndim);
  const [whole, g] = [restore(product), restore(gradient)];
  const withoutZeros = trueDiv(mul(g, whole), x);
  if (options.noZerosInInput) return withoutZeros;
  const isZero = eq(x, 0);
  const zeros: TensorVariable = sum(isZero, { axis: options.axis === undefined ? null : options.axis });
  const singleZero = restore(eq(zeros, 1));
  // With exactly one zero, that element alone has a gradient: the product of the rest. The last factor only says where
  // it is needed.
  const rest = mul(mul(singleZero, neq(g, 0)), x);
  const others = restore(prodWithoutZeros(rest, options.axis));
  return where(restore(eq(zeros, 0)), withoutZeros, mul(where(mul(singleZero, isZero), others, 0), g));
}

const nonZeroProduct: Reducer = {
  name: "prodWithoutZeros",
  carries: 1,
  init: reducer.prod.init,
  combine([a], [b]) {
    const [x, y] = [a, b] as [Expr, Expr];
    return [prim.select(prim.eq(x, 0), y, prim.select(prim.eq(y, 0), x, prim.mul(x, y)))];
  },
};

/** The product of the elements that are not 0; 0 if all are. */
function prodWithoutZeros(x: TensorVariable, axis: Axis): TensorVariable {
  const axes = normalizeAxes(axis, x.ndim, "the product");
  const dtype = accumulated(x.dtype);
  const accumulate = accumulator(x.dtype, null);
  const op = reductionOp({
    name: productName("ProdWithoutZeros", axis, axes, dtype, accumulate),
    axes,
    dtype,
    accumulate,
    reducer: nonZeroProduct,
    grad: () =>
      new NullGradient(
        "second derivatives of prod are not there; if no element is 0, prod(x, { noZerosInInput: true }) has them",
      ),
  });
  return op.call(x);
}
