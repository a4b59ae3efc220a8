export { type Comparison, compare, type Distance, type Way } from "./compare.ts";
export { BadKernel, BadOptimization, DebugMode, DebugModeError } from "./debugMode.ts";
export { detectNan, MonitorMode, type MonitorOptions } from "./monitorMode.ts";
export { NanGuardError, NanGuardMode, type NanGuardOptions } from "./nanGuardMode.ts";
export { profiled } from "./profile.ts";
export { type Observer, type Step, stepByStep } from "./stepper.ts";
