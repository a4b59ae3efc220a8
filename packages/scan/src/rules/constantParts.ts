import {
  type Apply,
  type GraphRewriter,
  isConstant,
  substitute,
  TensorOp,
  type TensorVariable,
  toposort,
  type Variable,
} from "@theano-ts/core";
import type { LoopOp } from "../loopOp.ts";
import { LoopEdit } from "./loopEdit.ts";
import { loopPhase } from "./loopPhase.ts";

/**
 * What is the same in every step is computed once, before the loop. Theano's `PushOutNonSeqScan`.
 *
 * Elements that are only moved stay where they are: a copy would be dearer than to read them where they lie.
 */
export const constantParts: GraphRewriter = /* @__PURE__ */ loopPhase("constant parts of loops", (node) => {
  const { loop } = node.op as LoopOp;
  const outer = new Map<Variable, Variable>();
  loop.sources.forEach((source, i) => {
    if (source.kind === "whole")
      outer.set(loop.inputs[i] as Variable, node.inputs[source.operand] as Variable);
  });
  const order = toposort(loop.outputs, new Set(loop.inputs));
  const same = new Set<Variable>(outer.keys());
  for (const inner of order)
    if (
      !inner.op.hasEffect &&
      inner.inputs.every((x) => same.has(x) || isConstant(x)) &&
      inner.inputs.some((x) => same.has(x))
    )
      for (const y of inner.outputs) same.add(y);
  const found = worthwhile(order, loop.outputs, same);
  if (found.length === 0) return undefined;
  const edit = new LoopEdit(node);
  const made = substitute(found, outer) as TensorVariable[];
  const read = new Map<Variable, Variable>(
    found.map((v, i) => [v, edit.builder.whole(made[i] as TensorVariable, v.type.makeVariable(v.name))]),
  );
  return edit.finish(substitute(loop.outputs, read) as TensorVariable[]);
});

/** Of what is the same in every step, the last of each way that took arithmetic. */
function worthwhile(
  order: readonly Apply[],
  outputs: readonly TensorVariable[],
  same: ReadonlySet<Variable>,
): TensorVariable[] {
  const found = new Set<TensorVariable>();
  const want = (v: Variable): void => {
    if (!v.owner || !same.has(v)) return;
    if (isMove(v.owner)) v.owner.inputs.forEach(want);
    else found.add(v as TensorVariable);
  };
  for (const node of order) if (!node.outputs.every((y) => same.has(y))) node.inputs.forEach(want);
  outputs.forEach(want);
  return [...found];
}

/** Whether `node` only moves, repeats or measures elements. */
const isMove = ({ op }: Apply): boolean => op instanceof TensorOp && op.record.cost === 0;
