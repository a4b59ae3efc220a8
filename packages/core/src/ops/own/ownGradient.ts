import { disconnected, type GradientTerm } from "../../graph/op.ts";
import type { OutputGradient } from "../../tensor/tensorOp.ts";
import type { TensorVariable } from "../../tensor/tensorVariable.ts";
import { floatZeros } from "../elemwise/elemwise.ts";
import type { PerformOp } from "./performOp.ts";

/** What the user's rule gives; for an output that the cost does not depend on it gets zeros. */
export function ownGradient(
  op: PerformOp,
  inputs: readonly TensorVariable[],
  outputs: readonly TensorVariable[],
  gradients: readonly OutputGradient[],
): readonly GradientTerm[] {
  const given = outputs.map((y, j): TensorVariable => {
    const g = gradients[j];
    return g === undefined || g === disconnected ? floatZeros(y) : g;
  });
  const terms = op.Lop ? op.Lop(inputs, outputs, given) : op.grad?.(inputs, given);
  return terms as readonly GradientTerm[];
}
