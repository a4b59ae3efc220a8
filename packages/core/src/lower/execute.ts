import {
  type Backend,
  CheckFailure,
  Declined,
  type DeviceBuffer,
  type Executable,
  type Expr,
  evaluateSize,
  type ProgramBuffer,
  type TypedArray,
  viewsWritten,
} from "@theano-ts/kernel";
import type { Cell, SharedVariable } from "../tensor/shared.ts";
import { errorOf, type Failure, type ShapeOf } from "./failure.ts";
import type { Plan } from "./plan.ts";
import type { Prepared, ReadySegment } from "./specialize.ts";

/** A value now, or later from a backend that answers later. */
export type Soon<T> = T | Promise<T>;

/** `next` applied to a value as soon as it is there. */
export const after = <T, R>(value: Soon<T>, next: (value: T) => Soon<R>): Soon<R> =>
  value instanceof Promise ? value.then(next) : next(value);

/**
 * Runs what was prepared: `inputs` for the plan's inputs, `cells` for its states. Gives the plan's outputs. Shared
 * values change only if all goes well.
 */
export function execute(
  plan: Plan,
  prepared: Prepared,
  inputs: readonly (TypedArray | DeviceBuffer)[],
  cells: readonly Cell[],
  /** Room for a buffer for each cell, so that a call allocates nothing. */
  states: DeviceBuffer[],
): Soon<readonly TypedArray[]> {
  const { direct, home } = prepared;
  if (!direct || !bring(cells, home, states)) return relay(plan, prepared, inputs, cells);
  const outputs = guarded(direct, prepared, inputs, states);
  if (outputs instanceof Promise)
    return outputs.then((made) => finished(made, plan, prepared, inputs, cells));
  return finished(outputs, plan, prepared, inputs, cells);
}

/** Puts the cells' copies on `home` into `states`; false if one is still to come. */
function bring(cells: readonly Cell[], home: Backend, states: DeviceBuffer[]): boolean {
  for (let i = 0; i < cells.length; i++) {
    const buffer = (cells[i] as Cell).on(home);
    if (buffer instanceof Promise) return false;
    states[i] = buffer;
  }
  return true;
}

/** The outputs of a run; of one that was declined, those that others make. */
function finished(
  outputs: readonly TypedArray[] | string,
  plan: Plan,
  prepared: Prepared,
  inputs: readonly (TypedArray | DeviceBuffer)[],
  cells: readonly Cell[],
): Soon<readonly TypedArray[]> {
  if (typeof outputs === "string") return relay(plan, prepared, inputs, cells);
  markWritten(plan, prepared.home);
  return outputs;
}

function markWritten({ written }: Plan, backend: Backend): void {
  for (let i = 0; i < written.length; i++) (written[i] as SharedVariable).cell.wrote(backend);
}

/** The outputs of a run; or why it was declined. */
function guarded(
  executable: Executable,
  { sizes, shapeOf }: Prepared,
  inputs: readonly (TypedArray | DeviceBuffer)[],
  states: readonly DeviceBuffer[],
): Soon<TypedArray[] | string> {
  try {
    const outputs = executable.run(sizes, inputs, states);
    return outputs instanceof Promise ? outputs.catch((error) => explain(error, shapeOf)) : outputs;
  } catch (error) {
    return explain(error, shapeOf);
  }
}

function explain(error: unknown, shapeOf: ShapeOf): string {
  if (error instanceof Declined) return error.message;
  if (error instanceof CheckFailure) throw errorOf(error.subject as Failure, shapeOf);
  throw error;
}

const relay = (
  plan: Plan,
  prepared: Prepared,
  inputs: readonly (TypedArray | DeviceBuffer)[],
  cells: readonly Cell[],
): Soon<readonly TypedArray[]> => new Relay(plan, prepared, inputs, cells).run();

/** Runs segments on several backends one after the other, carrying data between them by way of the host. */
class Relay {
  readonly #plan: Plan;
  readonly #prepared: Prepared;
  readonly #backend: Backend;
  readonly #cells: readonly Cell[];
  readonly #data = new Map<ProgramBuffer, TypedArray | DeviceBuffer>();
  readonly #states: readonly ProgramBuffer[];
  /** What a fallback made of a state, to be brought back. */
  readonly #changed = new Map<ProgramBuffer, TypedArray>();

