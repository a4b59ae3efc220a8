import type { Expr, RoutineArray } from "@theano-ts/kernel";
import * as prim from "@theano-ts/kernel/prims";
import { ValueError } from "../../errors.ts";
import { opFamily } from "../../graph/family.ts";
import { NullGradient } from "../../graph/op.ts";
import { asTensor, type TensorLike } from "../../tensor/constant.ts";
import type { SoleDType } from "../../tensor/signatures.ts";
import { type TensorOp, tensorOp } from "../../tensor/tensorOp.ts";
import { tensorType } from "../../tensor/tensorType.ts";
import type { TensorVariable } from "../../tensor/tensorVariable.ts";
import { neq } from "../elemwise/comparison.ts";
import { sum } from "../reduce/sum.ts";
import { flatten } from "../shape/reshape.ts";
import { subtensor } from "./subtensor.ts";

/**
 * The coordinates of a mask's true elements in row-major order, a vector for each dimension: as many as `count` says.
 * The mask covers the dimensions from `axis` on of the second input.
 */
export const trueAtOp: (ndim: number, axis: number) => TensorOp = /* @__PURE__ */ opFamily((ndim, axis) =>
  tensorOp({
    name: "Nonzero",
    params: { ndim, axis },
    uses: () => ["stored", "shape", "size"],
    type: () => Array.from({ length: ndim }, () => tensorType("int64", 1)),
    shape([mask = [], whole = []], context, node) {
      mask.forEach((n, d) => {
        context.demand(
          prim.eq(n, whole[axis + d] as Expr),
          (valueOf) =>
            `Cannot use a mask of shape (${mask.map(valueOf).join(", ")}) on ${node.inputs[1]}, of shape (${whole.map(valueOf).join(", ")})`,
          "index",
        );
      });
      const count = context.scalar(node.inputs[2] as TensorVariable);
      return Array.from({ length: ndim }, () => [count]);
    },
    routine: () => ({ name: "nonzero", reference: writeTrue }),
    grad: (inputs) => inputs.map(() => new NullGradient("places do not move smoothly with what is there")),
  }),
);

function writeTrue([mask]: readonly RoutineArray[], outputs: readonly RoutineArray[]): void {
  const { data, shape } = mask as RoutineArray;
  let next = 0;
  data.forEach((holds, place) => {
    if (!holds) return;
    let rest = place;
    for (let d = shape.length - 1; d >= 0; d--) {
      const size = shape[d] as number;
      ((outputs[d] as RoutineArray).data as BigInt64Array)[next] = BigInt(rest % size);
      rest = Math.floor(rest / size);
    }
    next++;
  });
}

/** The coordinates of the true elements of `mask`, which covers the dimensions from `axis` on of `whole`. */
export const trueAt = (
  mask: TensorVariable,
  whole: TensorVariable,
  axis: number,
): readonly TensorVariable[] => trueAtOp(mask.ndim, axis).apply(mask, whole, sum(mask));

/**
 * Where the elements of `x` are not 0: an int64 vector of coordinates for each dimension, in row-major order.
 * Throws a ValueError for a scalar. As `theano.tensor.nonzero`.
 */
export function nonzero(x: TensorLike): readonly TensorVariable<"int64", 1>[] {
  const input = asTensor(x);
  if (input.ndim === 0)
    throw new ValueError(`Cannot take nonzero of ${input}: ${input.type}: a scalar has no coordinates`);
  const mask = input.dtype === "bool" ? input : neq(input, 0);
  return trueAt(mask, mask, 0) as readonly TensorVariable<"int64", 1>[];
}

/** The positions of the elements of `x` that are not 0, of all elements in a row. As `theano.tensor.flatnonzero`. */
export function flatnonzero(x: TensorLike): TensorVariable<"int64", 1> {
  const input = asTensor(x);
  if (input.ndim === 0)
    throw new ValueError(`Cannot take flatnonzero of ${input}: ${input.type}: it is a scalar`);
  return nonzero(flatten(input))[0] as TensorVariable<"int64", 1>;
}

/** The elements of `x` that are not 0, in a row. As `theano.tensor.nonzero_values`. */
export function nonzeroValues<X extends TensorLike>(x: X): TensorVariable<SoleDType<X>, 1> {
  const input = asTensor(x);
  return subtensor(flatten(input), flatnonzero(input)) as TensorVariable as TensorVariable<SoleDType<X>, 1>;
}
