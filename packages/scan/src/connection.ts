import { ioConnectionPattern } from "@theano-ts/autodiff";
import type { Apply, Loop } from "@theano-ts/core";

/**
 * For each input of a step and each output of steps, whether the output depends on the input: of this step or, by way of
 * states, of one before it.
 */
export function reachOf({ inputs, outputs, sources, states }: Loop): boolean[][] {
  const pattern = ioConnectionPattern(inputs, outputs);
  // What a state becomes reaches whatever its readers reach.
  for (let changed = true; changed; ) {
    changed = false;
    for (const row of pattern)
      sources.forEach((source, i) => {
        if (source.kind !== "state" || !row[(states[source.state] as { next: number }).next]) return;
        pattern[i]?.forEach((reaches, j) => {
          if (!reaches || row[j]) return;
          row[j] = true;
          changed = true;
        });
      });
  }
  return pattern;
}

/** For each operand and each output of the node, whether the output depends on the operand's elements. */
export function connection(loop: Loop, node: Apply): boolean[][] {
  const reach = reachOf(loop);
  const pattern = node.inputs.map(() => node.outputs.map(() => false));
  const join = (operand: number, row: readonly boolean[]): void => {
    const of = pattern[operand] as boolean[];
    for (const { next, trace, final } of loop.states) if (row[next]) of[trace] = of[final] = true;
    for (const { value, output } of loop.traces) if (row[value]) of[output] = true;
  };
  loop.sources.forEach((source, i) => {
    const operand =
      source.kind === "state" ? (loop.states[source.state] as { initial: number }).initial : source.operand;
    join(operand, reach[i] as boolean[]);
  });
  // Where there are few steps, the last rows of a state are its first.
  for (const { initial, final } of loop.states) (pattern[initial] as boolean[])[final] = true;
  return pattern;
}
