import {
  type Backend,
  type DeviceBuffer,
  interpreter,
  printProgram,
  type TypedArray,
} from "@theano-ts/kernel";
import { about, TheanoTypeError, UserError } from "../errors.ts";
import { after, execute, type Soon } from "../lower/execute.ts";
import { type Computation, type Plan, plan } from "../lower/plan.ts";
import { type Prepared, Specializer } from "../lower/specialize.ts";
import { type Cell, isShared, type SharedVariable } from "../tensor/shared.ts";
import { isTensor, type TensorVariable } from "../tensor/tensorVariable.ts";
import { NDArray, wrap } from "../value/ndarray.ts";
import { contiguous } from "../value/storage.ts";
import { describe, Slot } from "./inputs.ts";
import type { In } from "./io.ts";
import type { Argument, BackendChoice, FunctionOptions } from "./types.ts";

/** Takes the arguments of calls, runs the plan, and hands out the results. */
export class Runner {
  readonly #slots: readonly Slot[];
  readonly #plan: Plan;
  readonly #specializer: Specializer;
  readonly #backend: Backend;
  readonly #name: string;
  readonly #sizes: number[];
  /** The slots whose data the program reads, in the order of its inputs. */
  readonly #reads: readonly Slot[];
  readonly #data: Slot["data"][];
  readonly #cells: readonly Cell[];
  readonly #states: DeviceBuffer[] = [];
  /** Size parameters that are read from shared variables before each call. */
  readonly #sharedSizes: readonly ((sizes: number[]) => void)[];
  /** Size parameters that must be computed first, by functions of the same arguments. */
  readonly #computed: readonly { readonly at: number; readonly place: number; readonly by: Runner }[];
  #last: Prepared | undefined;

