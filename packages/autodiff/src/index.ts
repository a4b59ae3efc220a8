export { ioConnectionPattern } from "./connection.ts";
export type { Disconnected, ReturnDisconnected } from "./disconnected.ts";
export { type Gradients, type GradOptions, grad } from "./grad.ts";
export {
  type Hessians,
  hessian,
  hessianVectorProduct,
  type JacobianOptions,
  type Jacobians,
  jacobian,
} from "./jacobian.ts";
export { Lop } from "./lop.ts";
export { GradientError, numericGrad, type VerifyGradOptions, verifyGrad } from "./numeric.ts";
export { OpFromGraph, type OpFromGraphOptions } from "./opFromGraph.ts";
export type {
  GradOverrides,
  LopOverrides,
  Override,
  OverridingOp,
  RopOverrides,
} from "./overrides.ts";
export { Rop, type RopOptions } from "./rop.ts";
export {
  considerConstant,
  disconnectedGrad,
  gradClip,
  gradScale,
  undefinedGrad,
  zeroGrad,
} from "./stop.ts";
export {
  type DetailedSubgraphGrads,
  type SubgraphGradSpec,
  type SubgraphGrads,
  subgraphGrad,
} from "./subgraph.ts";
export {
  DisconnectedType,
  disconnectedType,
  gradNotImplemented,
  gradUndefined,
  NullType,
} from "./types.ts";
export { type Vectorized, vectorize } from "./vectorize/vectorize.ts";
