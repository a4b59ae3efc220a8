import type { Apply } from "../../graph/apply.ts";
import { substitute } from "../../graph/clone.ts";
import type { Variable } from "../../graph/variable.ts";
import { toposort } from "../../graph/walk.ts";
import { neq } from "../../ops/elemwise/comparison.ts";
import { isConstant } from "../../tensor/constant.ts";
import type { LazyChoice } from "../../tensor/meaning.ts";
import { TensorOp, tensorOp } from "../../tensor/tensorOp.ts";
import type { TensorType } from "../../tensor/tensorType.ts";
import type { TensorVariable } from "../../tensor/tensorVariable.ts";
import type { ChoicePlan } from "../innerPlan.ts";
import { branchPlan } from "./branch.ts";

/** How choices become branches; an op with a `choice` keeps it as its `plan`. */
export const choicePlan: ChoicePlan = { kind: "choice", close: closeBranches };

/**
 * `targets` with each application that chooses between operands made one of two graphs, with everything inside that only
 * serves one of them: so that it is only computed if it is chosen. What the host must compute stays outside.
 */
function closeBranches(targets: readonly Variable[], leaves: ReadonlySet<Variable>): readonly Variable[] {
  let now = targets;
  const cheap = new Set<Variable>();
  for (let node = lastChoice(now, leaves, cheap); node; node = lastChoice(now, leaves, cheap)) {
    const made = close(node, now, leaves);
    if (made) now = substitute(now, new Map(node.outputs.map((y, i) => [y, made[i] as Variable])));
    else for (const y of node.outputs) cheap.add(y);
  }
  return now;
}

const choiceOf = (node: Apply): LazyChoice | undefined =>
  node.op instanceof TensorOp ? node.op.record.choice?.(node) : undefined;

/** The choice that no other one is made from, of those that are not `cheap`. */
const lastChoice = (
  targets: readonly Variable[],
  leaves: ReadonlySet<Variable>,
  cheap: ReadonlySet<Variable>,
): Apply | undefined =>
  toposort(targets, leaves).findLast(
    (node) => choiceOf(node) !== undefined && !cheap.has(node.outputs[0] as Variable),
  );

/** What computing a scalar may cost before it is better to ask whether it is needed. In units of an addition. */
const most = 100;

/** Whether both outcomes are scalars that cost next to nothing. */
const isCheap = (node: Apply, inside: readonly ReadonlySet<Apply>[]): boolean =>
  (node.op as TensorOp).record.at !== undefined &&
  inside.every((nodes) => {
    let cost = 0;
    for (const { op, outputs } of nodes) {
      const record = op instanceof TensorOp ? op.record : undefined;
      const isScalar = outputs.every((y) => (y as TensorVariable).ndim === 0);
      if (!record?.at || record.reduces || record.checks || record.hasEffect || !isScalar) return false;
      cost += record.cost ?? 1;
    }
    return cost <= most;
  });

/** The application of one of two graphs in place of `node`; undefined if it is as well to compute both. */
function close(
  node: Apply,
  targets: readonly Variable[],
  leaves: ReadonlySet<Variable>,
): readonly Variable[] | undefined {
  const { condition, whenTrue, whenFalse } = choiceOf(node) as LazyChoice;
  const order = toposort(targets, leaves);
  const inside = [whenTrue, whenFalse].map((operands) => servesOnly(node, operands, order, targets));
  if (isCheap(node, inside)) return undefined;
  const outputs = [whenTrue, whenFalse].map((operands) =>
    operands.map((i) => node.inputs[i] as TensorVariable),
  );
  const taken = new Map<Variable, TensorVariable>();
  const take = (v: Variable, nodes: ReadonlySet<Apply>): void => {
    if (isConstant(v) || (v.owner && !leaves.has(v) && nodes.has(v.owner)) || taken.has(v)) return;
    taken.set(v, v.type.makeVariable(v.name) as TensorVariable);
  };
  inside.forEach((nodes, k) => {
    for (const n of nodes) for (const x of n.inputs) take(x, nodes);
    for (const v of outputs[k] as TensorVariable[]) take(v, nodes);
  });
  const graphs = outputs.map(
    (values) => closeBranches(substitute(values, taken), new Set(taken.values())) as TensorVariable[],
  );
  const decides = node.inputs[condition] as TensorVariable;
  const holds = decides.dtype === "bool" ? decides : (neq(decides, 0) as TensorVariable);
  const operands = [holds, ...taken.keys()] as TensorVariable[];
  const op = tensorOp({
    name: String(node.op),
    key: `branch#${node.outputs[0]?.id}`,
    type: () => node.outputs.map((y) => y.type as TensorType),
    plan: branchPlan,
    branch: () => ({
      condition: 0,
      inputs: [...taken.values()],
      operands: [...taken.keys()].map((_, i) => i + 1),
      whenTrue: graphs[0] as TensorVariable[],
      whenFalse: graphs[1] as TensorVariable[],
    }),
  });
  return op.apply(...operands);
}

/** The applications that nobody needs but `node`, for these of its operands. */
function servesOnly(
  node: Apply,
  operands: readonly number[],
  order: readonly Apply[],
  targets: readonly Variable[],
): Set<Apply> {
  const readers = new Map<Variable, [Apply, number][]>();
  for (const n of order)
    n.inputs.forEach((x, i) => {
      const list = readers.get(x);
      if (list) list.push([n, i]);
      else readers.set(x, [[n, i]]);
    });
  const wanted = new Set(targets);
  const found = new Set<Apply>();
  const serves = (y: Variable): boolean =>
    !wanted.has(y) &&
    (readers.get(y) ?? []).every(([n, i]) => found.has(n) || (n === node && operands.includes(i)));
  for (const n of order.toReversed()) {
    if (n === node || (n.op instanceof TensorOp && n.op.record.host && !n.op.record.loop)) continue;
    if (n.outputs.some((y) => readers.has(y)) && n.outputs.every(serves)) found.add(n);
  }
  return found;
}
