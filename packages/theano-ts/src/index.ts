import "./fluent.ts";
import "./testValues.ts";
import { theano } from "./theano.ts";

export default theano;
export {
  considerConstant,
  disconnectedType,
  grad,
  gradNotImplemented,
  gradUndefined,
  hessian,
  hessianVectorProduct,
  jacobian,
  Lop,
  OpFromGraph,
  Rop,
  subgraphGrad,
  vectorize,
  verifyGrad,
} from "@theano-ts/autodiff";
export type * from "@theano-ts/core";
export {
  Apply,
  asOp,
  complex,
  config,
  elemwise,
  In,
  isComplexNumber,
  Mode,
  NDArray,
  OrderedUpdates,
  Out,
  opFamily,
  PerformError,
  PerformOp as Op,
  SharedVariable,
  slice,
  TensorConstant,
  TensorType,
  TensorVariable,
  tensorOp,
  UserError,
  Variable,
  withFlags,
} from "@theano-ts/core";
export {
  compare,
  DebugMode,
  detectNan,
  MonitorMode,
  NanGuardMode,
} from "@theano-ts/debug";
export * from "@theano-ts/io";
export { prim } from "@theano-ts/kernel";
export * from "@theano-ts/printing";
export { CounterStreams, MRG_RandomStreams, RandomStreams, rawRandom, SeedRandom } from "@theano-ts/random";
export { foldl, foldr, ifelse, map, reduce, scan, scanCheckpoints, until } from "@theano-ts/scan";
export { useBackend } from "./backend.ts";
export { clone } from "./clone.ts";
export { evalIntermediate } from "./evaluate.ts";
export {
  type Compile,
  type CompileOptions,
  type CompileSpec,
  compile,
  type FunctionAsync,
  functionAsync,
} from "./function.ts";
export type { CompiledFunction } from "./methods.ts";
export type { ModeChoice } from "./mode.ts";
export { np } from "./np.ts";
export { type FunctionObserver, type ObservedFunction, observeFunctions } from "./observe.ts";
export { Param } from "./param.ts";
export {
  functionFromJson,
  functionToJson,
  graphFromJson,
  graphToJson,
  type LoadFunctionOptions,
} from "./save.ts";
export { type Shared, shared } from "./shared.ts";
export { T } from "./T.ts";
export { gradient, theano } from "./theano.ts";
export type { Constructor, Constructors, FloatConstructor } from "./variables.ts";
