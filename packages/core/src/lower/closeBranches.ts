import type { Apply } from "../graph/apply.ts";
import { substitute } from "../graph/clone.ts";
import type { Variable } from "../graph/variable.ts";
import { toposort } from "../graph/walk.ts";
import { neq } from "../ops/elemwise/comparison.ts";
import { isConstant } from "../tensor/constant.ts";
import type { LazyChoice } from "../tensor/meaning.ts";
import { TensorOp, tensorOp } from "../tensor/tensorOp.ts";
import type { TensorType } from "../tensor/tensorType.ts";
import type { TensorVariable } from "../tensor/tensorVariable.ts";

/**
 * `targets` with each application that chooses between operands made one of two graphs, with everything inside that only
 * serves one of them: so that it is only computed if it is chosen. What the host must compute stays outside.
 */
export function closeBranches(
  targets: readonly Variable[],
  leaves: ReadonlySet<Variable>,
): readonly Variable[] {
  let now = targets;
  for (let node = lastChoice(now, leaves); node; node = lastChoice(now, leaves)) {
    const made = close(node, now, leaves);
    now = substitute(now, new Map(node.outputs.map((y, i) => [y, made[i] as Variable])));
  }
  return now;
}

const choiceOf = (node: Apply): LazyChoice | undefined =>
  node.op instanceof TensorOp ? node.op.record.choice?.(node) : undefined;

/** The choice that no other one is made from, if there is one. */
const lastChoice = (targets: readonly Variable[], leaves: ReadonlySet<Variable>): Apply | undefined =>
  toposort(targets, leaves).findLast((node) => choiceOf(node) !== undefined);

function close(
  node: Apply,
  targets: readonly Variable[],
  leaves: ReadonlySet<Variable>,
): readonly Variable[] {
  const { condition, whenTrue, whenFalse } = choiceOf(node) as LazyChoice;
  const order = toposort(targets, leaves);
  const inside = [whenTrue, whenFalse].map((operands) => servesOnly(node, operands, order, targets));
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
    shape: () => [],
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
