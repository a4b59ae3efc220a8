import { type FloatX, type SharedVariable, T, type TensorLike, type TensorVariable } from "theano-ts";

type Scalar = TensorVariable<FloatX, 0>;
type Parameter = SharedVariable<FloatX, number>;

/** A step down the gradient of `cost` for each of `params`; gradients do not go through `considerConstant`. */
export function descend(
  cost: Scalar,
  params: readonly Parameter[],
  learningRate: number | Scalar,
  considerConstant: readonly TensorVariable[] = [],
): [Parameter, TensorLike][] {
  const gparams = T.grad(cost, params, { considerConstant });
  return params.map((param, i) => [
    param,
    param.sub((gparams[i] as TensorVariable<FloatX, number>).mul(learningRate)),
  ]);
}
