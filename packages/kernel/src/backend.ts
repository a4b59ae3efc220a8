import type { RealDType, TypedArray } from "./dtype.ts";
import type { Program, Step } from "./program.ts";
import type { Soon } from "./soon.ts";

/**
 * What runs programs. A backend is a value that the user passes to `compile`; nothing is registered anywhere. It sees
 * kernels, never operations on tensors, and has to do three things: keep arrays that outlive a call (`allocate`,
 * `write`, `read`, `release`), say which steps it can run (`accepts`), and run programs made of those (`compile`).
 *
 * To write one: start from `supports` and `compile` with a program's launches one after the other, generating code for
 * map kernels only and refusing the rest, with the reason, in `accepts`. What is refused runs on the fallback, visibly,
 * so a backend is useful from its first kernel on. `@theano-ts/conformance` tests all of it.
 */
export interface Backend {
  /** As the user knows it, in messages and profiles. */
  readonly name: string;
  readonly supports: Supports;
  /**
   * What runs the steps that this one refuses, unless the user names another. Left out, such a step is an error; with
   * `interpreter`, which takes all, none is.
   */
  readonly fallback?: Backend;
  /** True of one that needs no time to compile and much to run: it is not given a whole loop if there is another way. */
  readonly isLastResort?: boolean;
  /**
   * True, or one sentence that says what about `step` this backend cannot do: "it runs no loops". Sizes that
   * {@link Supports.sizes} wants baked are numbers by then; only of a loop, whether it can be run at all, is asked
   * earlier as well. A primitive that a backend has no instruction for may have a definition: see `expandStep`.
   */
  accepts(step: Step): true | string;
  /**
   * Makes `program`, whose steps were all accepted, ready to run any number of times. `watch`, if given, is to be
   * called after each step of a run; a backend that cannot may leave it.
   */
  compile(program: Program, watch?: Watch): Executable;
  /** Room for `length` numbers that outlives a run; its content is undefined. */
  allocate(dtype: RealDType, length: number): DeviceBuffer;
  /** Copies `data`, of the buffer's dtype and length, into it. */
  write(buffer: DeviceBuffer, data: TypedArray): void;
  /** A copy of the content. */
  read(buffer: DeviceBuffer): Soon<TypedArray>;
  /** Gives the room back. The buffer is not used again. */
  release(buffer: DeviceBuffer): void;
}

/** Told, while a program runs, that it begins (-1), and then that the step of this number is done. */
export type Watch = (step: number) => void;

/** What a backend can do at all. */
export interface Supports {
  /** A step that reads or writes another dtype is refused before it is asked about. */
  readonly dtypes: ReadonlySet<RealDType>;
  /**
   * "arguments" if any size may be given when the program runs. "baked" if those that say how large something is (a
   * loop, a buffer, a stride) must be numbers when it compiles; the others, such as where a slice begins, are given
   * when it runs all the same, so that each minibatch is not another program.
   */
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
   * `CheckFailure` if a check does not hold, and {@link Declined} if it cannot do it with this data; no state has
   * changed then.
   */
  run(
    sizes: readonly number[],
    inputs: readonly (TypedArray | DeviceBuffer)[],
    states: readonly DeviceBuffer[],
  ): Soon<TypedArray[]>;
  /** What was made, for people: one line for each step, say. */
  explain?(): string;
  /** Gives back what the executable holds on the device. It is not run again. */
  release?(): void;
}

/**
 * Thrown by a run that finds, before it has changed any state, that it cannot be done with the data it was given: an
 * integer too large for a device of floats, say. The fallback then makes this run instead.
 */
export class Declined extends Error {
  /** `reason` is one sentence, as `accepts` gives them. */
  constructor(reason: string) {
    super(reason);
    this.name = "Declined";
  }
}

/** Whether an input of a run is a buffer of the backend, not host data. */
export const isDeviceBuffer = (data: TypedArray | DeviceBuffer): data is DeviceBuffer =>
  !ArrayBuffer.isView(data);
