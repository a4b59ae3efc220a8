import { isElementwise, type Loop } from "@theano-ts/core";

/** Whether steps only have formulas of elements: then the whole loop can be one kernel, with its states in registers. */
export const isElementwiseLoop = ({ inputs, outputs }: Loop): boolean =>
  isElementwise(outputs, new Set(inputs));
