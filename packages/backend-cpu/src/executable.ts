import {
  bytesOf,
  CheckFailure,
  type DeviceBuffer,
  type Executable,
  type Program,
  type ProgramBuffer,
  type TypedArray,
  viewOf,
} from "@theano-ts/kernel";
import type { Compiled } from "./compile.ts";
import type { CpuBuffer, Device } from "./device.ts";
import { type Layout, layOut, type Occupied, occupiedBy } from "./plan.ts";
import { type Copies, copiesOf } from "./smallCopies.ts";

/** Layouts kept for sizes seen before. */
const layoutsKept = 16;
const align = (n: number): number => Math.ceil(n / 64) * 64;

/** A compiled program with its place in memory. */
export class CpuExecutable implements Executable {
  readonly #device: Device;
  readonly #program: Program;
  readonly #compiled: Compiled;
  readonly #lives: readonly Occupied[];
  readonly #inputs: readonly ProgramBuffer[];
  readonly #states: readonly ProgramBuffer[];
  readonly #outputs: readonly ProgramBuffer[];
  readonly #constants: readonly ProgramBuffer[];
  readonly #layouts = new Map<string, Layout>();
  readonly #token = {};
  /**
   * Lives as long as this: what the garbage collector is asked to watch. Watched objects survive young collections with
   * all they hold, so it holds nothing.
   */
  readonly #life = {};
  #call: ((table: number) => number) | undefined;

  // What the last run found, for the next one to compare with.
  #epoch = -1;
  #sizes: number[] = [];
  #table = 0;
  #words: Int32Array = new Int32Array(0);
  /** Views of where host inputs are copied to and outputs from, and the slots of the table of inputs and states. */
  #inputViews: TypedArray[] = [];
  #outputViews: TypedArray[] = [];
  #inputCopies: Copies[] = [];
  #outputCopies: Copies[] = [];
  #inputSlots: number[] = [];
  #inputPlaces: number[] = [];
  #stateSlots: number[] = [];

  constructor(device: Device, program: Program, compiled: Compiled) {
    this.#device = device;
    this.#program = program;
    this.#compiled = compiled;
    this.#lives = occupiedBy(program, compiled.scratch);
    const byRole = (role: ProgramBuffer["role"]): ProgramBuffer[] =>
      program.buffers.filter((b) => b.role === role);
    this.#inputs = byRole("input");
    this.#states = byRole("state");
    this.#outputs = byRole("output");
    this.#constants = byRole("constant");
  }

