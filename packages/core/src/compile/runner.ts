import {
  after,
  type Backend,
  type DeviceBuffer,
  type Program,
  runTask,
  type Soon,
  type Task,
  type TypedArray,
  waitFor,
} from "@theano-ts/kernel";
import { UserError } from "../errors.ts";
import { chainOf } from "../lower/chain.ts";
import { execute } from "../lower/execute.ts";
import type { Computation, Plan } from "../lower/plan.ts";
import { bakedProgram, type Prepared, Specializer } from "../lower/specialize.ts";
import { type Cell, isShared, type SharedVariable } from "../tensor/shared.ts";
import type { TensorVariable } from "../tensor/tensorVariable.ts";
import { type NDArray, wrap } from "../value/ndarray.ts";
import { contiguous } from "../value/storage.ts";
import { Arguments } from "./arguments.ts";
import { inCallOrder } from "./callOrder.ts";
import type { Computer, ComputerOptions, FunctionInputs, Outline } from "./computer.ts";
import { type Hosted, planAround } from "./hosted.ts";
import { Slot, StateSlot } from "./inputs.ts";
import { In } from "./io.ts";
import type { Argument } from "./types.ts";

/** Takes the arguments of calls, runs the plan, and hands out the results. */
export class Runner implements Computer {
  readonly arguments: Arguments;
  readonly #plan: Plan;
  readonly #specializer: Specializer;
  readonly #backend: Backend;
  readonly #sizes: number[];
  /** Whether a call may set state, which is undone if it fails. */
  readonly #stateful: boolean;
  /** The slots whose data the program reads, in the order of its inputs. */
  readonly #reads: readonly Slot[];
  readonly #data: (TypedArray | DeviceBuffer)[] = [];
  readonly #cells: readonly Cell[];
  readonly #states: DeviceBuffer[] = [];
  /** Size parameters that are read from shared variables before each call. */
  readonly #sharedSizes: readonly ((sizes: number[]) => Soon<void>)[];
  /** What the host computes before the program runs, and the slots that take it as they take arguments. */
  readonly #hosted: readonly {
    readonly step: Hosted;
    readonly by: Runner;
    readonly slots: readonly Slot[];
  }[];
  /** Size parameters that must be computed first, by functions of the same arguments. */
  readonly #computed: readonly { readonly at: number; readonly place: number; readonly by: Runner }[];
  #last: Prepared | undefined;

  constructor(inputs: FunctionInputs, computation: Computation, options: ComputerOptions) {
    const { backend, allowInputDowncast = null, name, watch } = options;
    this.#backend = backend;
    const backends = chainOf(backend, options.fallback);
    const { hosted, plan } = planAround(computation, backends);
    this.#plan = plan;
    const { sources } = this.#plan.sizes;
    this.#sizes = sources.map(() => 0);
    const read = new Set<TensorVariable>(this.#plan.inputs);
    const slots = inputs.map(({ spec, state }) =>
      state
        ? new StateSlot(spec, state, allowInputDowncast)
        : new Slot(spec, sources, allowInputDowncast, read.has(spec.variable as TensorVariable)),
    );
    this.arguments = new Arguments(slots, name ? `function ${name}` : "the function", this.#sizes);
    this.#stateful = inputs.some(({ state }) => state);
    // A function of the arguments, less those that are state, and of what the host has computed so far.
    const before = (outputs: readonly TensorVariable[], steps: readonly Hosted[]): Runner => {
      const made = steps.flatMap((h) => h.results);
      const { shared } = computation;
      return new Runner(
        [
          ...inputs.filter(({ state }) => !state),
          ...made.map((v) => ({ spec: new In(v), state: undefined })),
        ],
        { inputs: [...computation.inputs, ...made], shared, outputs, updates: [] },
        options,
      );
    };
    this.#hosted = hosted.map((step, i) => ({
      step,
      by: before(step.operands, hosted.slice(0, i)),
      slots: step.results.map((v) => new Slot(new In(v), sources, null, read.has(v))),
    }));
    const all = [...slots, ...this.#hosted.flatMap((h) => h.slots)];
    this.#reads = this.#plan.inputs.map((v) => all.find((s) => s.variable === v) as Slot);
    this.#cells = this.#plan.states.map((s) => s.cell);
    this.#specializer = new Specializer(plan, { backends, strict: options.strict ?? false, watch });
    this.#sharedSizes = sources.flatMap((s, at) =>
      (s.kind === "dim" || s.kind === "value") && isShared(s.of)
        ? [sharedSize(s.of, s.kind === "dim" ? s.axis : s.at, s.kind, at)]
        : [],
    );
    this.#computed = sources.flatMap((s, at) => {
      if (s.kind !== "computed") return [];
      return [{ at, place: s.at, by: before([s.of], hosted) }];
    });
  }

  call(args: readonly Argument[]): readonly NDArray[] {
    const results = this.#stateful ? this.#settling(args) : this.#run(args);
    if (results instanceof Promise) {
      results.catch(() => {});
      throw new UserError(`Backend ${this.#backend.name} answers later: call it with await f.async(…)`, {
        code: "answers-later",
      });
    }
    return results;
  }

  callAsync(args: readonly Argument[]): Promise<readonly NDArray[]> {
    return inCallOrder(this.#backend, () => (this.#stateful ? this.#settling(args) : this.#run(args)));
  }

  /** Runs, and undoes what the arguments set if that fails. */
  #settling(args: readonly Argument[]): Soon<readonly NDArray[]> {
    const { slots } = this.arguments;
    const keep = (results: readonly NDArray[]): readonly NDArray[] => {
      for (const slot of slots) slot.keep();
      return results;
    };
    const undo = (error: unknown): never => {
      for (const slot of slots) slot.undo();
      throw error;
    };
    try {
      const results = this.#run(args);
      return results instanceof Promise ? results.then(keep, undo) : keep(results);
    } catch (error) {
      return undo(error);
    }
  }

  #run(args: readonly Argument[]): Soon<readonly NDArray[]> {
    const sizes = this.#take(args);
    return sizes instanceof Promise ? sizes.then((all) => this.#go(all)) : this.#go(sizes);
  }

  /** Takes the arguments, and finds all sizes. */
  #take(args: readonly Argument[]): Soon<number[]> {
    this.arguments.take(args);
    const pending = this.#readSizes();
    const isDone = !pending && this.#hosted.length === 0 && this.#computed.length === 0;
    return isDone ? this.#sizes : runTask(this.#findSizes(pending));
  }

  /** Reads the sizes that are in shared variables; a promise if one of those is on a backend that answers later. */
  #readSizes(): Promise<unknown> | undefined {
    let pending: Promise<void>[] | undefined;
    for (const read of this.#sharedSizes) {
      const reading = read(this.#sizes);
      if (reading instanceof Promise) (pending ??= []).push(reading);
    }
    return pending && Promise.all(pending);
  }

  /** Runs what the host computes, and has the sizes computed that must be. */
  *#findSizes(pending: Soon<unknown>): Task<number[]> {
    yield* waitFor(pending);
    const sizes = this.#sizes;
    const values = yield* this.#runHosted(sizes);
    for (const { at, place, by } of this.#computed) {
      const [value] = yield* waitFor(by.#run(values));
      sizes[at] = Number((contiguous(value as NDArray) as ArrayLike<number | bigint>)[place]);
    }
    return sizes;
  }

  /** Runs what the host computes, step by step. Gives the values of the arguments, then all results. */
  *#runHosted(sizes: number[]): Task<readonly NDArray[]> {
    const values = this.#plainValues();
    for (const { step, by, slots } of this.#hosted) {
      const results = step.run(yield* waitFor(by.#run(values)), this.#backend);
      slots.forEach((slot, i) => {
        slot.take(results[i], sizes);
      });
      values.push(...results);
    }
    return values;
  }

  /** The arguments of the call that is being made, for the functions that compute sizes of it. */
  #plainValues(): NDArray[] {
    return this.arguments.slots.filter((s) => !(s instanceof StateSlot)).map((s) => s.current);
  }

  #go(sizes: number[]): Soon<readonly NDArray[]> {
    const prepared = this.#specializer.prepare(sizes);
    this.#last = prepared;
    const [data, reads] = [this.#data, this.#reads];
    for (let i = 0; i < reads.length; i++) data[i] = (reads[i] as Slot).on(prepared.home);
    const outputs = execute(this.#plan, prepared, data, this.#cells, this.#states);
    return outputs instanceof Promise
      ? outputs.then((all) => this.#results(prepared, all))
      : this.#results(prepared, outputs);
  }

  #results({ shapes }: Prepared, outputs: readonly TypedArray[]): readonly NDArray[] {
    const described = this.#plan.outputs;
    const results: NDArray[] = [];
    for (let i = 0; i < described.length; i++) {
      const { of, update } = described[i] as (typeof described)[number];
      const array = wrap(outputs[i] as TypedArray, of.dtype, shapes[i] as readonly number[]);
      if (update) update.cell.value = array;
      else results.push(array);
    }
    return results;
  }

  free(): void {
    for (const slot of this.arguments.slots) slot.forget();
    this.#specializer.release();
    this.#last = undefined;
    for (const { by } of this.#computed) by.free();
    for (const { by, slots } of this.#hosted) {
      by.free();
      for (const slot of slots) slot.forget();
    }
  }

  /** What ran last, with its sizes baked in; undefined before the first call. */
  get lastProgram(): Program | undefined {
    return this.#last && bakedProgram(this.#last);
  }

  outline(args: readonly Argument[] = []): Outline {
    const known = args.length > 0 || (!this.#last && this.arguments.slots.every((s) => s.hasDefault));
    if (known) {
      const sizes = this.#take(args);
      if (sizes instanceof Promise)
        throw new UserError(
          `Backend ${this.#backend.name} answers later, and some sizes are computed: call first`,
        );
      this.#last = this.#specializer.prepare(sizes);
      for (const slot of this.arguments.slots) slot.undo();
    }
    return { plan: this.#plan, prepared: this.#last, backend: this.#backend };
  }
}

/** Reads a size from a shared variable's value. */
function sharedSize(
  of: TensorVariable,
  which: number,
  kind: "dim" | "value",
  at: number,
): (sizes: number[]) => Soon<void> {
  const { cell } = of as SharedVariable;
  return kind === "dim"
    ? (sizes) => {
        sizes[at] = cell.shape[which] as number;
      }
    : (sizes) =>
        after(cell.fetched(), (value) => {
          sizes[at] = Number((contiguous(value) as ArrayLike<number | bigint>)[which]);
        });
}
