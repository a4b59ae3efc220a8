import type { Apply } from "../../graph/apply.ts";
import { substitute } from "../../graph/clone.ts";
import type { Variable } from "../../graph/variable.ts";
import { isConstant } from "../../tensor/constant.ts";
import type { Branch } from "../../tensor/meaning.ts";
import type { TensorOp } from "../../tensor/tensorOp.ts";
import type { TensorVariable } from "../../tensor/tensorVariable.ts";

/** The two graphs of an application of a branch, over variables that no other application has. */
export interface BranchBody {
  readonly branch: Branch;
  readonly whenTrue: readonly TensorVariable[];
  readonly whenFalse: readonly TensorVariable[];
  readonly leaves: ReadonlyMap<Variable, { readonly whole: TensorVariable }>;
}

/** The graphs of `node`, whose operation is a branch. */
export function branchBody(node: Apply): BranchBody {
  const branch = (node.op as TensorOp).record.branch?.(node) as Branch;
  const leaves = new Map<Variable, { whole: TensorVariable }>();
  const own = new Map<Variable, Variable>();
  branch.inputs.forEach((x, i) => {
    const operand = node.inputs[branch.operands[i] as number] as TensorVariable;
    const inner = isConstant(operand) ? operand : x.clone();
    own.set(x, inner);
    if (!isConstant(operand)) leaves.set(inner, { whole: operand });
  });
  const over = (graph: readonly TensorVariable[]): TensorVariable[] =>
    substitute(graph, own) as TensorVariable[];
  return { branch, whenTrue: over(branch.whenTrue), whenFalse: over(branch.whenFalse), leaves };
}
