import { vectorize } from "@theano-ts/autodiff";
import {
  alloc,
  ancestors,
  dimshuffle,
  type Loop,
  type LoopState,
  shapeI,
  TensorType,
  type TensorVariable,
  type Variable,
} from "@theano-ts/core";
import { fit } from "./fit.ts";
import { type ApplyLoop, LoopBuilder } from "./loopBuilder.ts";

/**
 * The outputs of a loop for operands of which those marked have one more dimension in front: one loop, in whose steps
 * what they reach has one more dimension. Undefined for a loop that may end early, for each would end at its own step.
 */
export function vectorizeScan(
  loop: Loop,
  operands: readonly TensorVariable[],
  marked: readonly boolean[],
  apply: ApplyLoop,
): readonly TensorVariable[] | undefined {
  if (loop.until) return undefined;
  const count = shapeI(operands[marked.indexOf(true)] as TensorVariable, 0);
  const { inputs, outputs, sources, states, traces } = loop;
  const many = reached(loop, marked);
  const builder = new LoopBuilder(operands[loop.steps] as TensorVariable);
  const state = states.map(({ initial, depth, label }, s) => {
    const rows = operands[initial] as TensorVariable;
    if (!many.states.has(s)) return builder.state(rows, depth, label);
    return builder.state(marked[initial] ? swapped(rows) : swapped(repeated(rows, count)), depth, label);
  });
  const pairs = inputs.flatMap((x, i) => {
    const source = sources[i] as Loop["sources"][number];
    const inner = many.inputs.has(x) ? manyOf(x).makeVariable(x.name) : x;
    if (source.kind === "state") builder.before(state[source.state] as number, source.back, inner);
    else {
      const operand = operands[source.operand] as TensorVariable;
      if (source.kind === "whole")
        builder.whole(marked[source.operand] ? fit(operand, inner.type) : operand, inner);
      else builder.row(marked[source.operand] ? swapped(operand) : operand, source, inner);
    }
    return inner === x ? [] : [[x, inner] as const];
  });
  const made = vectorize(outputs, pairs) as readonly TensorVariable[];
  const valueOf = (j: number): TensorVariable => {
    const y = outputs[j] as TensorVariable;
    return many.outputs.has(y) ? fit(made[j] as TensorVariable, manyOf(y)) : y;
  };
  states.forEach(({ next }, s) => {
    const y = outputs[next] as TensorVariable;
    builder.next(state[s] as number, many.states.has(s) ? fit(made[next] as TensorVariable, manyOf(y)) : y);
  });
  const kept = traces.map(({ value }) => builder.keep(valueOf(value)));
  const results = builder.apply(apply);
  const all: TensorVariable[] = [];
  const give = (output: number, rows: TensorVariable, isMany: boolean): void => {
    all[output] = isMany ? swapped(rows) : repeated(rows, count);
  };
  states.forEach(({ trace, final }, s) => {
    give(trace, results.trace(state[s] as number), many.states.has(s));
    give(final, results.final(state[s] as number), many.states.has(s));
  });
  traces.forEach(({ value, output }, i) => {
    give(output, results.kept(kept[i] as number), many.outputs.has(outputs[value] as TensorVariable));
  });
  return all;
}

/** What the marked operands reach, in any step. */
function reached(
  { inputs, outputs, sources, states }: Loop,
  marked: readonly boolean[],
): {
  readonly inputs: ReadonlySet<Variable>;
  readonly states: ReadonlySet<number>;
  readonly outputs: ReadonlySet<Variable>;
} {
  const many = new Set(states.flatMap(({ initial }, s) => (marked[initial] ? [s] : [])));
  const stops = new Set<Variable>(inputs);
  const needed = outputs.map((y) => ancestors([y], stops));
  for (;;) {
    const of = new Set<Variable>(
      inputs.filter((_, i) => {
        const source = sources[i] as Loop["sources"][number];
        return source.kind === "state" ? many.has(source.state) : marked[source.operand];
      }),
    );
    const reach = (j: number): boolean => [...(needed[j] as ReadonlySet<Variable>)].some((x) => of.has(x));
    const before = many.size;
    states.forEach(({ next }: LoopState, s) => {
      if (reach(next)) many.add(s);
    });
    if (many.size === before)
      return { inputs: of, states: many, outputs: new Set(outputs.filter((_, j) => reach(j))) };
  }
}

/** The type of many of `x`. */
const manyOf = (x: TensorVariable): TensorType => new TensorType(x.dtype, [false, ...x.broadcastable]);

/** `x` with its first two dimensions in the other order. */
const swapped = (x: TensorVariable): TensorVariable =>
  dimshuffle(x, 1, 0, ...Array.from({ length: x.ndim - 2 }, (_, d) => d + 2));

/** `x` again and again, along a new first dimension. */
const repeated = (x: TensorVariable, count: TensorVariable): TensorVariable =>
  alloc(x, count, ...x.broadcastable.map((one, d) => (one ? 1 : shapeI(x, d))));
