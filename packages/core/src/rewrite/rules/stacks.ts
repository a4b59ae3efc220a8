import type { Apply } from "../../graph/apply.ts";
import { type Entry, type SymbolicIndex, subtensor, subtensorEntries } from "../../ops/index/subtensor.ts";
import { dimshuffle, dimshuffleOp, type ShuffleOrder } from "../../ops/shape/dimshuffle.ts";
import { joinOp } from "../../ops/shape/join.ts";
import { makeVectorOp } from "../../ops/shape/shape.ts";
import { isConstant, knownInteger } from "../../tensor/constant.ts";
import type { TensorVariable } from "../../tensor/tensorVariable.ts";
import { slice } from "../../value/slice.ts";
import type { Rule } from "../rule.ts";

/** One of several arrays that are stacked is that array. Theano's `local_subtensor_make_vector`, of any rank. */
export const rowsOfStacks: Rule = {
  text: "stack(x, y, …)[i] → the i-th of them",
  root: undefined,
  apply(node) {
    const [first, ...others] = subtensorEntries(node.op) ?? [];
    if (!first || !("integer" in first)) return undefined;
    const input = (at: number): TensorVariable => node.inputs[1 + at] as TensorVariable;
    const place = input(first.integer);
    const at = isConstant(place) ? knownInteger(place) : undefined;
    const rows = rowsOf((node.inputs[0] as TensorVariable).owner);
    const row = at === undefined ? undefined : rows?.at(at);
    if (!row) return undefined;
    const made =
      others.length === 0 ? row : (subtensor(row, ...others.map((e) => itemOf(e, input))) as TensorVariable);
    return made.type.equals((node.outputs[0] as TensorVariable).type) ? [made] : undefined;
  },
};

/** The arrays that `owner` stacks. */
function rowsOf(owner: Apply | null): readonly TensorVariable[] | undefined {
  if (!owner) return undefined;
  const inputs = owner.inputs as readonly TensorVariable[];
  if (owner.op.made?.()?.by === makeVectorOp) return inputs;
  const [axis, ...parts] = inputs;
  if (owner.op !== joinOp || !axis || knownInteger(axis) !== 0 || !parts.every((p) => p.broadcastable[0]))
    return undefined;
  return parts.map(onlyRow);
}

/** The only row of `x`, which is what was given a new first dimension where that is all that was done. */
function onlyRow(x: TensorVariable): TensorVariable {
  const made = x.owner?.op.made?.();
  if (x.owner && made?.by === dimshuffleOp) {
    const [row] = x.owner.inputs as readonly [TensorVariable];
    const [first, ...rest] = made.of[1] as ShuffleOrder;
    if (first === "x" && rest.length === row.ndim && rest.every((d, i) => d === i)) return row;
  }
  return dimshuffle(x, ...Array.from({ length: x.ndim - 1 }, (_, d) => d + 1)) as TensorVariable;
}

function itemOf(entry: Entry, input: (at: number) => TensorVariable): SymbolicIndex {
  if ("integer" in entry) return input(entry.integer);
  const { start, stop, step } = entry;
  return slice(start && input(start.input), stop && input(stop.input), step && input(step.input));
}
