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

type Tensor = Omit<typeof ops, keyof Others | keyof VariableConstructors> & VariableConstructors & Others;

// A call, because a bundler may leave one out that is marked so, and not an object into which others are spread.
const together = (): Tensor => ({ ...ops, ...variableConstructors, ...others });

/**
 * Theano's `theano.tensor`: constructors of variables, all operations, and gradients. `theano-ts/tensor` has the same by
 * name, of which a bundler takes only what a program uses.
 */
export const T: Tensor = /* @__PURE__ */ together();
