import {
  cast,
  patternbroadcast,
  shapePadleft,
  subtensor,
  type TensorType,
  type TensorVariable,
  unbroadcast,
} from "@theano-ts/core";

/** `x` as a variable of `type`, of the same rank. */
export function fit(x: TensorVariable, type: TensorType): TensorVariable {
  const typed = x.dtype === type.dtype ? x : cast(x, type.dtype);
  return typed.type.equals(type) ? typed : patternbroadcast(typed, type.broadcastable);
}

/** `x` as the only row before the first step of a state. */
export const asRows = (x: TensorVariable): TensorVariable =>
  unbroadcast(shapePadleft(x) as TensorVariable, 0) as TensorVariable;

/** The only row of `rows`. */
export const onlyRow = (rows: TensorVariable): TensorVariable => subtensor(rows, 0) as TensorVariable;
