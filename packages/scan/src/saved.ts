import {
  type Apply,
  type Loop,
  TensorOp,
  type TensorVariable,
  toposort,
  type Variable,
} from "@theano-ts/core";

/**
 * Which values of a step are worth keeping for another loop over the same steps that needs `wanted`: those that are dear
 * to compute, products and reductions and draws. Where a few of them only serve one sum, the sum is kept in their place.
 * What is cheap is computed again; so are loops in the step, whose rows would need more room than anything else.
 */
export function worthSaving(
  { inputs, outputs, sources }: Loop,
  wanted: readonly TensorVariable[],
): TensorVariable[] {
  const made = new Set<Variable>([...inputs, ...outputs]);
  const forward = new Set(toposort(outputs, new Set(inputs)));
  const order = toposort(wanted, made);
  const readers = readersOf(order, wanted);
  const changing = new Set<Variable>(inputs.filter((_, i) => sources[i]?.kind !== "whole"));
  for (const node of forward)
    if (node.inputs.some((x) => changing.has(x))) for (const y of node.outputs) changing.add(y);
  const saved = new Set<Variable>();
  for (const node of order) {
    if (!forward.has(node)) continue;
    if (isDear(node)) {
      for (const y of node.outputs) if (changing.has(y) && readers.has(y)) saved.add(y);
      continue;
    }
    const [sum] = node.outputs as readonly TensorVariable[];
    const terms = node.inputs.filter((x) => saved.has(x)) as TensorVariable[];
    if (!sum || terms.length === 0 || !isCheap(node)) continue;
    const servesOnly = terms.every(
      (x) => readers.get(x)?.size === 1 && readers.get(x)?.has(node) && isAsLarge(x, sum),
    );
    if (!servesOnly) continue;
    for (const x of terms) saved.delete(x);
    saved.add(sum);
  }
  return [...saved] as TensorVariable[];
}

function readersOf(
  order: readonly Apply[],
  wanted: readonly TensorVariable[],
): Map<Variable, Set<Apply | undefined>> {
  const readers = new Map<Variable, Set<Apply | undefined>>();
  const note = (x: Variable, node: Apply | undefined): void => {
    const found = readers.get(x);
    if (found) found.add(node);
    else readers.set(x, new Set([node]));
  };
  for (const node of order) for (const x of node.inputs) note(x, node);
  for (const v of wanted) note(v, undefined);
  return readers;
}

function isDear({ op }: Apply): boolean {
  if (!(op instanceof TensorOp)) return false;
  const { reduces, standalone, routine } = op.record;
  return reduces === true || standalone === true || routine !== undefined;
}

/** Whether it is arithmetic, element by element: not worth anything that is kept for its sake. */
const isCheap = ({ op, outputs }: Apply): boolean =>
  op instanceof TensorOp && op.record.at !== undefined && (op.record.cost ?? 1) <= 1 && outputs.length === 1;

/** Whether `sum` has as many elements as its term `x`, and no larger ones. */
const isAsLarge = (x: TensorVariable, sum: TensorVariable): boolean =>
  x.dtype === sum.dtype &&
  x.ndim === sum.ndim &&
  x.broadcastable.every((one, d) => one === sum.broadcastable[d]);
