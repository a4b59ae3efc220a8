export { type Gradients, type GradOptions, grad } from "./grad.ts";
export { Lop } from "./lop.ts";
export { GradientError, numericGrad, type VerifyGradOptions, verifyGrad } from "./numeric.ts";
export { Rop } from "./rop.ts";
export { considerConstant, disconnectedGrad, undefinedGrad, zeroGrad } from "./stop.ts";
