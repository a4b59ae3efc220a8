import type { GpuLibrary } from "./library.ts";

/**
 * How GPU.js computes: by WebGPU, which answers later, by WebGL in a browser or, of a `gl` package that the user has
 * installed, in Node ("headless-gl"), as WebAssembly, or in plain JavaScript. "auto" takes the first of them that is there.
 */
export type GpujsMode = "auto" | "webgpu" | "webgl2" | "webgl" | "headless-gl" | "webasm" | "cpu";

/** A mode that has been chosen. */
export type ChosenMode = Exclude<GpujsMode, "auto">;

interface Row {
  /** The name GPU.js has for it. */
  readonly name: string;
  /** What to do where it is not there. */
  readonly hint: string;
  isThere(library: GpuLibrary): boolean | Promise<boolean>;
}

/** Every mode, best first. */
export const modes: Readonly<Record<ChosenMode, Row>> = {
  webgpu: { name: "webgpu", hint: "navigator.gpu has no adapter here", isThere: hasAdapter },
  webgl2: { name: "webgl2", hint: "there is no WebGL 2 here", isThere: (g) => g.isWebGL2Supported },
  webgl: { name: "webgl", hint: "there is no WebGL here", isThere: (g) => g.isWebGLSupported },
  "headless-gl": {
    name: "headlessgl",
    hint: "install the package gl, and run where there is a display (xvfb-run)",
    isThere: (g) => g.isHeadlessGLSupported,
  },
  webasm: { name: "webasm", hint: "there is no WebAssembly here", isThere: (g) => g.isWebAssemblySupported },
  cpu: { name: "cpu", hint: "", isThere: () => true },
};

async function hasAdapter(): Promise<boolean> {
  const { gpu } = (globalThis.navigator ?? {}) as Partial<Navigator>;
  const adapter = await gpu?.requestAdapter().catch(() => null);
  return adapter !== null && adapter !== undefined;
}

/** `mode`, or the best there is. Throws if `mode` is not there, or is no mode. */
export async function chooseMode(library: GpuLibrary, mode: GpujsMode): Promise<ChosenMode> {
  if (mode !== "auto") {
    const row = Object.hasOwn(modes, mode) ? modes[mode] : undefined;
    if (!row)
      throw new TypeError(`There is no mode "${mode}": the modes are auto, ${Object.keys(modes).join(", ")}`);
    if (!(await row.isThere(library))) throw new Error(`GPU.js cannot work in mode ${mode}: ${row.hint}`);
    return mode;
  }
  for (const [name, row] of Object.entries(modes)) if (await row.isThere(library)) return name as ChosenMode;
  return "cpu";
}
