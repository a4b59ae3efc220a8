/** What of GPU.js is used here, as much of it as types can say. */
export interface GpuLibrary {
  new (settings: { readonly mode: string }): GpuInstance;
  readonly isWebGLSupported: boolean;
  readonly isWebGL2Supported: boolean;
  readonly isHeadlessGLSupported: boolean;
  readonly isWebAssemblySupported: boolean;
}

/** A device of GPU.js. */
export interface GpuInstance {
  createKernel(source: string, settings: Readonly<Record<string, unknown>>): GpuKernel;
}

/** A function on the device. */
export interface GpuKernel {
  (...args: readonly unknown[]): GpuResult | Promise<GpuResult>;
  destroy(): unknown;
  /** Of WebGL: the corners of what is drawn. */
  buffer?: unknown;
}

/** What a kernel makes: numbers on the device, or, of modes that have no other memory, an array. */
export type GpuResult = Float32Array | GpuTexture;

/** Numbers on the device. */
export interface GpuTexture {
  toArray(): Float32Array | Promise<Float32Array>;
  delete(): void;
}

/**
 * The class of GPU.js, loaded when it is first needed. Throws with what to do if it is not installed, or is none that can
 * be used.
 */
export async function loadLibrary(): Promise<GpuLibrary> {
  const module: unknown = await import("gpu.js").catch((cause: unknown) => {
    throw new Error(
      "GPU.js cannot be loaded: install it (npm install gpu.js), or pass its class as the option GPU",
      {
        cause,
      },
    );
  });
  // It is a CommonJS module: what its names are depends on who loads it.
  const { GPU, default: whole } = module as { GPU?: unknown; default?: unknown };
  const found = GPU ?? (whole as { GPU?: unknown } | undefined)?.GPU ?? whole;
  if (typeof found !== "function")
    throw new Error("the module gpu.js has no class GPU; version 2.24 is needed");
  return found as unknown as GpuLibrary;
}
