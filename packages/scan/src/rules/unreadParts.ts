import { type GraphRewriter, graphInputs, type Variable } from "@theano-ts/core";
import type { LoopOp } from "../loopOp.ts";
import { allParts, LoopEdit, type Parts } from "./loopEdit.ts";
import { type LoopContext, loopPhase } from "./loopPhase.ts";

/** States and kept values go if nobody reads them: nothing outside, and no step for what is read. */
export const unreadParts: GraphRewriter = /* @__PURE__ */ loopPhase(
  "unread parts of loops",
  (node, context) => {
    const read = readParts(node.op as LoopOp, node.outputs, context);
    const all = allParts(node);
    if (read.states.size === all.states.size && read.traces.size === all.traces.size) return undefined;
    if (read.states.size + read.traces.size === 0 && !(node.op as LoopOp).loop.until) return undefined;
    return new LoopEdit(node, read).finish();
  },
);

function readParts({ loop }: LoopOp, outputs: readonly Variable[], { isRead }: LoopContext): Parts {
  const { inputs, sources, until } = loop;
  const traces = new Set<number>();
  const states = new Set<number>();
  const queue: number[] = until ? [until.value] : [];
  loop.traces.forEach(({ value, output }, i) => {
    if (!isRead(outputs[output] as Variable)) return;
    traces.add(i);
    queue.push(value);
  });
  const read = (s: number): void => {
    if (states.has(s)) return;
    states.add(s);
    queue.push((loop.states[s] as { next: number }).next);
  };
  loop.states.forEach(({ trace, final }, s) => {
    if (isRead(outputs[trace] as Variable) || isRead(outputs[final] as Variable)) read(s);
  });
  const blockers = new Set<Variable>(inputs);
  for (let j = queue.pop(); j !== undefined; j = queue.pop()) {
    const needed = new Set(graphInputs([loop.outputs[j] as Variable], blockers));
    sources.forEach((source, i) => {
      if (source.kind === "state" && needed.has(inputs[i] as Variable)) read(source.state);
    });
  }
  return { states, traces };
}
