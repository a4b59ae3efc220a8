import type { Apply, TensorVariable, Variable } from "@theano-ts/core";
import { LoopBuilder, type LoopResults } from "../loopBuilder.ts";
import type { LoopOp } from "../loopOp.ts";

/** Which states and which kept values of a loop there are to be, by their numbers. */
export interface Parts {
  readonly states: ReadonlySet<number>;
  readonly traces: ReadonlySet<number>;
}

/** Where a state begins: `depth` rows. */
export interface Initial {
  readonly rows: TensorVariable;
  readonly depth: number;
}

/** A loop that is put together anew, over the same variables of its steps. */
export class LoopEdit {
  readonly op: LoopOp;
  readonly node: Apply;
  /** Has all that steps read; what else they are to read can be added. */
  readonly builder: LoopBuilder;
  readonly #states: ReadonlyMap<number, number>;
  readonly #traces: readonly number[];
  #results: LoopResults | undefined;

  /** States that `deeper` names begin there, and are kept for as many steps. */
  constructor(
    node: Apply,
    parts: Parts = allParts(node),
    deeper: ReadonlyMap<number, Initial> = new Map<number, Initial>(),
  ) {
    this.node = node;
    this.op = node.op as LoopOp;
    const { inputs, sources, states, steps } = this.op.loop;
    const operand = (i: number): TensorVariable => node.inputs[i] as TensorVariable;
    this.builder = new LoopBuilder(operand(steps));
    this.#states = new Map(
      states.flatMap(({ initial, depth, label }, s) => {
        if (!parts.states.has(s)) return [];
        const from = deeper.get(s) ?? { rows: operand(initial), depth };
        return [[s, this.builder.state(from.rows, from.depth, label)] as const];
      }),
    );
    this.#traces = this.op.loop.traces.flatMap((_, i) => (parts.traces.has(i) ? [i] : []));
    inputs.forEach((inner, i) => {
      const source = sources[i] as (typeof sources)[number];
      if (source.kind === "whole") this.builder.whole(operand(source.operand), inner);
      else if (source.kind === "row") this.builder.row(operand(source.operand), source, inner);
      else if (parts.states.has(source.state))
        this.builder.before(this.#states.get(source.state) as number, source.back, inner);
    });
  }

  /** Keeps a further value of every step. Gives its rows once the loop is applied. */
  keep(value: TensorVariable): () => TensorVariable {
    const at = this.builder.keep(value);
    return () => (this.#results as LoopResults).kept(at);
  }

  /** Applies the loop whose steps give `values` in place of its outputs. What each output of the node has become. */
  finish(values: readonly TensorVariable[] = this.op.loop.outputs): Map<Variable, Variable> {
    const { states, traces, until } = this.op.loop;
    const value = (i: number): TensorVariable => values[i] as TensorVariable;
    for (const [s, state] of this.#states)
      this.builder.next(state, value((states[s] as { next: number }).next));
    const kept = this.#traces.map((i) => this.builder.keep(value((traces[i] as { value: number }).value)));
    if (until) this.builder.until(value(until.value));
    const results = this.builder.apply(this.op.again);
    this.#results = results;
    const outputs = this.node.outputs;
    const made = new Map<Variable, Variable>();
    for (const [s, state] of this.#states) {
      const { trace, final } = states[s] as { trace: number; final: number };
      made.set(outputs[trace] as Variable, results.trace(state));
      made.set(outputs[final] as Variable, results.final(state));
    }
    this.#traces.forEach((i, k) => {
      made.set(
        outputs[(traces[i] as { output: number }).output] as Variable,
        results.kept(kept[k] as number),
      );
    });
    if (until) made.set(outputs[until.count] as Variable, results.count as Variable);
    return made;
  }
}

/** All there are. */
export function allParts({ op }: Apply): Parts {
  const { states, traces } = (op as LoopOp).loop;
  return { states: new Set(states.keys()), traces: new Set(traces.keys()) };
}
