import {
  type Apply,
  type Client,
  type FunctionGraph,
  type GraphRewriter,
  madeWhere,
  type RewriteContext,
  toposort,
  type Variable,
} from "@theano-ts/core";
import { isScan } from "../loopOp.ts";

/** What a rule for loops may ask. */
export interface LoopContext extends RewriteContext {
  /** The loop as it is in the graph, before what it is applied to was rewritten. */
  readonly original: Apply;
  /** Whether anything reads an output of the loop. */
  isRead(output: Variable): boolean;
  /** What reads a variable of the graph. */
  readers(v: Variable): readonly (Apply | "output")[];
}

/** What the outputs of a loop become; undefined if the rule does not apply, and nothing for outputs that nobody reads. */
export type LoopRule = (node: Apply, context: LoopContext) => ReadonlyMap<Variable, Variable> | undefined;

/** The phase that tries `rule` once at each loop, those that others read first. */
export const loopPhase = (name: string, rule: LoopRule): GraphRewriter => ({
  name,
  run: (graph, context) => rewriteLoops(name, graph, rule, context),
});

function rewriteLoops(name: string, graph: FunctionGraph, rule: LoopRule, context: RewriteContext): boolean {
  const order = toposort(graph.outputs, new Set(graph.inputs));
  if (!order.some(({ op }) => isScan(op))) return false;
  const clients: ReadonlyMap<Variable, readonly Client[]> = graph.clients();
  const replaced = new Map<Variable, Variable>();
  const get = (v: Variable): Variable => replaced.get(v) ?? v;
  let changed = false;
  for (const node of order) {
    const current = madeWhere(node.origin, () => node.withInputs(node.inputs.map(get)));
    const made = isScan(node.op)
      ? madeWhere(node.origin, () =>
          rule(current, {
            ...context,
            original: node,
            readers: (v) => (clients.get(v) ?? []).map((client) => client.node),
            isRead: (output) => clients.has(node.outputs[(output as { index: number }).index] as Variable),
          }),
        )
      : undefined;
    if (made) {
      changed = true;
      context.trace?.({
        phase: name,
        rule: name,
        before: String(current),
        after: [...made.values()].map((v) => String(v.owner ?? v)).join(", "),
        replaced: [...made],
      });
    }
    node.outputs.forEach((v, i) => {
      const before = current.outputs[i] as Variable;
      const after = made?.get(before) ?? before;
      if (after === v) return;
      if (after.name === null && after.owner) after.name = v.name;
      replaced.set(v, after);
    });
  }
  graph.setOutputs(graph.outputs.map(get));
  return changed;
}
