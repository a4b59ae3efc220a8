import { type DType, type Expr, isComplex, isDiscrete, type Reducer } from "@theano-ts/kernel";
import * as prim from "@theano-ts/kernel/prims";
import * as reducer from "@theano-ts/kernel/reducers";
import { opFamily } from "../../graph/family.ts";
import { type GradientTerm, NullGradient } from "../../graph/op.ts";
import { asTensor, type TensorLike } from "../../tensor/constant.ts";
import type { Reduced, SumDType } from "../../tensor/signatures.ts";
import type { TensorOp } from "../../tensor/tensorOp.ts";
import type { TensorVariable } from "../../tensor/tensorVariable.ts";
import { mul, trueDiv } from "../elemwise/arithmetic.ts";
import { flat } from "../elemwise/basic.ts";
import { eq, neq } from "../elemwise/comparison.ts";
import { where } from "../elemwise/select.ts";
import { finish, isWhole, normalizeAxes, reductionOp, restoreDims } from "./reduce.ts";
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

/** The product over `axes`, as of `sumOp`; `noZeros` promises that no element is 0. */
export const prodOp: (
  axes: readonly number[],
  whole: boolean,
  dtype: DType,
  accumulate: DType,
  noZeros: boolean,
) => TensorOp = /* @__PURE__ */ opFamily((axes, whole, dtype, accumulate, noZeros) => {
  const op: TensorOp = reductionOp({
    name: productName("Prod", axes, whole, dtype, accumulate),
    params: { noZeros },
    axes,
    dtype,
    accumulate,
    reducer: isComplex(accumulate) ? reducer.complexProd : reducer.prod,
    together: isComplex(accumulate),
    grad(of, _, g) {
      if (isDiscrete(accumulate)) return flat(of);
      return axes.length === 0 ? g : prodGradient(of, op.call(of), g, axes, { whole, noZeros });
    },
  });
  return op;
});

function prodOf(x: TensorVariable, options: ProdOptions): TensorVariable {
  const axes = normalizeAxes(options.axis, x.ndim, "the product");
  const dtype = options.dtype ?? accumulated(x.dtype);
  const accumulate = accumulator(x.dtype, options.accDtype);
  const op = prodOp(axes, isWhole(options.axis), dtype, accumulate, options.noZerosInInput === true);
  return finish(op.call(x), axes, x.ndim, options);
}

/** Theano prints products unlike sums: `Prod{axis=(1,), dtype='float64', acc_dtype='float64'}`. */
function productName(
  name: string,
  axes: readonly number[],
  whole: boolean,
  dtype: DType,
  accumulate: DType,
): string {
  const tuple = axes.length === 1 ? `(${axes[0]},)` : `(${axes.join(", ")})`;
  const over = whole ? "None" : tuple;
  return `${name}{axis=${over}, dtype='${dtype}', acc_dtype='${accumulate}'}`;
}

/** Each element's gradient is the product of the others: the whole divided by it, if no element of its group is 0. */
function prodGradient(
  x: TensorVariable,
  product: TensorVariable,
  gradient: TensorVariable,
  axes: readonly number[],
  { whole, noZeros }: { readonly whole: boolean; readonly noZeros: boolean },
): GradientTerm {
  const restore = (v: TensorVariable): TensorVariable => restoreDims(v, axes, x.ndim);
  const [total, g] = [restore(product), restore(gradient)];
  const withoutZeros = trueDiv(mul(g, total), x);
  if (noZeros) return withoutZeros;
  const isZero = eq(x, 0);
  const zeros: TensorVariable = sum(isZero, { axis: whole ? null : axes });
  const singleZero = restore(eq(zeros, 1));
  // With exactly one zero, that element alone has a gradient: the product of the rest. The last factor only says where
  // it is needed.
  const rest = mul(mul(singleZero, neq(g, 0)), x);
  const others = restore(prodWithoutZeros(rest, axes, whole));
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

/** The product over `axes` of the elements that are not 0; 0 if all are. */
export const prodWithoutZerosOp: (
  axes: readonly number[],
  whole: boolean,
  dtype: DType,
  accumulate: DType,
) => TensorOp = /* @__PURE__ */ opFamily((axes, whole, dtype, accumulate) =>
  reductionOp({
    name: productName("ProdWithoutZeros", axes, whole, dtype, accumulate),
    axes,
    dtype,
    accumulate,
    reducer: nonZeroProduct,
    grad: () =>
      new NullGradient(
        "second derivatives of prod are not there; if no element is 0, prod(x, { noZerosInInput: true }) has them",
      ),
  }),
);

const prodWithoutZeros = (x: TensorVariable, axes: readonly number[], whole: boolean): TensorVariable =>
  prodWithoutZerosOp(axes, whole, accumulated(x.dtype), accumulator(x.dtype, null)).call(x);
