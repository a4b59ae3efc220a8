import type {
  Backend,
  DeviceBuffer,
  Executable,
  Program,
  RealDType,
  TypedArray,
  Watch,
} from "@theano-ts/kernel";
import { accepts } from "./accepts.ts";
import { dtypesHeld, GpuBuffer } from "./buffer.ts";
import { GpuDevice } from "./device.ts";
import { GpujsExecutable } from "./executable.ts";
import { type GpuLibrary, loadLibrary } from "./library.ts";
import { type ChosenMode, chooseMode, type GpujsMode } from "./modes.ts";
import { probe } from "./probe.ts";

/** What {@link gpujs} can be told. */
export interface GpujsOptions {
  /** How to compute; "auto" by default. */
  readonly mode?: GpujsMode;
  /** What runs the steps that GPU.js cannot, such as `cpu()`; if left out, such a step is an error. */
  readonly fallback?: Backend;
  /** The class of GPU.js, where it cannot be imported: of a page that loads it by a script element, `GPU`. */
  readonly GPU?: GpuLibrary;
}

/** The GPU.js backend. */
export interface GpujsBackend extends Backend {
  /** How it computes. */
  readonly mode: ChosenMode;
  compile(program: Program, watch?: Watch): Executable;
}

/**
 * Runs programs by GPU.js in float32, on the GPU where there is one: maps, reductions and products, fused as they come.
 * float64, integers beyond 2^24, loops, running sums and writes at computed places go to the fallback, step by step;
 * `f.explain()` says which, and why.
 *
 * The device is tried before it is used. Rejects if GPU.js is not installed, if `mode` is not there, or if the device
 * computes wrongly. In mode "webgpu" functions answer later: call them with `await f.async(…)`.
 */
export async function gpujs(options: GpujsOptions = {}): Promise<GpujsBackend> {
  const library = options.GPU ?? (await loadLibrary());
  if (typeof library !== "function")
    throw new TypeError(
      "What is given as the option GPU is no class: of GPU.js, it is what its module calls GPU",
    );
  const device = new GpuDevice(library, await chooseMode(library, options.mode ?? "auto"));
  await probe(device);
  return backendOn(device, options.fallback);
}

/** The backend of a device that is known to compute rightly. */
export function backendOn(device: GpuDevice, fallback?: Backend): GpujsBackend {
  return {
    name: `gpu.js (${device.mode})`,
    mode: device.mode,
    supports: { dtypes: new Set<RealDType>(dtypesHeld), sizes: "baked" },
    ...(fallback ? { fallback } : {}),
    accepts,
    compile: (program, watch) => new GpujsExecutable(device, program, watch),
    allocate: (dtype, length) => new GpuBuffer(dtype, length),
    write: (buffer: DeviceBuffer, data: TypedArray) => (buffer as GpuBuffer).write(data),
    read: (buffer: DeviceBuffer) => (buffer as GpuBuffer).read(),
    release: (buffer: DeviceBuffer) => (buffer as GpuBuffer).release(),
  };
}