  constructor(
    plan: Plan,
    prepared: Prepared,
    inputs: readonly (TypedArray | DeviceBuffer)[],
    cells: readonly Cell[],
  ) {
    this.#plan = plan;
    this.#prepared = prepared;
    this.#backend = prepared.home;
    this.#cells = cells;
    const { buffers } = prepared.ready.program;
    buffers.filter((b) => b.role === "input").forEach((b, i) => this.#data.set(b, inputs[i] as TypedArray));
    this.#states = buffers.filter((b) => b.role === "state");
  }

  run(): Soon<readonly TypedArray[]> {
    const { segments, program } = this.#prepared.ready;
    const done = inTurn(segments, (s) => this.#segment(s));
    return after(done, () =>
      after(this.#bringBack(this.#states), () => {
        markWritten(this.#plan, this.#backend);
        const skips = segments.length > 1;
        return program.buffers
          .filter((b) => b.role === "output")
          .map((b) => {
            const all = this.#data.get(b) as TypedArray;
            // A segment that is alone has left it out itself.
            return skips && b.skip ? all.slice(this.#sizeOf(b.skip)) : all;
          });
      }),
    );
  }

  #sizeOf(e: Expr): number {
    const { ready, sizes } = this.#prepared;
    return evaluateSize(e, new Map(ready.program.sizes.map((p, i) => [p.id, sizes[i] as number])));
  }

  #segment(segment: ReadySegment): Soon<void> {
    const home = segment.backend === this.#backend;
    // Once a state has been written no check can fail, so what a fallback made of one may be brought back at once.
    return after(home ? this.#bringBack(segment.states) : undefined, () =>
      after(all(segment.states.map((b) => this.#state(b, segment.backend))), (states) =>
        after(all(segment.inputs.map((b) => this.#input(b, home))), (inputs) =>
          after(guarded(segment.executable, this.#prepared, inputs, states), (outputs) => {
            if (typeof outputs === "string") return this.#segment(segment.instead(outputs));
            segment.outputs.forEach((b, i) => this.#data.set(b, outputs[i] as TypedArray));
            if (home) return;
            return after(this.#fetchWritten(segment, states), () => {
              for (const copy of states) segment.backend.release(copy);
            });
          }),
        ),
      ),
    );
  }

  /** Takes what a fallback's segment has made of states. */
  #fetchWritten({ backend, program, states }: ReadySegment, copies: readonly DeviceBuffer[]): Soon<void> {
    const written = new Set(program.steps.flatMap((s) => viewsWritten(s).map((v) => v.buffer.id)));
    return inTurn(
      states.filter((b) => written.has(b.id)),
      (b) =>
        after(
          backend.read(copies[states.indexOf(b)] as DeviceBuffer),
          (data) => void this.#changed.set(b, data),
        ),
    );
  }

  /** Writes states that a fallback has changed to the backend. */
  #bringBack(states: readonly ProgramBuffer[]): Soon<void> {
    return inTurn(
      states.filter((b) => this.#changed.has(b)),
      (b) =>
        after(this.#cellOf(b).on(this.#backend), (own) => {
          this.#backend.write(own, this.#changed.get(b) as TypedArray);
          this.#changed.delete(b);
        }),
    );
  }

  /** An input of a segment; a fallback cannot read what lives on the backend. */
  #input(b: ProgramBuffer, home: boolean): Soon<TypedArray | DeviceBuffer> {
    const data = this.#data.get(b) as TypedArray | DeviceBuffer;
    return home || ArrayBuffer.isView(data) ? data : this.#backend.read(data as DeviceBuffer);
  }

  /** The value of a state on `backend`: a copy, if that is a fallback. */
  #state(b: ProgramBuffer, backend: Backend): Soon<DeviceBuffer> {
    return after(this.#cellOf(b).on(this.#backend), (own) => {
      if (backend === this.#backend) return own;
      return after(this.#changed.get(b) ?? this.#backend.read(own), (data) => {
        const copy = backend.allocate(own.dtype, own.length);
        backend.write(copy, data);
        return copy;
      });
    });
  }

  #cellOf(b: ProgramBuffer): Cell {
    return this.#cells[this.#states.indexOf(b)] as Cell;
  }
}

/** Each of `items` in order, the next when the one before is done. */
const inTurn = <T>(items: readonly T[], work: (item: T) => Soon<void>): Soon<void> =>
  items.reduce<Soon<void>>((sofar, item) => after(sofar, () => work(item)), undefined);

function all<T>(values: readonly Soon<T>[]): Soon<T[]> {
  return values.some((v) => v instanceof Promise) ? Promise.all(values) : (values as T[]);
}
