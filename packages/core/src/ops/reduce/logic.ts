import { type Reducer, reducer } from "@theano-ts/kernel";
import { asTensor, type TensorLike } from "../../tensor/constant.ts";
import type { Reduced } from "../../tensor/signatures.ts";
import type { TensorVariable } from "../../tensor/tensorVariable.ts";
import { flat } from "../elemwise/basic.ts";
import { neq } from "../elemwise/comparison.ts";
import { finish, normalizeAxes, type ReduceOptions, reductionOp } from "./reduce.ts";

function truth(name: string, x: TensorLike, combine: Reducer, options: ReduceOptions): TensorVariable {
  const input = asTensor(x);
  const axes = normalizeAxes(options.axis, input.ndim, name.toLowerCase());
  const whole = options.axis === null || options.axis === undefined;
  const op = reductionOp({
    name: whole ? name : `${name}{${axes.join(", ")}}`,
    axes,
    dtype: "bool",
    accumulate: "bool",
    reducer: combine,
    grad: flat,
  });
  const holds = input.dtype === "bool" ? input : neq(input, 0);
  return finish(op.call(holds), axes, input.ndim, options);
}

/** Whether any element is not 0, over all dimensions or `axis`: bool. Of nothing, no. As `theano.tensor.any`. */
export function any<X extends TensorLike, const O extends ReduceOptions = Record<never, never>>(
  x: X,
  options?: O,
): Reduced<"bool", X, O> {
  return truth("Any", x, reducer.any, options ?? {}) as Reduced<"bool", X, O>;
}

/** Whether all elements are not 0, over all dimensions or `axis`: bool. Of nothing, yes. As `theano.tensor.all`. */
export function all<X extends TensorLike, const O extends ReduceOptions = Record<never, never>>(
  x: X,
  options?: O,
): Reduced<"bool", X, O> {
  return truth("All", x, reducer.all, options ?? {}) as Reduced<"bool", X, O>;
}
