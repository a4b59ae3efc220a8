import { alloc, shapeI, type TensorVariable } from "@theano-ts/core";

/** `x` again and again, `count` times, along a new first dimension. */
export function spread(x: TensorVariable, count: TensorVariable): TensorVariable {
  const sizes = x.broadcastable.map((one, d) => (one ? 1 : shapeI(x, d)));
  return alloc(x, count, ...sizes);
}
