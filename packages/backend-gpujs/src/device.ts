import type { GpuInstance, GpuKernel, GpuLibrary, GpuResult, GpuTexture } from "./library.ts";
import { type ChosenMode, modes } from "./modes.ts";
import type { Soon } from "./soon.ts";

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

/** How many lengths of arrays have a kernel that brings them to the device. */
const uploadersKept = 64;

/** A device of GPU.js, and kernels on it whose results stay there. */
export class GpuDevice {
  readonly mode: ChosenMode;
  readonly #gpu: GpuInstance;
  /** By length. */
  readonly #uploaders = new Map<number, DeviceKernel>();
  readonly #corners: Corners = { buffer: undefined };

  constructor(library: GpuLibrary, mode: ChosenMode) {
    this.mode = mode;
    this.#gpu = new library({ mode: modes[mode].name });
  }

  /** Whether numbers are on a device of their own, and not in plain arrays. */
  get isApart(): boolean {
    return this.mode !== "cpu" && this.mode !== "webasm";
  }

  /** A kernel that makes `length` numbers, at least one, by `text`, a function. */
  kernel(text: string, length: number): DeviceKernel {
    return new DeviceKernel(
      this.#corners,
      this.#gpu.createKernel(text, {
        output: [length],
        precision: "single",
        tactic: "precision",
        pipeline: true,
        immutable: true,
        fixIntegerDivisionAccuracy: false,
        loopMaxIterations: 2 ** 31 - 1,
      }),
    );
  }

  /** Brings numbers to the device; of none, it has one that nobody reads. */
  upload(data: Float32Array): Soon<Held> {
    const numbers = data.length > 0 ? data : new Float32Array(1);
    if (!this.isApart) return new PlainNumbers(numbers);
    const { length } = numbers;
    let uploader = this.#uploaders.get(length);
    if (uploader) this.#uploaders.delete(length);
    else uploader = this.kernel("function (a) {\nreturn a[this.thread.x];\n}", length);
    this.#uploaders.set(length, uploader);
    if (this.#uploaders.size > uploadersKept) {
      const [oldest, kernel] = this.#uploaders.entries().next().value as [number, DeviceKernel];
      this.#uploaders.delete(oldest);
      kernel.release();
    }
    return uploader.run([new PlainNumbers(numbers)]);
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

/** A kernel that lives as long as it is wanted, and then as long as its results: they can only be read through it. */
export class DeviceKernel {
  readonly #corners: Corners;
  readonly #kernel: GpuKernel;
  #results = 0;
  #isReleased = false;

  constructor(corners: Corners, kernel: GpuKernel) {
    this.#corners = corners;
    this.#kernel = kernel;
  }

  run(args: readonly DeviceArgument[]): Soon<Held> {
    if (this.#corners.buffer) this.#kernel.buffer = this.#corners.buffer;
    const made = this.#kernel(...args.map((a) => (typeof a === "number" ? a : a.value)));
    return made instanceof Promise ? made.then((r) => this.#hold(r)) : this.#hold(made);
  }

  #hold(result: GpuResult): Held {
    if (ArrayBuffer.isView(result)) return new PlainNumbers(result as Float32Array);
    this.#corners.buffer ??= this.#kernel.buffer;
    this.#results++;
    const texture = result as GpuTexture;
    let isFree = false;
    return {
      value: texture,
      read: () => texture.toArray(),
      free: () => {
        if (isFree) return;
        isFree = true;
        texture.delete();
        this.#results--;
        this.#destroyIfUnused();
      },
    };
  }

  /** Gives the kernel back as soon as nobody holds a result of it. It is not run again. */
  release(): void {
    this.#isReleased = true;
    this.#destroyIfUnused();
  }

  #destroyIfUnused(): void {
    if (!this.#isReleased || this.#results > 0) return;
    if (this.#corners.buffer) this.#kernel.buffer = null;
    this.#kernel.destroy();
  }
}
