import type { Apply } from "../graph/apply.ts";
import type { Variable } from "../graph/variable.ts";
import type { Dims, OpPlan, Use } from "../tensor/meaning.ts";
import { TensorOp } from "../tensor/tensorOp.ts";
import type { TensorVariable } from "../tensor/tensorVariable.ts";
import type { GraphPlanner } from "./graphPlanner.ts";
import type { Sizes } from "./sizes.ts";

/** How applications of an op with graphs inside become steps. */
export interface InnerPlan extends OpPlan {
  readonly kind: "inner";
  /** How it uses its operands. */
  uses(node: Apply): readonly Use[];
  /** The sizes of an output. */
  dims(v: TensorVariable, node: Apply, sizes: Sizes): Dims;
  /** What must hold for the sizes, beside what its steps demand. */
  demand?(node: Apply, sizes: Sizes): void;
  /** Makes the steps, in the graph that `around` plans. */
  plan(node: Apply, around: GraphPlanner): void;
}

/** How applications that choose between operands become ones with graphs inside. */
export interface ChoicePlan extends OpPlan {
  readonly kind: "choice";
  close(targets: readonly Variable[], leaves: ReadonlySet<Variable>): readonly Variable[];
}

/** The plan that the op of `node` keeps, if it has graphs inside. */
export function innerPlanOf({ op }: Apply): InnerPlan | undefined {
  const plan = op instanceof TensorOp ? op.record.plan : undefined;
  return plan?.kind === "inner" ? (plan as InnerPlan) : undefined;
}

/** `targets` with everything that only serves one outcome of a choice inside it. */
export function withChoicesClosed(
  nodes: readonly Apply[],
  targets: readonly Variable[],
  leaves: ReadonlySet<Variable>,
): readonly Variable[] {
  for (const { op } of nodes) {
    const plan = op instanceof TensorOp ? op.record.plan : undefined;
    if (plan?.kind === "choice") return (plan as ChoicePlan).close(targets, leaves);
  }
  return targets;
}
