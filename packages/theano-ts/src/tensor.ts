import { grad, Lop, Rop } from "@theano-ts/autodiff";
import { asTensor, constant, TensorType } from "@theano-ts/core";
import * as ops from "@theano-ts/core/ops";
import { tensor, type VariableConstructors, variableConstructors } from "./variables.ts";

/** What has a second name in Theano, or a shorter one here for what Python writes as an operator. */
const aliases = {
  div: ops.trueDiv,
  floorDiv: ops.intDiv,
  switch: ops.where,
  asTensorVariable: asTensor,
  constant,
  tensor,
  TensorType,
  grad,
  Lop,
  Rop,
} as const;

/** Theano's `theano.tensor`: constructors of variables, all operations, and gradients. */
export const T: Omit<typeof ops, keyof typeof aliases | keyof VariableConstructors> &
  VariableConstructors &
  typeof aliases = { ...ops, ...variableConstructors, ...aliases };
