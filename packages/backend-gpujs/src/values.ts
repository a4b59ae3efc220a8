import {
  after,
  type DeviceBuffer,
  isDeviceBuffer,
  type Program,
  type ProgramBuffer,
  type Soon,
  type TypedArray,
} from "@theano-ts/kernel";
import { fromFloats, type GpuBuffer, toFloats } from "./buffer.ts";
import type { GpuDevice, Held } from "./device.ts";
import { numberOf } from "./source.ts";

/** What the buffers of a program hold in one run. States are only changed by `commit`. */
export class Values {
  readonly #device: GpuDevice;
  readonly #program: Program;
  readonly #given = new Map<ProgramBuffer, TypedArray | GpuBuffer>();
  readonly #constants: Map<ProgramBuffer, Held>;
  /** What this run has made or brought, to be given back. */
  readonly #own = new Map<ProgramBuffer, Held>();

  constructor(
    device: GpuDevice,
    program: Program,
    inputs: readonly (TypedArray | DeviceBuffer)[],
    states: readonly DeviceBuffer[],
    constants: Map<ProgramBuffer, Held>,
  ) {
    this.#device = device;
    this.#program = program;
    this.#constants = constants;
    this.#role("input").forEach((b, i) => this.#given.set(b, inputs[i] as TypedArray | GpuBuffer));
    this.#role("state").forEach((b, i) => this.#given.set(b, states[i] as GpuBuffer));
  }

  #role(role: ProgramBuffer["role"]): readonly ProgramBuffer[] {
    return this.#program.buffers.filter((b) => b.role === role);
  }

  /** The content of `b` as it is now, on the device. */
  of(b: ProgramBuffer): Soon<Held> {
    const own = this.#own.get(b);
    if (own) return own;
    if (b.role === "constant") return this.#kept(b, b.data as TypedArray, this.#constants);
    const given = this.#given.get(b);
    // Nothing has been written: what is there is undefined, and may be nothing much.
    if (!given) return this.#kept(b, new Float32Array(numberOf(b.length)), this.#own);
    return isDeviceBuffer(given)
      ? (given as GpuBuffer).on(this.#device)
      : this.#kept(b, given as TypedArray, this.#own);
  }

  #kept(b: ProgramBuffer, data: TypedArray, where: Map<ProgramBuffer, Held>): Soon<Held> {
    const before = where.get(b);
    if (before) return before;
    const keep = (held: Held): Held => {
      where.set(b, held);
      return held;
    };
    const held = this.#device.upload(data instanceof Float32Array ? data : toFloats(data, b.dtype));
    return after(held, keep);
  }

  /** Puts what a kernel has made in the place of what `b` held. */
  set(b: ProgramBuffer, held: Held): void {
    this.drop(b);
    this.#own.set(b, held);
  }

  /** Gives back what this run has for `b`. */
  drop(b: ProgramBuffer): void {
    this.#own.get(b)?.free();
    this.#own.delete(b);
  }

  /** An output, for the caller. */
  read(b: ProgramBuffer): Soon<TypedArray> {
    const length = numberOf(b.length);
    const own = (numbers: Float32Array): TypedArray => {
      const all = fromFloats(numbers, b.dtype, length);
      return b.skip ? (all.subarray(numberOf(b.skip)) as TypedArray) : all;
    };
    if (length === 0) return own(new Float32Array(0));
    return after(this.of(b), (held) => after(held.read(), own));
  }

  /** Gives the states what the run has made of them. */
  commit(): void {
    for (const b of this.#role("state")) {
      const held = this.#own.get(b);
      if (!held) continue;
      (this.#given.get(b) as GpuBuffer).take(held);
      this.#own.delete(b);
    }
  }

  /** Gives back all that was only for this run. */
  free(): void {
    for (const held of this.#own.values()) held.free();
    this.#own.clear();
  }
}
