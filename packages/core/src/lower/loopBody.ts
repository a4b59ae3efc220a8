import type { Apply } from "../graph/apply.ts";
import { substitute } from "../graph/clone.ts";
import type { Variable } from "../graph/variable.ts";
import { isConstant } from "../tensor/constant.ts";
import type { Branch, Loop } from "../tensor/meaning.ts";
import type { TensorOp } from "../tensor/tensorOp.ts";
import type { TensorVariable } from "../tensor/tensorVariable.ts";
import { closeBranches } from "./closeBranches.ts";

/** Where a variable of a step comes from: all of an operand, or a row of one. */
interface BodyLeaf {
  readonly whole?: TensorVariable;
  readonly rowOf?: TensorVariable;
}

/** One step of an application of a loop, over variables that no other application has. */
export interface LoopBody {
  readonly loop: Loop;
  /** In the order of the loop's inputs; an operand that is a constant stands in its own place. */
  readonly inputs: readonly TensorVariable[];
  readonly outputs: readonly TensorVariable[];
  readonly leaves: ReadonlyMap<Variable, BodyLeaf>;
}

/** The step of `node`, whose operation is a loop. */
export function loopBody(node: Apply): LoopBody {
  const loop = (node.op as TensorOp).record.loop?.(node) as Loop;
  const leaves = new Map<Variable, BodyLeaf>();
  const operand = (i: number): TensorVariable => node.inputs[i] as TensorVariable;
  const inputs = loop.inputs.map((x, i): TensorVariable => {
    const source = loop.sources[i] as Loop["sources"][number];
    if (source.kind === "whole" && isConstant(operand(source.operand))) return operand(source.operand);
    const own = x.clone() as TensorVariable;
    leaves.set(
      own,
      source.kind === "whole"
        ? { whole: operand(source.operand) }
        : {
            rowOf: operand(
              source.kind === "row"
                ? source.operand
                : (loop.states[source.state] as Loop["states"][number]).initial,
            ),
          },
    );
    return own;
  });
  const own = substitute(
    loop.outputs,
    new Map<Variable, Variable>(loop.inputs.map((x, i) => [x, inputs[i] as Variable])),
  );
  const outputs = closeBranches(own, new Set(leaves.keys())) as TensorVariable[];
  return { loop, inputs, outputs, leaves };
}

/** The two graphs of an application of a branch, over variables that no other application has. */
export interface BranchBody {
  readonly branch: Branch;
  readonly whenTrue: readonly TensorVariable[];
  readonly whenFalse: readonly TensorVariable[];
  readonly leaves: ReadonlyMap<Variable, BodyLeaf & { readonly whole: TensorVariable }>;
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
