import type { RealDType, TypedArray } from "./dtype.ts";
import type { Kernel } from "./kernel.ts";
import type { Prim } from "./prims.ts";
import type { Program } from "./program.ts";

/**
 * What runs programs. A backend is a value that the user passes to `compile`; nothing is registered anywhere. It sees
 * kernels, never operations on tensors, and has to do three things: keep arrays that outlive a call (`allocate`,
 * `write`, `read`, `release`), say which kernels it can run (`accepts`), and run programs made of those (`compile`).
 *
 * To write one: start from `supports` and `compile` with a program's launches one after the other, generating code for
 * map kernels only and refusing the rest, with the reason, in `accepts`. What is refused runs on the host by the
 * interpreter, visibly, so a backend is useful from its first kernel on. `@theano-ts/conformance` tests all of it.
 */
export interface Backend {
  /** As the user knows it, in messages and profiles. */
  readonly name: string;
  readonly supports: Supports;
  /** True, or one sentence that says what about `kernel` this backend cannot do. Called before `compile`. */
  accepts(kernel: Kernel): true | string;
  /**
   * Makes `program`, whose kernels were all accepted, ready to run any number of times. `watch`, if given, is to be
   * called after each step of a run; a backend that cannot may leave it.
   */
  compile(program: Program, watch?: Watch): Executable;
  /** Room for `length` numbers that outlives a run; its content is undefined. */
  allocate(dtype: RealDType, length: number): DeviceBuffer;
  /** Copies `data`, of the buffer's dtype and length, into it. */
  write(buffer: DeviceBuffer, data: TypedArray): void;
  /** A copy of the content. */
  read(buffer: DeviceBuffer): TypedArray | Promise<TypedArray>;
  /** Gives the room back. The buffer is not used again. */
  release(buffer: DeviceBuffer): void;
}

/** Told, while a program runs, that it begins (-1), and then that the step of this number is done. */
export type Watch = (step: number) => void;

/** What a backend can do at all. */
export interface Supports {
  /** A kernel that touches another dtype is refused. */
  readonly dtypes: ReadonlySet<RealDType>;
  /** Primitives it computes itself; another that has a definition reaches `compile` expanded into these. */
  readonly prims: ReadonlySet<Prim> | "all";
  /** Names of routines it has. */
  readonly routines: ReadonlySet<string>;
  /** Whether sizes must be numbers when it compiles, or may be given when the program runs. */
  readonly sizes: "baked" | "arguments";
}

/** Numbers that live where the backend wants them: memory of a module, a texture. Backends extend it with their own fields. */
export interface DeviceBuffer {
  readonly dtype: RealDType;
  readonly length: number;
}

/** A program ready to run. */
export interface Executable {
  /**
   * Runs the program once. `sizes` has a value for each of `program.sizes`, `inputs` for each buffer of role input
   * (host data, or a buffer of this backend), `states` for each of role state. States are written in place.
   *
   * Returns the buffers of role output, in order, as arrays that belong to the caller. Throws (or rejects with) a
   * `CheckFailure` if a check does not hold; no state has changed then.
   */
  run(
    sizes: readonly number[],
    inputs: readonly (TypedArray | DeviceBuffer)[],
    states: readonly DeviceBuffer[],
  ): TypedArray[] | Promise<TypedArray[]>;
  /** What was made, for people: one line for each step, say. */
  explain?(): string;
  /** Gives back what the executable holds on the device. It is not run again. */
  release?(): void;
}

/** Whether an input of a run is a buffer of the backend, not host data. */
export const isDeviceBuffer = (data: TypedArray | DeviceBuffer): data is DeviceBuffer =>
  !ArrayBuffer.isView(data);
