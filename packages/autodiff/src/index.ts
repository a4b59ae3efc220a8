export { type Gradients, type GradOptions, grad } from "./grad.ts";
export { Lop, Rop } from "./lop.ts";
export { GradientError, numericGrad, type VerifyGradOptions, verifyGrad } from "./numeric.ts";
export { considerConstant, disconnectedGrad, undefinedGrad, zeroGrad } from "./stop.ts";
