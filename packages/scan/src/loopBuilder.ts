import {
  graphInputs,
  type Loop,
  type LoopSource,
  type LoopState,
  substitute,
  type TensorVariable,
  type Variable,
} from "@theano-ts/core";

import { rowType } from "./rowType.ts";

/** How rows are read: from which on, and in which direction. */
export interface RowOptions {
  readonly offset?: number;
  readonly backwards?: boolean;
}

/** A source, over variables instead of operands' numbers. */
type Source =
  | { readonly kind: "whole"; readonly of: TensorVariable }
  | {
      readonly kind: "row";
      readonly of: TensorVariable;
      readonly offset: number;
      readonly backwards: boolean;
    }
  | { readonly kind: "state"; readonly state: number; readonly back: number };

/** A state, over variables. */
interface State {
  readonly initial: TensorVariable;
  readonly depth: number;
  readonly label: string | undefined;
  next?: TensorVariable;
}

/** A loop, and what it is applied to. */
export interface BuiltLoop {
  readonly loop: Loop;
  readonly operands: readonly TensorVariable[];
}

/** The results of a loop that was applied, by what they were called when it was built. */
export interface LoopResults {
  /** All rows of a state, and the last `depth` of them. */
  trace(state: number): TensorVariable;
  final(state: number): TensorVariable;
  /** All rows of a kept value. */
  kept(value: number): TensorVariable;
  readonly count: TensorVariable | undefined;
}

/** Applies a loop. */
export type ApplyLoop = (built: BuiltLoop) => readonly TensorVariable[];

/** Puts a loop together, piece by piece; what turns out to be read by nobody is left out. */
export class LoopBuilder {
  readonly #steps: TensorVariable;
  readonly #inputs: TensorVariable[] = [];
  readonly #sources: Source[] = [];
  readonly #states: State[] = [];
  readonly #kept: TensorVariable[] = [];
  #until: TensorVariable | undefined;

  constructor(steps: TensorVariable) {
    this.#steps = steps;
  }

  #read(source: Source, inner: TensorVariable): TensorVariable {
    this.#inputs.push(inner);
    this.#sources.push(source);
    return inner;
  }

  /** All of `operand`, in every step: as `inner`, or as a variable made for it. */
  whole(
    operand: TensorVariable,
    inner: TensorVariable = operand.type.makeVariable(operand.name),
  ): TensorVariable {
    return this.#read({ kind: "whole", of: operand }, inner);
  }

  /** A row of `operand` for each step. */
  row(
    operand: TensorVariable,
    { offset = 0, backwards = false }: RowOptions = {},
    inner: TensorVariable = rowType(operand).makeVariable(),
  ): TensorVariable {
    return this.#read({ kind: "row", of: operand, offset, backwards }, inner);
  }

  /**
   * A new state, of which `depth` rows, oldest first, are there before the first step; errors call it `label`. Gives its
   * number.
   */
  state(initial: TensorVariable, depth: number, label?: string): number {
    return this.#states.push({ initial, depth, label }) - 1;
  }

  /** What a state was `back` steps ago. */
  before(
    state: number,
    back = 1,
    inner: TensorVariable = rowType(
      (this.#states[state] as { initial: TensorVariable }).initial,
    ).makeVariable(),
  ): TensorVariable {
    return this.#read({ kind: "state", state, back }, inner);
  }

  /** What a state becomes. */
  next(state: number, value: TensorVariable): void {
    (this.#states[state] as { next?: TensorVariable }).next = value;
  }

  /** Keeps a value of every step. Gives its number. */
  keep(value: TensorVariable): number {
    return this.#kept.push(value) - 1;
  }

  /** Ends the loop after the first step in which `condition`, a bool scalar, is true. */
  until(condition: TensorVariable): void {
    this.#until = condition;
  }

  /** Applies the loop that was put together. */
  apply(apply: ApplyLoop): LoopResults {
    const outputs = apply(this.#build());
    const states = this.#states.length;
    return {
      trace: (state) => outputs[2 * state] as TensorVariable,
      final: (state) => outputs[2 * state + 1] as TensorVariable,
      kept: (value) => outputs[2 * states + value] as TensorVariable,
      count: this.#until && outputs.at(-1),
    };
  }

  #build(): BuiltLoop {
    const values = [
      ...this.#states.map(({ next }) => next as TensorVariable),
      ...this.#kept,
      ...(this.#until ? [this.#until] : []),
    ];
    const { inputs, sources, outputs } = this.#withoutRest(values);
    const operands = [
      ...new Set([
        this.#steps,
        ...sources.flatMap((s) => (s.kind === "state" ? [] : [s.of])),
        ...this.#states.map(({ initial }) => initial),
      ]),
    ];
    const n = this.#states.length;
    const distinct = [...new Set(outputs)];
    const place = (i: number): number => distinct.indexOf(outputs[i] as TensorVariable);
    const loop: Loop = {
      steps: 0,
      inputs,
      outputs: distinct,
      sources: sources.map((s): LoopSource => {
        if (s.kind === "state") return s;
        const { of, ...how } = s;
        return { ...how, operand: operands.indexOf(of) };
      }),
      states: this.#states.map(
        ({ initial, depth, label }, k): LoopState => ({
          initial: operands.indexOf(initial),
          depth,
          next: place(k),
          trace: 2 * k,
          final: 2 * k + 1,
          ...(label === undefined ? {} : { label }),
        }),
      ),
      traces: this.#kept.map((_, i) => ({ value: place(n + i), output: 2 * n + i })),
      ...(this.#until
        ? { until: { value: place(outputs.length - 1), count: 2 * n + this.#kept.length } }
        : {}),
    };
    return { loop, operands };
  }

  /** The step without inputs that nobody reads, and with one input for each thing that is read. */
  #withoutRest(values: readonly TensorVariable[]): {
    readonly inputs: TensorVariable[];
    readonly sources: Source[];
    readonly outputs: TensorVariable[];
  } {
    const first = new Map<string, TensorVariable>();
    const same = new Map<Variable, Variable>();
    this.#inputs.forEach((x, i) => {
      const key = `${sourceKey(this.#sources[i] as Source)} ${x.type}`;
      const known = first.get(key);
      if (known) same.set(x, known);
      else first.set(key, x);
    });
    const outputs = substitute(values, same) as TensorVariable[];
    const read = new Set(graphInputs(outputs, new Set(this.#inputs)));
    const used = this.#inputs.flatMap((x, i) => (read.has(x) ? [i] : []));
    return {
      inputs: used.map((i) => this.#inputs[i] as TensorVariable),
      sources: used.map((i) => this.#sources[i] as Source),
      outputs,
    };
  }
}

function sourceKey(source: Source): string {
  if (source.kind === "state") return `${source.state}-${source.back}`;
  return source.kind === "whole"
    ? `#${source.of.id}`
    : `#${source.of.id}[${source.offset},${source.backwards}]`;
}
