export { grad, hessian, jacobian, Lop, Rop } from "@theano-ts/autodiff";
export { asTensor as asTensorVariable, constant, TensorType } from "@theano-ts/core";
export { tensor } from "./variables.ts";
