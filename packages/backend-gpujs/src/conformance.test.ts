import { conformance } from "@theano-ts/conformance";
import { GPU } from "gpu.js";
import { GpuDevice } from "./device.ts";
import { backendOn } from "./gpujs.ts";
import type { GpuLibrary } from "./library.ts";
import { limitsOf } from "./limits.ts";

// The modes that Node has; those of browsers are tested in apps/browser.
for (const mode of ["cpu", "webasm"] as const) {
  const backend = backendOn(new GpuDevice(GPU as unknown as GpuLibrary, mode));
  conformance(backend, { describe, it }, limitsOf[mode]);
}
