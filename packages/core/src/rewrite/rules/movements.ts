import type { Apply } from "../../graph/apply.ts";
import type { Variable } from "../../graph/variable.ts";
import { subtensorEntries } from "../../ops/index/subtensor.ts";
import { dimshuffle, dimshuffleOp, type ShuffleOrder } from "../../ops/shape/dimshuffle.ts";
import { reshapeOp } from "../../ops/shape/reshape.ts";
import { makeVectorOp, shapeIOp, shapeOp } from "../../ops/shape/shape.ts";
import { isConstant, knownInteger } from "../../tensor/constant.ts";
import type { TensorVariable } from "../../tensor/tensorVariable.ts";
import type { Rule } from "../rule.ts";

/** A rule whose result, if there is one, must be of the type of what it replaces. */
const movement = (text: string, find: (node: Apply) => TensorVariable | undefined): Rule => ({
  text,
  root: undefined,
  apply(node) {
    const made = find(node);
    return made?.type.equals((node.outputs[0] as TensorVariable).type) ? [made] : undefined;
  },
});

const operand = (node: Apply): TensorVariable => node.inputs[0] as TensorVariable;

/** What moves nothing, and two shuffles in a row. Theano's `local_useless_…` of the same ops. */
export const uselessMovements = (): readonly Rule[] => [
  movement("x.dimshuffle(0, 1, …) → x", (node) => {
    const order = shuffleOrder(node);
    const x = operand(node);
    return order?.length === x?.ndim && order.every((d, i) => d === i) ? x : undefined;
  }),
  movement("x.dimshuffle(…).dimshuffle(…) → x.dimshuffle(…)", (node) => {
    const order = shuffleOrder(node);
    const inner = order && operand(node).owner;
    const before = inner && shuffleOrder(inner);
    if (!before) return undefined;
    return dimshuffle(operand(inner), ...order.map((d) => (d === "x" ? d : (before[d] as number | "x"))));
  }),
  movement("x[0:x.shape[0]] → x", (node) => {
    const x = operand(node);
    const isWhole = subtensorEntries(node.op)?.every((entry, d) => {
      if ("integer" in entry) return false;
      const [start, stop, step] = [entry.start, entry.stop, entry.step].map(
        (place) => place && (node.inputs[1 + place.input] as TensorVariable),
      );
      return (
        (!start || knownInteger(start) === 0) &&
        (!step || knownInteger(step) === 1) &&
        (!stop || isSize(stop, x, d))
      );
    });
    return isWhole ? x : undefined;
  }),
  movement("x.reshape(x.shape) → x", (node) => {
    const made = node.op.made?.();
    const x = operand(node);
    if (made?.by !== reshapeOp || made.of[0] !== x.ndim) return undefined;
    const { owner } = node.inputs[1] as TensorVariable;
    if (owner?.op === shapeOp) return owner.inputs[0] === x ? x : undefined;
    if (owner?.op.made?.()?.by !== makeVectorOp) return undefined;
    return owner.inputs.every((size, d) => isSize(size, x, d)) ? x : undefined;
  }),
];

/** The order of a shuffle; undefined for other applications. */
function shuffleOrder({ op }: Apply): ShuffleOrder | undefined {
  const made = op.made?.();
  return made?.by === dimshuffleOp ? (made.of[1] as ShuffleOrder) : undefined;
}

/** Whether `v` is the size of dimension `d` of `x`. */
function isSize(v: Variable, x: TensorVariable, d: number): boolean {
  const { owner } = v;
  if (!owner) return false;
  const made = owner.op.made?.();
  if (made?.by === shapeIOp) return made.of[0] === d && owner.inputs[0] === x;
  const [entry, more] = subtensorEntries(owner.op) ?? [];
  if (!entry || more || !("integer" in entry)) return false;
  const [sizes, place] = [owner.inputs[0], owner.inputs[1 + entry.integer]] as [
    TensorVariable,
    TensorVariable,
  ];
  const at = isConstant(place) ? knownInteger(place) : undefined;
  return sizes.owner?.op === shapeOp && sizes.owner.inputs[0] === x && (at === d || at === d - x.ndim);
}