  constructor(inputs: readonly In[], computation: Computation, options: FunctionOptions & BackendChoice) {
    this.#backend = options.backend;
    this.#name = options.name ?? "";
    this.#plan = plan(computation);
    const { sources } = this.#plan.sizes;
    const read = new Set<TensorVariable>(this.#plan.inputs);
    this.#slots = inputs.map(
      (i) =>
        new Slot(
          i,
          sources,
          options.allowInputDowncast ?? null,
          read.has(i.variable as TensorVariable) ? options.backend : undefined,
        ),
    );
    this.#reads = this.#plan.inputs.map((v) => this.#slots.find((s) => s.variable === v) as Slot);
    this.#data = this.#reads.map((s) => s.data);
    this.#cells = this.#plan.states.map((s) => s.cell);
    this.#specializer = new Specializer(this.#plan, options.backend, options.fallback ?? interpreter);
    this.#sizes = sources.map(() => 0);
    this.#sharedSizes = sources.flatMap((s, at) =>
      (s.kind === "dim" || s.kind === "value") && isShared(s.of)
        ? [sharedSize(s.of, s.kind === "dim" ? s.axis : s.at, s.kind, at)]
        : [],
    );
    this.#computed = sources.flatMap((s, at) => {
      if (s.kind !== "computed") return [];
      const { inputs: given, shared } = computation;
      const by = new Runner(inputs, { inputs: given, shared, outputs: [s.of], updates: [] }, options);
      return [{ at, place: s.at, by }];
    });
  }

  /** The results of a call, in order. Throws if the backend only answers later. */
  call(args: readonly Argument[]): readonly NDArray[] {
    const results = this.#run(args);
    if (results instanceof Promise) {
      results.catch(() => {});
      throw new UserError(`Backend ${this.#backend.name} answers later: call it with await f.async(…)`);
    }
    return results;
  }

  async callAsync(args: readonly Argument[]): Promise<readonly NDArray[]> {
    return this.#run(args);
  }

  #run(args: readonly Argument[]): Soon<readonly NDArray[]> {
    this.#take(args);
    const sizes = this.#sizes;
    for (const read of this.#sharedSizes) read(sizes);
    if (this.#computed.length === 0) return this.#go(sizes);
    const before = this.#computed.map(({ at, place, by }) =>
      after(by.#run(args), ([value]) => {
        sizes[at] = Number((contiguous(value as NDArray) as ArrayLike<number | bigint>)[place]);
      }),
    );
    const pending = before.filter((b) => b instanceof Promise);
    return pending.length > 0 ? Promise.all(pending).then(() => this.#go(sizes)) : this.#go(sizes);
  }

  #go(sizes: number[]): Soon<readonly NDArray[]> {
    const prepared = this.#specializer.prepare(sizes);
    this.#last = prepared;
    const data = this.#data;
    for (let i = 0; i < data.length; i++) data[i] = (this.#reads[i] as Slot).data;
    const outputs = execute(this.#plan, prepared, this.#backend, data, this.#cells, this.#states);
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

  #take(args: readonly Argument[]): void {
    const slots = this.#slots;
    const last = args[args.length - 1];
    if (args.length === slots.length && !isNamed(last)) {
      for (let i = 0; i < slots.length; i++) this.#takeOne(i, args[i]);
      return;
    }
    this.#takeMixed(args, isNamed(last) ? last : undefined);
  }

  #takeMixed(args: readonly Argument[], named: Readonly<Record<string, unknown>> | undefined): void {
    const slots = this.#slots;
    const positional = named ? args.length - 1 : args.length;
    if (positional > slots.length)
      throw new TheanoTypeError(
        `Too many arguments for ${this.#title}: it takes ${slots.length}, and got ${positional}`,
      );
    const byName = new Map(Object.entries(named ?? {}));
    const namesOf = ({ spec }: Slot): string[] =>
      [spec.name].filter((n): n is string => n !== null && byName.has(n));
    const all = new Set(slots.flatMap(namesOf));
    const unknown = [...byName.keys()].find((n) => !all.has(n));
    if (unknown !== undefined) {
      const known = slots.flatMap((s) => (s.spec.name === null ? [] : [s.spec.name]));
      throw new TheanoTypeError(
        `${this.#title} has no input named ${unknown}: its inputs are ${known.join(", ") || "unnamed"}`,
      );
    }
    slots.forEach((slot, i) => {
      const [name] = namesOf(slot);
      if (name !== undefined && i < positional)
        throw new TheanoTypeError(`${this.#title} got two values for ${name}: one by position, one by name`);
      if (i < positional) this.#takeOne(i, args[i]);
      else if (name !== undefined) this.#takeOne(i, byName.get(name));
      else this.#bad(i, () => slot.takeDefault(this.#sizes));
    });
  }

  #takeOne(i: number, value: unknown): void {
    try {
      (this.#slots[i] as Slot).take(value, this.#sizes);
    } catch (error) {
      this.#wrap(i, error);
    }
  }

  #bad(i: number, take: () => void): void {
    try {
      take();
    } catch (error) {
      this.#wrap(i, error);
    }
  }

  /** An argument's error says which argument of which function it was. */
  #wrap(i: number, error: unknown): never {
    const slot = this.#slots[i] as Slot;
    if (error instanceof Error && error.message.startsWith("Missing required input")) throw error;
    throw about(`Bad argument ${i} of ${this.#title}, ${describe(slot.spec)}`, error, {
      origin: slot.variable.origin,
    });
  }

  get #title(): string {
    return this.#name ? `function ${this.#name}` : "the function";
  }

  explain(): string {
    if (!this.#last) return "not called yet: kernels are made when sizes are known";
    const { ready } = this.#last;
    const refused = ready.refused.map((r) => `step ${r.step} is not for ${this.#backend.name}: ${r.reason}`);
    const parts = ready.segments.map((s) => {
      const made = s.executable.explain?.();
      return [`on ${s.backend.name}:`, printProgram(s.program), ...(made ? [made] : [])].join("\n");
    });
    return [...refused, ...parts].join("\n");
  }
}

function isNamed(x: unknown): x is Readonly<Record<string, unknown>> {
  return (
    typeof x === "object" &&
    x !== null &&
    !Array.isArray(x) &&
    !ArrayBuffer.isView(x) &&
    !(x instanceof NDArray) &&
    !isTensor(x) &&
    !("data" in x && "shape" in x) &&
    !("re" in x && "im" in x)
  );
}

/** Reads a size from a shared variable's value. */
function sharedSize(
  of: TensorVariable,
  which: number,
  kind: "dim" | "value",
  at: number,
): (sizes: number[]) => void {
  const { cell } = of as SharedVariable;
  return kind === "dim"
    ? (sizes) => {
        sizes[at] = cell.shape[which] as number;
      }
    : (sizes) => {
        sizes[at] = Number((contiguous(cell.value) as ArrayLike<number | bigint>)[which]);
      };
}
