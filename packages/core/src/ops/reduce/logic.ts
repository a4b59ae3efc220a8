import type { Reducer } from "@theano-ts/kernel";
import * as reducer from "@theano-ts/kernel/reducers";
import { opFamily } from "../../graph/family.ts";
import { asTensor, type TensorLike } from "../../tensor/constant.ts";
import type { Reduced } from "../../tensor/signatures.ts";
import type { TensorOp } from "../../tensor/tensorOp.ts";
import type { TensorVariable } from "../../tensor/tensorVariable.ts";
import { flat } from "../elemwise/basic.ts";
import { neq } from "../elemwise/comparison.ts";
import { finish, isWhole, normalizeAxes, type ReduceOptions, reductionOp } from "./reduce.ts";

type TruthOp = (axes: readonly number[], whole: boolean) => TensorOp;

const truthOp = (name: string, reducer: Reducer, axes: readonly number[], whole: boolean): TensorOp =>
  reductionOp({
    name: whole ? name : `${name}{${axes.join(", ")}}`,
    axes,
    dtype: "bool",
    accumulate: "bool",
    reducer,
    grad: flat,
  });

/** Whether any element along `axes` holds. */
export const anyOp: TruthOp = /* @__PURE__ */ opFamily((axes, whole) =>
  truthOp("Any", reducer.any, axes, whole),
);

/** Whether all elements along `axes` hold. */
export const allOp: TruthOp = /* @__PURE__ */ opFamily((axes, whole) =>
  truthOp("All", reducer.all, axes, whole),
);

function truth(what: string, x: TensorLike, opOf: TruthOp, options: ReduceOptions): TensorVariable {
  const input = asTensor(x);
  const axes = normalizeAxes(options.axis, input.ndim, what);
  const holds = input.dtype === "bool" ? input : neq(input, 0);
  return finish(opOf(axes, isWhole(options.axis)).call(holds), axes, input.ndim, options);
}

/** Whether any element is not 0, over all dimensions or `axis`: bool. Of nothing, no. As `theano.tensor.any`. */
export function any<X extends TensorLike, const O extends ReduceOptions = Record<never, never>>(
  x: X,
  options?: O,
): Reduced<"bool", X, O> {
  return truth("any", x, anyOp, options ?? {}) as Reduced<"bool", X, O>;
}

/** Whether all elements are not 0, over all dimensions or `axis`: bool. Of nothing, yes. As `theano.tensor.all`. */
export function all<X extends TensorLike, const O extends ReduceOptions = Record<never, never>>(
  x: X,
  options?: O,
): Reduced<"bool", X, O> {
  return truth("all", x, allOp, options ?? {}) as Reduced<"bool", X, O>;
}
