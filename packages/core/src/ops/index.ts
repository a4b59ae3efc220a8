export { Assert } from "./control/assert.ts";
export { alloc, type DTypeOption, full, ones, type SizeLike, zeros } from "./create/alloc.ts";
export { arange } from "./create/arange.ts";
export { eye, identityLike, tri, tril, triu } from "./create/eye.ts";
export { bartlett, toOneHot } from "./create/windows.ts";
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
export {
  allclose,
  type CloseOptions,
  eq,
  ge,
  gt,
  isclose,
  isinf,
  isnan,
  le,
  lt,
  neq,
} from "./elemwise/comparison.ts";
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
export { cumprod, cumsum, type DiffOptions, diff } from "./reduce/cumulative.ts";
export { argmax, argmin, max, maxAndArgmax, min, ptp } from "./reduce/extremes.ts";
export { all, any } from "./reduce/logic.ts";
export * from "./reduce/norm.ts";
export { type ProdOptions, prod } from "./reduce/prod.ts";
export type { Axis, ReduceOptions } from "./reduce/reduce.ts";
export * from "./reduce/statistics.ts";
export { type SumOptions, sum } from "./reduce/sum.ts";
export { addbroadcast, patternbroadcast, specifyShape, unbroadcast } from "./shape/broadcast.ts";
export { type DiagonalOptions, diag, diagonal, fillDiagonal, fillDiagonalOffset } from "./shape/diagonal.ts";
export {
  dimshuffle,
  padLeft,
  type ShuffleOrder,
  shapePadaxis,
  shapePadleft,
  shapePadright,
  squeeze,
  swapaxes,
  transpose,
} from "./shape/dimshuffle.ts";
export {
  type AxisOption,
  concatenate,
  horizontalStack,
  join,
  split,
  stack,
  verticalStack,
} from "./shape/join.ts";
export {
  flatten,
  type ReshapeOptions,
  ravel,
  ravelled,
  reshape,
  reshapeTo,
  unravel,
} from "./shape/reshape.ts";
export { makeVector, type ShapeLike, shape, shapeI } from "./shape/shape.ts";
export * from "./shape/tile.ts";
