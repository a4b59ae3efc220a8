import {
  type Apply,
  gt,
  isConstant,
  knownInteger,
  type Phase,
  phase,
  type Rule,
  subtensor,
  subtensorEntries,
  type TensorVariable,
  type Variable,
  switch as where,
} from "@theano-ts/core";
import { isScan } from "../scanOp.ts";

/** The last row of a state is there without the others: `trace[-1]` is the last of the last rows. */
export const lastRow: Phase = /* @__PURE__ */ phase("last rows of loops", () => [rule]);

const rule: Rule = {
  text: "trace[-1] → final[-1]",
  root: undefined,
  apply(node) {
    if (lastIndex(node) === undefined) return undefined;
    const rows = wholeOf(node.inputs[0] as Variable);
    const { owner, index } = rows;
    if (!owner || !isScan(owner.op)) return undefined;
    const { loop } = owner.op;
    const state = loop.states.find(({ trace }) => trace === index);
    if (!state) return undefined;
    const steps = owner.inputs[loop.steps] as TensorVariable;
    // A loop without steps has no last row, though its last rows are there: those before the first step.
    const at = where(gt(steps, 0), state.depth - 1, state.depth);
    return [subtensor(owner.outputs[state.final] as TensorVariable, at) as TensorVariable];
  },
};

/** The number -1 if `node` takes the last along its first dimension and all of the others. */
function lastIndex(node: Apply): number | undefined {
  const entries = subtensorEntries(node.op);
  if (entries?.length !== 1) return undefined;
  const [entry] = entries;
  if (!entry || !("integer" in entry)) return undefined;
  const at = node.inputs[1 + entry.integer];
  return at && isConstant(at) && knownInteger(at) === -1 ? -1 : undefined;
}

/** All rows that a loop made, of those up to where it ended. */
function wholeOf(v: Variable): Variable {
  const { owner } = v;
  const entries = owner ? subtensorEntries(owner.op) : undefined;
  const [entry] = entries ?? [];
  if (!owner || entries?.length !== 1 || !entry || "integer" in entry) return v;
  const { start, stop, step } = entry;
  if (start !== null || step !== null || stop === null || typeof stop !== "object") return v;
  const rows = owner.inputs[0] as Variable;
  const count = owner.inputs[1 + stop.input] as Variable;
  return isScan(rows.owner?.op) && count.owner === rows.owner ? rows : v;
}
