export * from "./elemwise/arithmetic.ts";
export * from "./elemwise/basic.ts";
export * from "./elemwise/comparison.ts";
export * from "./elemwise/exponential.ts";
export * from "./elemwise/select.ts";
export * from "./linear/dot.ts";
export { type Axis } from "./reduce/reduce.ts";
export { sum, type SumOptions } from "./reduce/sum.ts";
export * from "./shape/dimshuffle.ts";
