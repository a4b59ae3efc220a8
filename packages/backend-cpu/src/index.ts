export { type CpuBackend, type CpuOptions, cpu } from "./backend.ts";
