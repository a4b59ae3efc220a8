export { cpu, type CpuBackend, type CpuOptions } from "./backend.ts";
