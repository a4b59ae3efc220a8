import {
  type Apply,
  join,
  type Loop,
  slice,
  substitute,
  subtensor,
  type TensorVariable,
  type Variable,
} from "@theano-ts/core";

import type { LoopBuilder } from "./loopBuilder.ts";

/** How another loop goes over the steps of one that was run. */
export interface Replay {
  /** From the last step to the first. */
  readonly reverse: boolean;
  /** How many of the first steps it does not reach; undefined if it reaches all. */
  readonly skipped?: TensorVariable | undefined;
}

/** How many steps the loop of `node` made. */
export const stepsOf = ({ steps, until }: Loop, node: Apply): TensorVariable =>
  (until ? node.outputs[until.count] : node.inputs[steps]) as TensorVariable;

/** Variables of a loop that is being built for what the inputs and outputs of steps of the loop of `node` were. */
export class Replayed {
  readonly #loop: Loop;
  readonly #node: Apply;
  readonly #builder: LoopBuilder;
  readonly #replay: Replay;
  readonly #joined = new Map<number, TensorVariable>();

  constructor(loop: Loop, node: Apply, builder: LoopBuilder, replay: Replay) {
    this.#loop = loop;
    this.#node = node;
    this.#builder = builder;
    this.#replay = replay;
  }

  /** `values`, over the inputs and outputs of a step, as the loop that is being built can compute them. */
  put(values: readonly TensorVariable[]): TensorVariable[] {
    const { inputs, outputs, states, traces } = this.#loop;
    const known = new Map<Variable, Variable>();
    // What a step made is there to be read, and need not be computed again.
    const made = (value: number, output: number): void => {
      const v = outputs[value] as TensorVariable;
      if (v.owner && !known.has(v)) known.set(v, this.row(this.#output(output)));
    };
    for (const { next, trace } of states) made(next, trace);
    for (const { value, output } of traces) made(value, output);
    inputs.forEach((x, i) => {
      known.set(x, this.#input(i));
    });
    return substitute(values, known) as TensorVariable[];
  }

  /** The row of each step of an array that has one for each, in their order. */
  row(array: TensorVariable, offset = 0): TensorVariable {
    const { reverse, skipped } = this.#replay;
    // Backwards, rows are counted from the last that is read.
    const from = reverse && skipped ? (subtensor(array, slice(skipped)) as TensorVariable) : array;
    return this.#builder.row(from, { offset, backwards: reverse });
  }

  #output = (i: number): TensorVariable => this.#node.outputs[i] as TensorVariable;

  #input(i: number): TensorVariable {
    const source = this.#loop.sources[i] as Loop["sources"][number];
    if (source.kind === "whole")
      return this.#builder.whole(this.#node.inputs[source.operand] as TensorVariable);
    if (source.kind === "state") {
      const { depth } = this.#loop.states[source.state] as { depth: number };
      return this.row(this.#rowsOf(source.state), depth - source.back);
    }
    const operand = this.#node.inputs[source.operand] as TensorVariable;
    if (!source.backwards) return this.row(operand, source.offset);
    return this.#builder.row(operand, { offset: source.offset, backwards: !this.#replay.reverse });
  }

  /** The rows of a state, with those before the first step. */
  #rowsOf(state: number): TensorVariable {
    let all = this.#joined.get(state);
    if (!all) {
      const { initial, trace } = this.#loop.states[state] as { initial: number; trace: number };
      all = join(0, this.#node.inputs[initial] as TensorVariable, this.#output(trace));
      this.#joined.set(state, all);
    }
    return all;
  }
}
