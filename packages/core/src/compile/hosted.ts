import { type Backend, type Program, refusal } from "@theano-ts/kernel";
import type { Apply } from "../graph/apply.ts";
import { substitute } from "../graph/clone.ts";
import type { Op } from "../graph/op.ts";
import type { Variable } from "../graph/variable.ts";
import { toposort } from "../graph/walk.ts";
import { withChoicesClosed } from "../lower/innerPlan.ts";
import { NotPlanned } from "../lower/notPlanned.ts";
import { type Computation, type Plan, plan } from "../lower/plan.ts";
import { TensorOp } from "../tensor/tensorOp.ts";
import type { TensorVariable } from "../tensor/tensorVariable.ts";
import type { NDArray } from "../value/ndarray.ts";

/** Something that the host computes before the program that reads it, for nobody knows its sizes before. */
export interface Hosted {
  /** What it needs, over the inputs of the function and the results of those before it. */
  readonly operands: readonly TensorVariable[];
  /** What stands for its outputs in all that is computed after it. */
  readonly results: readonly TensorVariable[];
  run(operands: readonly NDArray[], backend: Backend): readonly NDArray[];
}

/**
 * `computation` with what only the host can compute taken out: one by one, in an order in which each can be run, and the
 * rest, which has their results for further inputs. `unplanned` are loops that cannot be part of a program.
 */
function withoutHosted(
  computation: Computation,
  unplanned: ReadonlySet<Op>,
): {
  readonly hosted: readonly Hosted[];
  readonly rest: Computation;
} {
  const { inputs, shared, outputs, updates } = computation;
  const targets = [...outputs, ...updates.map(([, v]) => v)];
  const leaves = new Set<Variable>([...inputs, ...shared]);
  const replaced = new Map<Variable, Variable>();
  const hosted: Hosted[] = [];
  for (const node of toposort(targets, leaves)) {
    if (!isHosted(node, unplanned)) continue;
    const operands = substitute(node.inputs, replaced) as TensorVariable[];
    const results = node.outputs.map((y) => y.clone() as TensorVariable);
    node.outputs.forEach((y, i) => {
      replaced.set(y, results[i] as TensorVariable);
    });
    hosted.push({ operands, results, run: runOf(node) });
  }
  if (hosted.length === 0) return { hosted, rest: computation };
  const made = substitute(targets, replaced) as TensorVariable[];
  const rest: Computation = {
    inputs: [...inputs, ...hosted.flatMap((h) => h.results)],
    shared,
    outputs: made.slice(0, outputs.length),
    updates: updates.map(([s], i) => [s, made[outputs.length + i] as TensorVariable]),
  };
  return { hosted, rest };
}

const isHosted = ({ op }: Apply, unplanned: ReadonlySet<Op>): boolean =>
  op instanceof TensorOp && op.record.host !== undefined && (!op.record.loop || unplanned.has(op));

/**
 * A plan of `computation`, less what the host must compute before it. Loops that only a last
 * resort would run whole are run by the host, too: step by step, each a program, which is quicker.
 */
export function planAround(
  given: Computation,
  backends: readonly Backend[],
): {
  readonly hosted: readonly Hosted[];
  readonly plan: Plan;
} {
  const unplanned = new Set<Op>();
  const computation = withBranches(given);
  for (;;) {
    const { hosted, rest } = withoutHosted(computation, unplanned);
    try {
      const made = plan(rest);
      const refused = refusedLoops(made.program, backends).filter((op) => !unplanned.has(op));
      if (refused.length === 0) return { hosted, plan: made };
      for (const op of refused) unplanned.add(op);
    } catch (error) {
      const loops = error instanceof NotPlanned ? loopsAround(error.node.op, computation) : [];
      if (loops.every((op) => unplanned.has(op))) throw error;
      for (const op of loops) unplanned.add(op);
    }
  }
}

/** The loops of a program that no backend can run but a last resort that is not the first, and the host can. */
const refusedLoops = ({ steps }: Program, [first, ...others]: readonly Backend[]): Op[] =>
  steps
    .filter(
      (step) =>
        step.kind === "loop" &&
        ![first, ...others.filter((b) => !b.isLastResort)].some((b) => b && refusal(b, step) === undefined),
    )
    .flatMap((step) => (step.source?.() ?? []) as readonly Apply[])
    .flatMap(({ op }) => (op instanceof TensorOp && op.record.host ? [op] : []));

/** `computation` with what only serves one outcome of a choice inside it. */
function withBranches(computation: Computation): Computation {
  const { inputs, shared, outputs, updates } = computation;
  const targets = [...outputs, ...updates.map(([, v]) => v)];
  const leaves = new Set<Variable>([...inputs, ...shared]);
  const closed = withChoicesClosed(toposort(targets, leaves), targets, leaves) as TensorVariable[];
  if (closed === targets) return computation;
  return {
    inputs,
    shared,
    outputs: closed.slice(0, outputs.length),
    updates: updates.map(([s], i) => [s, closed[outputs.length + i] as TensorVariable]),
  };
}

/** The loops of `computation` that are `op`, or have it inside. */
function loopsAround(op: Op, { outputs, updates }: Computation): Op[] {
  const isAround = (node: Apply): boolean => {
    const loop = node.op instanceof TensorOp ? node.op.record.loop?.(node) : undefined;
    return (
      loop !== undefined && (node.op === op || toposort(loop.outputs).some((n) => n.op === op || isAround(n)))
    );
  };
  return toposort([...outputs, ...updates.map(([, v]) => v)])
    .filter(isAround)
    .map((node) => node.op);
}

const runOf =
  (node: Apply): Hosted["run"] =>
  (operands, backend) =>
    (node.op as TensorOp).record.host?.(operands, node, backend) ?? [];
