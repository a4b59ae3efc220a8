import type { Loop } from "@theano-ts/core";
import { type Apply, madeWhere, type TensorVariable, toposort, type Variable } from "@theano-ts/core";
import { leafName } from "./graphKey.ts";

/**
 * `values`, in which what a step of `loop` computes anyway is that very variable: rules for gradients write what they need
 * of the forward direction anew, `tanh(x)` say, and what the steps made can only be read if it is known again.
 */
export function recognize(values: readonly TensorVariable[], { inputs, outputs }: Loop): TensorVariable[] {
  const nameOf = (v: Variable): string => (v.owner ? `v${v.id}` : leafName(v));
  const keyOf = (node: Apply, from: readonly Variable[]): string =>
    `${node.op.key}(${from.map(nameOf).join()})`;
  const leaves = new Set<Variable>(inputs);
  const forward = toposort(outputs, leaves);
  const known = new Map<string, Apply>();
  for (const node of forward) {
    const key = keyOf(node, node.inputs);
    if (!node.op.hasEffect && !known.has(key)) known.set(key, node);
  }
  const made = new Map<Variable, Variable>();
  const get = (v: Variable): Variable => made.get(v) ?? v;
  const own = new Set(forward);
  for (const node of toposort(values, leaves)) {
    if (own.has(node)) continue;
    const from = node.inputs.map(get);
    const same = known.get(keyOf(node, from)) ?? madeWhere(node.origin, () => node.withInputs(from));
    if (same !== node) node.outputs.forEach((y, i) => made.set(y, same.outputs[i] as Variable));
  }
  return values.map(get) as TensorVariable[];
}
