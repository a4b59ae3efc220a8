import { ioConnectionPattern, Rop } from "@theano-ts/autodiff";
import {
  type Apply,
  type Loop,
  type LoopState,
  slice,
  subtensor,
  type TensorVariable,
  zerosLike,
} from "@theano-ts/core";
import { isDiscrete } from "@theano-ts/kernel";
import { fit } from "./fit.ts";

import { type ApplyLoop, LoopBuilder } from "./loopBuilder.ts";
import { recognize } from "./recognize.ts";
import { Replayed, stepsOf } from "./replay.ts";
import { rowsOf } from "./rowType.ts";

/**
 * How the outputs of a loop move if its operands do: again a loop, over the same steps, with a state for the direction
 * of each state that moves. Null for what does not.
 */
export function scanRop(
  loop: Loop,
  node: Apply,
  directions: readonly (TensorVariable | null)[],
  apply: ApplyLoop,
): readonly (TensorVariable | null)[] {
  const { inputs, outputs, sources, states, traces } = loop;
  const builder = new LoopBuilder(stepsOf(loop, node));
  const replayed = new Replayed(loop, node, builder, { reverse: false });
  const moving = movingStates(loop, directions);
  const carried = new Map([...moving].map((s) => [s, carry(s)] as const));
  const read = sources.map((source, i): TensorVariable | null => {
    const inner = inputs[i] as TensorVariable;
    if (isDiscrete(inner.dtype)) return null;
    if (source.kind === "state") {
      const state = carried.get(source.state);
      return state === undefined ? null : builder.before(state, source.back);
    }
    const direction = directions[source.operand];
    if (!direction) return null;
    return source.kind === "whole"
      ? builder.whole(fit(direction, inner.type))
      : builder.row(fit(direction, rowsOf(inner)), source);
  });
  const moved = inputs.filter((_, i) => read[i]);
  const free = outputs.filter((y) => !isDiscrete(y.dtype));
  if (moved.length === 0 || free.length === 0) return node.outputs.map(() => null);
  const found = Rop(
    free,
    moved,
    read.filter((d) => d !== null),
    { disconnectedOutputs: "ignore", returnDisconnected: "none" },
  ) as readonly (TensorVariable | null)[];
  const made = replayed.put(
    recognize(
      found.filter((d) => d !== null),
      loop,
    ),
  );
  let at = 0;
  const byOutput = new Map(
    free.map((y, i) => [y, found[i] ? fit(made[at++] as TensorVariable, y.type) : null] as const),
  );
  const directionOf = (j: number): TensorVariable | null =>
    byOutput.get(outputs[j] as TensorVariable) ?? null;
  for (const [s, state] of carried) {
    const { next } = states[s] as LoopState;
    builder.next(state, directionOf(next) ?? zerosLike(builder.before(state)));
  }
  const kept = traces.map(({ value }) => {
    const direction = directionOf(value);
    return direction && builder.keep(direction);
  });
  const results = builder.apply(apply);
  const moves: (TensorVariable | null)[] = node.outputs.map(() => null);
  for (const [s, state] of carried) {
    const { trace, final } = states[s] as LoopState;
    moves[trace] = results.trace(state);
    moves[final] = results.final(state);
  }
  traces.forEach(({ output }, i) => {
    const number = kept[i];
    if (typeof number === "number") moves[output] = results.kept(number);
  });
  return moves;

  function carry(s: number): number {
    const { initial, depth, next } = states[s] as LoopState;
    const rows = node.inputs[initial] as TensorVariable;
    const direction = directions[initial] ?? zerosLike(rows);
    const type = rowsOf(outputs[next] as TensorVariable);
    return builder.state(fit(subtensor(direction, slice(0, depth)) as TensorVariable, type), depth);
  }
}

/** The states that move if the operands move so. */
function movingStates(
  { inputs, outputs, sources, states }: Loop,
  directions: readonly (TensorVariable | null)[],
): Set<number> {
  const pattern = ioConnectionPattern(inputs, outputs);
  const moving = new Set<number>();
  const moves = (i: number): boolean => {
    const source = sources[i] as Loop["sources"][number];
    return source.kind === "state" ? moving.has(source.state) : Boolean(directions[source.operand]);
  };
  for (let before = -1; before < moving.size; ) {
    before = moving.size;
    states.forEach(({ initial, next }, s) => {
      if (isDiscrete((outputs[next] as TensorVariable).dtype)) return;
      if (directions[initial] || inputs.some((_, i) => moves(i) && pattern[i]?.[next])) moving.add(s);
    });
  }
  return moving;
}
