export { type GpujsBackend, type GpujsOptions, gpujs } from "./gpujs.ts";
export type { GpuInstance, GpuKernel, GpuLibrary, GpuResult, GpuTexture } from "./library.ts";
export { limitsOf } from "./limits.ts";
export type { ChosenMode, GpujsMode } from "./modes.ts";
