import { runTask, type Soon, type Task, waitFor } from "@theano-ts/kernel";
import type { GpuInstance, GpuKernel, GpuLibrary, GpuResult, GpuTexture } from "./library.ts";
import { type ChosenMode, modes } from "./modes.ts";

/** Numbers that a kernel can read. */
export interface Held {
  readonly value: GpuResult;
  /** A copy of the numbers. */
  read(): Soon<Float32Array>;
  /** Gives the memory back. They are not used again. */
  free(): void;
}

/** What a kernel may be called with: numbers on the device, or one number. */
export type DeviceArgument = Held | number;

/** How many kernels that nobody uses are kept, for whoever wants the same ones next. */
const idleKept = 64;

/** A device of GPU.js, and kernels on it whose results stay there. */
export class GpuDevice {
  readonly mode: ChosenMode;
  readonly #gpu: GpuInstance;
  readonly #corners: Corners = { buffer: undefined };
  /** By length and text: drivers take long to make one. */
  readonly #kernels = new Map<string, DeviceKernel>();
  readonly #idle = new Map<DeviceKernel, string>();

  constructor(library: GpuLibrary, mode: ChosenMode) {
    this.mode = mode;
    this.#gpu = new library({ mode: modes[mode].name });
  }

  /** Whether numbers are on a device of their own, and not in plain arrays. */
  get isApart(): boolean {
    return this.mode !== "cpu" && this.mode !== "webasm";
  }

  /** A kernel that makes `length` numbers, at least one, by `text`, a function; to be released. */
  kernel(text: string, length: number): DeviceKernel {
    const key = `${length}:${text}`;
    let kernel = this.#kernels.get(key);
    if (!kernel) {
      const made = this.#gpu.createKernel(text, {
        output: [length],
        precision: "single",
        tactic: "precision",
        pipeline: true,
        immutable: true,
        fixIntegerDivisionAccuracy: false,
        loopMaxIterations: 2 ** 31 - 1,
      });
      kernel = new DeviceKernel(this.#corners, made, (unused) => this.#keep(unused, key));
      this.#kernels.set(key, kernel);
    }
    this.#idle.delete(kernel);
    kernel.use();
    return kernel;
  }

  /** Keeps a kernel that nobody uses for a while; the oldest such is destroyed. */
  #keep(kernel: DeviceKernel, key: string): void {
    this.#idle.set(kernel, key);
    if (this.#idle.size <= idleKept) return;
    const [oldest, its] = this.#idle.entries().next().value as [DeviceKernel, string];
    this.#idle.delete(oldest);
    this.#kernels.delete(its);
    oldest.destroy();
  }

  /** Brings numbers to the device; of none, it has one that nobody reads. */
  upload(data: Float32Array): Soon<Held> {
    const numbers = data.length > 0 ? data : new Float32Array(1);
    if (!this.isApart) return new PlainNumbers(numbers);
    const kernel = this.kernel("function (a) {\nreturn a[this.thread.x];\n}", numbers.length);
    const held = kernel.run([new PlainNumbers(numbers)]);
    kernel.release();
    return held;
  }
}

/** Numbers in an array. */
class PlainNumbers implements Held {
  readonly value: Float32Array;
  constructor(value: Float32Array) {
    this.value = value;
  }
  read(): Float32Array {
    return this.value.slice();
  }
  free(): void {}
}

/**
 * What WebGL draws for every kernel: a rectangle, whose corners are the same for all. GPU.js makes a buffer of them for
 * each, and leaves WebGL pointing to the last one made; when that kernel is destroyed, no other can run. So all have one.
 */
interface Corners {
  buffer: unknown;
}

/** A kernel. It lives as long as its results at least: they can only be read through it. */
export class DeviceKernel {
  readonly #corners: Corners;
  readonly #kernel: GpuKernel;
  readonly #whenUnused: (kernel: DeviceKernel) => void;
  #users = 0;
  /** Those that are held, and those that are being made. */
  #results = 0;
  #isDoomed = false;

  constructor(corners: Corners, kernel: GpuKernel, whenUnused: (kernel: DeviceKernel) => void) {
    this.#corners = corners;
    this.#kernel = kernel;
    this.#whenUnused = whenUnused;
  }

  run(args: readonly DeviceArgument[]): Soon<Held> {
    return runTask(this.#make(args));
  }

  *#make(args: readonly DeviceArgument[]): Task<Held> {
    if (this.#corners.buffer) this.#kernel.buffer = this.#corners.buffer;
    this.#results++;
    try {
      const made = this.#kernel(...args.map((a) => (typeof a === "number" ? a : a.value)));
      return this.#hold(yield* waitFor(made));
    } catch (error) {
      this.#forgetOne();
      throw error;
    }
  }

  #forgetOne(): void {
    this.#results--;
    if (this.#isDoomed) this.destroy();
  }

  #hold(result: GpuResult): Held {
    if (ArrayBuffer.isView(result)) {
      this.#forgetOne();
      return new PlainNumbers(result as Float32Array);
    }
    this.#corners.buffer ??= this.#kernel.buffer;
    const texture = result as GpuTexture;
    let isFree = false;
    return {
      value: texture,
      read: () => texture.toArray(),
      free: () => {
        if (isFree) return;
        isFree = true;
        texture.delete();
        this.#forgetOne();
      },
    };
  }

  /** Says that one more uses it. */
  use(): void {
    this.#users++;
  }

  /** Says that one of those who use it does not any more. */
  release(): void {
    this.#users--;
    if (this.#users === 0) this.#whenUnused(this);
  }

  /** Gives it back as soon as nobody holds a result of it. It is not run again. */
  destroy(): void {
    this.#isDoomed = true;
    if (this.#results > 0) return;
    if (this.#corners.buffer) this.#kernel.buffer = null;
    this.#kernel.destroy();
  }
}
