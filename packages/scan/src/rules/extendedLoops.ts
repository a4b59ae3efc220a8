import {
  type Apply,
  type FunctionGraph,
  type GraphRewriter,
  substitute,
  toposort,
  type Variable,
} from "@theano-ts/core";
import { isScan } from "../loopOp.ts";

/** A loop of which another keeps more, over the same operands, is that other: gradients keep what their steps need. */
export const extendedLoops: GraphRewriter = {
  name: "loops that others extend",
  run(graph) {
    let changed = false;
    for (let replaced = extended(graph); replaced.size > 0; replaced = extended(graph)) {
      graph.setOutputs(substitute(graph.outputs, replaced));
      changed = true;
    }
    return changed;
  },
};

/** The outputs of loops that others extend, and what those have in their place. */
function extended(graph: FunctionGraph): Map<Variable, Variable> {
  const loops = toposort(graph.outputs, new Set(graph.inputs)).filter(({ op }) => isScan(op));
  const placeOf = (key: string, { inputs }: Apply): string => `${key}(${inputs.map((x) => x.id).join()})`;
  const larger = new Map<string, Apply>();
  for (const node of loops)
    if (isScan(node.op) && node.op.options.extends) larger.set(placeOf(node.op.options.extends, node), node);
  const replaced = new Map<Variable, Variable>();
  for (const node of loops) {
    const other = larger.get(placeOf(node.op.key, node));
    if (other) for (const [i, y] of node.outputs.entries()) replaced.set(y, other.outputs[i] as Variable);
  }
  return replaced;
}
