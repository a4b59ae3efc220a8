import { grad, Lop, Rop } from "@theano-ts/autodiff";
import { asTensor, constant, TensorType } from "@theano-ts/core";
import * as ops from "@theano-ts/core/ops";
import { tensor, type VariableConstructors, variableConstructors } from "./variables.ts";

/** What has a second name in Theano, or a shorter one here for what Python writes as an operator. */
interface Aliases {
  readonly div: typeof ops.trueDiv;
  readonly floorDiv: typeof ops.intDiv;
  readonly switch: typeof ops.where;
  readonly asTensorVariable: typeof asTensor;
  readonly constant: typeof constant;
  readonly tensor: typeof tensor;
  readonly TensorType: typeof TensorType;
  readonly grad: typeof grad;
  readonly Lop: typeof Lop;
  readonly Rop: typeof Rop;
}

const aliases: Aliases = {
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
};

/** Theano's `theano.tensor`: constructors of variables, all operations, and gradients. */
export const T: Omit<typeof ops, keyof Aliases | keyof VariableConstructors> &
  VariableConstructors &
  Aliases = { ...ops, ...variableConstructors, ...aliases };
