import { readFileSync } from "node:fs";
import { join } from "node:path";
import { conformance } from "@theano-ts/conformance";
import { GPU } from "gpu.js";
import { GpuDevice } from "./device.ts";
import { backendOn } from "./gpujs.ts";
import type { GpuLibrary } from "./library.ts";
import { limitsOf } from "./limits.ts";
import { limitsText } from "./limitsText.testing.ts";

// The modes that Node has; those of browsers are tested in apps/browser.
for (const mode of ["cpu", "webasm"] as const) {
  const backend = backendOn(new GpuDevice(GPU as unknown as GpuLibrary, mode));
  const report = conformance(backend, { describe, it }, limitsOf[mode]);

  // After the suite, which fills the report.
  it(`the guide lists the limits that the suite saw in mode ${mode}`, () => {
    const page = readFileSync(join(__dirname, "..", "..", "..", "docs", "guide", "gpujs.md"), "utf8");
    expect(unaligned(page)).toContain(unaligned(limitsText(report.refused)));
  });
}

/** A page whose tables are not aligned. */
const unaligned = (page: string): string => page.replace(/ +/g, " ").replace(/-{3,}/g, "---");
