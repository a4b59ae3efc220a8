import { TensorType, type TensorVariable } from "@theano-ts/core";

/** The type of the rows of `x`. */
export const rowType = (x: TensorVariable): TensorType => new TensorType(x.dtype, x.broadcastable.slice(1));

/** The type of arrays of any number of rows like `row`. */
export const rowsOf = (row: TensorVariable): TensorType =>
  new TensorType(row.dtype, [false, ...row.broadcastable]);
