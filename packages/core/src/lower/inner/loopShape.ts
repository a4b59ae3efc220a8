import type { Expr } from "@theano-ts/kernel";
import type { Apply } from "../../graph/apply.ts";
import type { Variable } from "../../graph/variable.ts";
import type { Dims, LoopState, Use } from "../../tensor/meaning.ts";
import type { TensorVariable } from "../../tensor/tensorVariable.ts";
import type { Sizes } from "../sizes.ts";
import { loopBody, loopOf } from "./loopBody.ts";

/** How a loop uses its operands: what is there before the first step is copied; what steps read is an array in memory. */
export function loopUses(node: Apply): readonly Use[] {
  const { sources, states } = loopOf(node);
  const uses = node.inputs.map((): Use => "size");
  for (const { initial } of states) uses[initial] = "elements";
  for (const source of sources) if (source.kind !== "state") uses[source.operand] = "whole";
  return uses;
}

/** The sizes of an output of a loop. */
export function loopDims(v: TensorVariable, node: Apply, sizes: Sizes): Dims {
  const { loop, outputs } = sizes.inside(node, loopBody);
  const initialOf = (s: LoopState): Dims => sizes.dims(node.inputs[s.initial] as Variable);
  for (const s of loop.states) {
    if (s.final === v.index) return initialOf(s);
    if (s.trace === v.index) return [roundsOf(node, sizes), ...initialOf(s).slice(1)];
  }
  const trace = loop.traces.find((t) => t.output === v.index);
  return trace ? [roundsOf(node, sizes), ...sizes.dims(outputs[trace.value] as Variable)] : [];
}

/** How many steps a loop makes. One that may end early is asked by running it, without anything it keeps. */
export function roundsOf(node: Apply, sizes: Sizes): Expr {
  const { steps, until } = loopOf(node);
  return sizes.scalar((until ? node.outputs[until.count] : node.inputs[steps]) as Variable);
}
