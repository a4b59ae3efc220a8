import type { Apply } from "../../graph/apply.ts";
import { substitute } from "../../graph/clone.ts";
import type { Variable } from "../../graph/variable.ts";
import { toposort } from "../../graph/walk.ts";
import { isConstant } from "../../tensor/constant.ts";
import type { Loop } from "../../tensor/meaning.ts";
import type { TensorOp } from "../../tensor/tensorOp.ts";
import type { TensorVariable } from "../../tensor/tensorVariable.ts";
import { withChoicesClosed } from "../innerPlan.ts";

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

/** The loop that the operation of `node` is. */
export const loopOf = (node: Apply): Loop => (node.op as TensorOp).record.loop?.(node) as Loop;

/** The step of `node`, whose operation is a loop. */
export function loopBody(node: Apply): LoopBody {
  const loop = loopOf(node);
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
  const blockers = new Set(leaves.keys());
  const outputs = withChoicesClosed(toposort(own, blockers), own, blockers) as TensorVariable[];
  return { loop, inputs, outputs, leaves };
}
