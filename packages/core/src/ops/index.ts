export * from "./control/assert.ts";
export * from "./control/ifelse.ts";
export { alloc, type DTypeOption, full, ones, type SizeLike, zeros } from "./create/alloc.ts";
export * from "./create/arange.ts";
export * from "./create/eye.ts";
export * from "./create/windows.ts";
export * from "./elemwise/activation.ts";
// Theano's other names for the same.
export {
  add,
  ceilIntdiv,
  divmod,
  intDiv,
  intDiv as floorDiv,
  inv,
  mod,
  mul,
  neg,
  pow,
  pow as power,
  sqr,
  sqr as square,
  sub,
  trueDiv,
  trueDiv as div,
} from "./elemwise/arithmetic.ts";
export {
  type CastDType,
  cast,
  fill,
  type LikeOptions,
  onesLike,
  second,
  tensorCopy,
  zerosLike,
} from "./elemwise/basic.ts";
export * from "./elemwise/bitwise.ts";
export {
  and as bitwiseAnd,
  invert as bitwiseNot,
  or as bitwiseOr,
  xor as bitwiseXor,
} from "./elemwise/bitwise.ts";
export * from "./elemwise/comparison.ts";
export * from "./elemwise/complex.ts";
export * from "./elemwise/exponential.ts";
export * from "./elemwise/hyperbolic.ts";
export * from "./elemwise/rounding.ts";
export * from "./elemwise/select.ts";
export { where as switch } from "./elemwise/select.ts";
export * from "./elemwise/sign.ts";
export * from "./elemwise/special.ts";
export * from "./elemwise/trigonometric.ts";
export { flatnonzero, nonzero, nonzeroValues } from "./index/nonzero.ts";
export { inversePermutation, type PermuteOptions, permuteRowElements } from "./index/permute.ts";
export { incSubtensor, setSubtensor } from "./index/setSubtensor.ts";
export { type SymbolicIndex, subtensor } from "./index/subtensor.ts";
export * from "./index/take.ts";
export { batchedDot } from "./linear/batchedDot.ts";
export { dot, dotOp, outer } from "./linear/dot.ts";
export * from "./linear/tensordot.ts";
export * from "./reduce/cumulative.ts";
export * from "./reduce/extremes.ts";
export * from "./reduce/logic.ts";
export * from "./reduce/norm.ts";
export { type ProdOptions, prod } from "./reduce/prod.ts";
export type { Axis, ReduceOptions } from "./reduce/reduce.ts";
export * from "./reduce/statistics.ts";
export { type SumOptions, sum } from "./reduce/sum.ts";
export * from "./shape/broadcast.ts";
export * from "./shape/diagonal.ts";
export * from "./shape/dimshuffle.ts";
export * from "./shape/join.ts";
export * from "./shape/reshape.ts";
export { makeVector, type ShapeLike, shape, shapeI } from "./shape/shape.ts";
export * from "./shape/tile.ts";
