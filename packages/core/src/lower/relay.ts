import {
  allOf,
  type Backend,
  type DeviceBuffer,
  type Expr,
  type ProgramBuffer,
  runTask,
  type Soon,
  type Task,
  type TypedArray,
  viewsWritten,
  waitFor,
} from "@theano-ts/kernel";
import type { Cell } from "../tensor/shared.ts";
import { attempt } from "./attempt.ts";
import { sizeCompiler } from "./sizeFunction.ts";
import type { Prepared, ReadySegment } from "./specialize.ts";

/** Runs segments on several backends one after the other, carrying data between them by way of the host. */
export class Relay {
  readonly #prepared: Prepared;
  readonly #home: Backend;
  readonly #cells: ReadonlyMap<ProgramBuffer, Cell>;
  readonly #data = new Map<ProgramBuffer, TypedArray | DeviceBuffer>();
  /** What a fallback made of a state, to be brought back. */
  readonly #changed = new Map<ProgramBuffer, TypedArray>();

  /** `inputs` for the program's inputs, `cells` for its states. */
  constructor(prepared: Prepared, inputs: readonly (TypedArray | DeviceBuffer)[], cells: readonly Cell[]) {
    this.#prepared = prepared;
    this.#home = prepared.home;
    const { buffers } = prepared.ready.program;
    buffers.filter((b) => b.role === "input").forEach((b, i) => this.#data.set(b, inputs[i] as TypedArray));
    const states = buffers.filter((b) => b.role === "state");
    this.#cells = new Map(states.map((b, i) => [b, cells[i] as Cell]));
  }

  /** The program's outputs. */
  run(): Soon<readonly TypedArray[]> {
    return runTask(this.#run());
  }

  *#run(): Task<readonly TypedArray[]> {
    const { segments, program } = this.#prepared.ready;
    for (const segment of segments) yield* this.#segment(segment);
    yield* this.#bringBack([...this.#changed.keys()]);
    return program.buffers
      .filter((b) => b.role === "output")
      .map((b) => {
        const all = this.#data.get(b) as TypedArray;
        // A segment that is alone has left it out itself.
        return b.skip && segments.length > 1 ? all.slice(this.#sizeOf(b.skip)) : all;
      });
  }

  #sizeOf(e: Expr): number {
    const { ready, sizes } = this.#prepared;
    return sizeCompiler(new Map(ready.program.sizes.map((p, i) => [p, i])))(e)(sizes);
  }

  *#segment(segment: ReadySegment): Task<void> {
    const outputs = yield* segment.backend === this.#home ? this.#atHome(segment) : this.#elsewhere(segment);
    if (typeof outputs === "string") return yield* this.#segment(segment.instead(outputs));
    segment.outputs.forEach((b, i) => this.#data.set(b, outputs[i] as TypedArray));
  }

  /** The outputs of a segment; or why it was declined. */
  *#atHome(segment: ReadySegment): Task<TypedArray[] | string> {
    // Once a state has been written no check can fail, so what a fallback made of one may be brought back at once.
    yield* this.#bringBack(segment.states);
    const inputs = segment.inputs.map((b) => this.#data.get(b) as TypedArray | DeviceBuffer);
    const states = yield* this.#own(segment.states);
    return yield* waitFor(attempt(segment.executable, this.#prepared, inputs, states));
  }

  /** The same on a fallback, which has copies of the states and cannot read what lives at home. */
  *#elsewhere(segment: ReadySegment): Task<TypedArray[] | string> {
    const { backend, executable, states } = segment;
    const own = yield* this.#own(states);
    const contents = yield* waitFor(
      allOf(states.map((b, i) => this.#changed.get(b) ?? this.#home.read(own[i] as DeviceBuffer))),
    );
    const inputs = yield* waitFor(allOf(segment.inputs.map((b) => this.#onHost(b))));
    const copies: DeviceBuffer[] = [];
    try {
      for (const [i, { dtype, length }] of own.entries()) {
        const copy = backend.allocate(dtype, length);
        copies.push(copy);
        backend.write(copy, contents[i] as TypedArray);
      }
      const outputs = yield* waitFor(attempt(executable, this.#prepared, inputs, copies));
      if (typeof outputs !== "string") yield* this.#fetchWritten(segment, copies);
      return outputs;
    } finally {
      for (const copy of copies) backend.release(copy);
    }
  }

  /** Takes what a fallback's segment has made of states. */
  *#fetchWritten({ backend, program, states }: ReadySegment, copies: readonly DeviceBuffer[]): Task<void> {
    const written = new Set(program.steps.flatMap((s) => viewsWritten(s).map((v) => v.buffer.id)));
    for (const [i, b] of states.entries())
      if (written.has(b.id)) this.#changed.set(b, yield* waitFor(backend.read(copies[i] as DeviceBuffer)));
  }

  /** Writes those of `states` that a fallback has changed. */
  *#bringBack(states: readonly ProgramBuffer[]): Task<void> {
    const changed = states.filter((b) => this.#changed.has(b));
    const own = yield* this.#own(changed);
    for (const [i, b] of changed.entries()) {
      this.#home.write(own[i] as DeviceBuffer, this.#changed.get(b) as TypedArray);
      this.#changed.delete(b);
    }
  }

  /** The values of states at home. */
  *#own(states: readonly ProgramBuffer[]): Task<DeviceBuffer[]> {
    return yield* waitFor(allOf(states.map((b) => (this.#cells.get(b) as Cell).on(this.#home))));
  }

  #onHost(b: ProgramBuffer): Soon<TypedArray> {
    const data = this.#data.get(b) as TypedArray | DeviceBuffer;
    return ArrayBuffer.isView(data) ? data : this.#home.read(data as DeviceBuffer);
  }
}
