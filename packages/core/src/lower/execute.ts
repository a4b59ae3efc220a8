import {
  type Backend,
  CheckFailure,
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
  backend: Backend,
  inputs: readonly (TypedArray | DeviceBuffer)[],
  cells: readonly Cell[],
  /** Room for a buffer for each cell, so that a call allocates nothing. */
  states: DeviceBuffer[],
): Soon<readonly TypedArray[]> {
  const { direct } = prepared;
  if (!direct) return new Relay(plan, prepared, backend, inputs, cells).run();
  for (let i = 0; i < cells.length; i++) states[i] = (cells[i] as Cell).on(backend);
  const outputs = guarded(direct, prepared, inputs, states);
  if (outputs instanceof Promise)
    return outputs.then((data) => {
      markWritten(plan, backend);
      return data;
    });
  markWritten(plan, backend);
  return outputs;
}

function markWritten({ written }: Plan, backend: Backend): void {
  for (let i = 0; i < written.length; i++) (written[i] as SharedVariable).cell.wrote(backend);
}

function guarded(
  executable: Executable,
  { sizes, shapeOf }: Prepared,
  inputs: readonly (TypedArray | DeviceBuffer)[],
  states: readonly DeviceBuffer[],
): Soon<TypedArray[]> {
  try {
    const outputs = executable.run(sizes, inputs, states);
    return outputs instanceof Promise ? outputs.catch((error) => explain(error, shapeOf)) : outputs;
  } catch (error) {
    return explain(error, shapeOf);
  }
}

function explain(error: unknown, shapeOf: ShapeOf): never {
  if (error instanceof CheckFailure) throw errorOf(error.subject as Failure, shapeOf);
  throw error;
}

/** Runs segments on several backends one after the other, carrying data between them by way of the host. */
class Relay {
  readonly #plan: Plan;
  readonly #prepared: Prepared;
  readonly #backend: Backend;
  readonly #cells: readonly Cell[];
  readonly #data = new Map<ProgramBuffer, TypedArray | DeviceBuffer>();
  readonly #states: readonly ProgramBuffer[];
  /** What a fallback made of a state, to be brought back in the end. */
  readonly #changed = new Map<ProgramBuffer, TypedArray>();

  constructor(
    plan: Plan,
    prepared: Prepared,
    backend: Backend,
    inputs: readonly (TypedArray | DeviceBuffer)[],
    cells: readonly Cell[],
  ) {
    this.#plan = plan;
    this.#prepared = prepared;
    this.#backend = backend;
    this.#cells = cells;
    const { buffers } = prepared.ready.program;
    buffers.filter((b) => b.role === "input").forEach((b, i) => this.#data.set(b, inputs[i] as TypedArray));
    this.#states = buffers.filter((b) => b.role === "state");
  }

  run(): Soon<readonly TypedArray[]> {
    const { segments, program } = this.#prepared.ready;
    const done = segments.reduce<Soon<void>>((sofar, s) => after(sofar, () => this.#segment(s)), undefined);
    return after(done, () => {
      for (const [b, data] of this.#changed) {
        const cell = this.#cells[this.#states.indexOf(b)] as Cell;
        this.#backend.write(cell.on(this.#backend), data);
      }
      markWritten(this.#plan, this.#backend);
      const skips = segments.length > 1;
      return program.buffers
        .filter((b) => b.role === "output")
        .map((b) => {
          const all = this.#data.get(b) as TypedArray;
          // A segment that is alone has left it out itself.
          return skips && b.skip ? all.slice(this.#sizeOf(b.skip)) : all;
        });
    });
  }

  #sizeOf(e: Expr): number {
    const { ready, sizes } = this.#prepared;
    return evaluateSize(e, new Map(ready.program.sizes.map((p, i) => [p.id, sizes[i] as number])));
  }

  #segment(segment: ReadySegment): Soon<void> {
    const home = segment.backend === this.#backend;
    const inputs = segment.inputs.map((b) => this.#input(b, home));
    const states = segment.states.map((b) => this.#state(b, segment.backend));
    const written = new Set(segment.program.steps.flatMap((s) => viewsWritten(s).map((v) => v.buffer.id)));
    return after(all(states), (ready) =>
      after(all(inputs), (data) =>
        after(guarded(segment.executable, this.#prepared, data, ready), (outputs) => {
          segment.outputs.forEach((b, i) => this.#data.set(b, outputs[i] as TypedArray));
          if (home) return;
          return segment.states.reduce<Soon<void>>(
            (sofar, b, i) =>
              after(sofar, () => {
                if (!written.has(b.id)) return;
                return after(
                  segment.backend.read(ready[i] as DeviceBuffer),
                  (data) => void this.#changed.set(b, data),
                );
              }),
            undefined,
          );
        }),
      ),
    );
  }

  /** An input of a segment; a fallback cannot read what lives on the backend. */
  #input(b: ProgramBuffer, home: boolean): Soon<TypedArray | DeviceBuffer> {
    const data = this.#data.get(b) as TypedArray | DeviceBuffer;
    return home || ArrayBuffer.isView(data) ? data : this.#backend.read(data as DeviceBuffer);
  }

  /** The value of a state on `backend`: a copy, if that is a fallback. */
  #state(b: ProgramBuffer, backend: Backend): Soon<DeviceBuffer> {
    const cell = this.#cells[this.#states.indexOf(b)] as Cell;
    const own = cell.on(this.#backend);
    if (backend === this.#backend) return own;
    return after(this.#backend.read(own), (data) => {
      const copy = backend.allocate(own.dtype, own.length);
      backend.write(copy, data);
      return copy;
    });
  }
}

function all<T>(values: readonly Soon<T>[]): Soon<T[]> {
  return values.some((v) => v instanceof Promise) ? Promise.all(values) : (values as T[]);
}