  run(
    sizes: readonly number[],
    inputs: readonly (TypedArray | DeviceBuffer)[],
    states: readonly DeviceBuffer[],
  ): TypedArray[] {
    let current = this.#epoch === this.#device.epoch;
    for (let i = 0; current && i < sizes.length; i++) current = sizes[i] === this.#sizes[i];
    if (!current) this.#prepare(sizes);
    const words = this.#words;
    for (let i = 0; i < inputs.length; i++) {
      const data = inputs[i] as TypedArray | CpuBuffer;
      let place = this.#inputPlaces[i] as number;
      if (ArrayBuffer.isView(data)) {
        const to = this.#inputViews[i] as TypedArray;
        if ((data as TypedArray).length !== to.length) refuseLength(data as TypedArray, to);
        (this.#inputCopies[i] as Copies).into(data as TypedArray, to);
      } else place = addressOf(data as CpuBuffer);
      words[this.#inputSlots[i] as number] = place;
    }
    for (let i = 0; i < states.length; i++)
      words[this.#stateSlots[i] as number] = addressOf(states[i] as CpuBuffer);
    const failed = (this.#call as (table: number) => number)(this.#table);
    if (failed !== 0) throw new CheckFailure(this.#compiled.subjects[failed - 1]);
    const results: TypedArray[] = [];
    for (let i = 0; i < this.#outputViews.length; i++)
      results.push((this.#outputCopies[i] as Copies).out(this.#outputViews[i] as TypedArray));
    return results;
  }

  explain(): string {
    return this.#compiled.lines.join("\n");
  }

  release(): void {
    this.#device.release(this.#token);
    this.#epoch = -1;
    this.#call = undefined;
    this.#layouts.clear();
  }

  /** Looks up everything that depends on the sizes and on where things are. */
  #prepare(sizes: readonly number[]): void {
    const device = this.#device;
    this.#call ??= instantiate(this.#compiled, device);
    const layout = this.#layoutFor(sizes);
    device.arena.reserve(layout.bytes);
    const { slots, slotCount } = this.#compiled;
    let table = device.blockOf(this.#token);
    const tableBytes = align(4 * slotCount);
    if (table === undefined) {
      let bytes = tableBytes;
      for (const b of this.#constants) bytes += align((b.data as TypedArray).byteLength);
      table = device.makeBlock(this.#token, this.#life, bytes);
      let at = table + tableBytes;
      for (const b of this.#constants) {
        const data = b.data as TypedArray;
        (viewOf(b.dtype, device.memory.memory.buffer, at, data.length) as { set(from: unknown): void }).set(
          data,
        );
        at += align(data.byteLength);
      }
    }
    const memory = device.memory.memory.buffer;
    const words = new Int32Array(memory, table, slotCount);
    sizes.forEach((n, i) => {
      words[i] = n;
    });
    let at = table + tableBytes;
    for (const b of this.#constants) {
      words[slots.get(b) as number] = at;
      at += align((b.data as TypedArray).byteLength);
    }
    for (const [b, offset] of layout.offsets) words[slots.get(b) as number] = device.arena.address + offset;
    const lengthOf = (b: ProgramBuffer): number =>
      (layout.lengths.get(b) as number) - (layout.skips.get(b) ?? 0);
    const view = (b: ProgramBuffer): TypedArray => {
      const place = device.arena.address + (layout.offsets.get(b) as number);
      return viewOf(b.dtype, memory, place + (layout.skips.get(b) ?? 0) * bytesOf(b.dtype), lengthOf(b));
    };
    this.#table = table;
    this.#words = words;
    this.#inputViews = this.#inputs.map(view);
    this.#outputViews = this.#outputs.map(view);
    const copies = (b: ProgramBuffer): Copies => copiesOf(b.dtype, lengthOf(b));
    this.#inputCopies = this.#inputs.map(copies);
    this.#outputCopies = this.#outputs.map(copies);
    this.#inputSlots = this.#inputs.map((b) => slots.get(b) as number);
    this.#inputPlaces = this.#inputs.map((b) => device.arena.address + (layout.offsets.get(b) as number));
    this.#stateSlots = this.#states.map((b) => slots.get(b) as number);
    this.#sizes = [...sizes];
    this.#epoch = device.epoch;
  }

  #layoutFor(sizes: readonly number[]): Layout {
    const key = sizes.join();
    let layout = this.#layouts.get(key);
    if (!layout) {
      layout = layOut(this.#program, this.#lives, sizes);
      if (this.#layouts.size >= layoutsKept)
        this.#layouts.delete(this.#layouts.keys().next().value as string);
      this.#layouts.set(key, layout);
    }
    return layout;
  }
}

function instantiate(compiled: Compiled, device: Device): (table: number) => number {
  const imports = compiled.module.imports(device.memory.memory);
  const instance = new WebAssembly.Instance(moduleOf(compiled.bytes), imports);
  return instance.exports.run as (table: number) => number;
}

function moduleOf(bytes: BufferSource): WebAssembly.Module {
  try {
    return new WebAssembly.Module(bytes);
  } catch (error) {
    // Code that is sound and not too long is refused by a policy only. Browsers word that differently.
    if (error instanceof RangeError || !WebAssembly.validate(bytes)) throw error;
    throw new Error(
      "Cannot compile a function: the page's Content-Security-Policy forbids WebAssembly; add 'wasm-unsafe-eval' to its script-src",
      { cause: error },
    );
  }
}

function addressOf(buffer: CpuBuffer): number {
  if (buffer.address === 0) throw new Error("Cannot use a buffer after it was released");
  return buffer.address;
}

function refuseLength(from: TypedArray, to: TypedArray): never {
  throw new RangeError(`internal: ${from.length} numbers given for a buffer of ${to.length}`);
}
