import { grad, hessian, jacobian, Lop, Rop } from "@theano-ts/autodiff";
import { asTensor, constant, TensorType } from "@theano-ts/core";
import * as ops from "@theano-ts/core/ops";
import { tensor, type VariableConstructors, variableConstructors } from "./variables.ts";

/** What `theano.tensor` has beside operations. */
interface Others {
  readonly asTensorVariable: typeof asTensor;
  readonly constant: typeof constant;
  readonly tensor: typeof tensor;
  readonly TensorType: typeof TensorType;
  readonly grad: typeof grad;
  readonly Lop: typeof Lop;
  readonly Rop: typeof Rop;
  readonly jacobian: typeof jacobian;
  readonly hessian: typeof hessian;
}

const others: Others = {
  asTensorVariable: asTensor,
  constant,
  tensor,
  TensorType,
  grad,
  Lop,
  Rop,
  jacobian,
  hessian,
};

/** Theano's `theano.tensor`: constructors of variables, all operations, and gradients. */
export const T: Omit<typeof ops, keyof Others | keyof VariableConstructors> & VariableConstructors & Others =
  { ...ops, ...variableConstructors, ...others };
