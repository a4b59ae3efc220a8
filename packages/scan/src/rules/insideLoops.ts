import { FunctionGraph, type GraphRewriter, type RewriteContext, type TensorVariable } from "@theano-ts/core";
import { fit } from "../fit.ts";
import type { LoopOp } from "../loopOp.ts";
import { LoopEdit } from "./loopEdit.ts";
import { loopPhase } from "./loopPhase.ts";

/** Does phases in the step of each loop, as if it were a function of its own. */
export const inSteps = (
  name: string,
  phasesOf: (context: RewriteContext) => readonly GraphRewriter[],
): GraphRewriter =>
  loopPhase(name, (node, context) => {
    const { inputs, outputs } = (node.op as LoopOp).loop;
    const graph = new FunctionGraph(inputs, outputs);
    // Nobody outside can say what values the variables of a step have.
    const { trace } = context;
    const inside: RewriteContext = {
      ...context,
      trace: trace && ((event) => trace({ ...event, replaced: [] })),
    };
    for (const phase of phasesOf(context)) phase.run(graph, inside);
    if (graph.outputs.every((v, i) => v === outputs[i])) return undefined;
    const typed = graph.outputs.map((v, i) => fit(v as TensorVariable, (outputs[i] as TensorVariable).type));
    return new LoopEdit(node).finish(typed);
  });

/** Does all that is done to the graph around them in the steps of loops, too. */
export const insideLoops: GraphRewriter = /* @__PURE__ */ inSteps("in loops", ({ phases }) => phases);
