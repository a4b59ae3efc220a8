import { AssertionError, IndexError, type UserError, ValueError } from "../errors.ts";
import type { Apply } from "../graph/apply.ts";
import type { TensorVariable } from "../tensor/tensorVariable.ts";

/** What did not hold, in the user's words. */
export interface Failure {
  readonly kind: "value" | "index" | "assertion";
  readonly sentence: string;
  /** What demands it. */
  readonly node: Apply | undefined;
}

/** The sizes of a variable in the call that failed; undefined where they are not known. */
export type ShapeOf = (v: TensorVariable) => readonly number[] | undefined;

/** The error that a failure is to the user, with the operation, and the types and shapes of its inputs. */
export function errorOf({ kind, sentence, node }: Failure, shapeOf: ShapeOf = () => undefined): UserError {
  const notes = node
    ? [`    node     ${node}`, ...node.inputs.map((v, i) => noteOn(v as TensorVariable, i, shapeOf))]
    : [];
  const details = { origin: node?.origin, notes };
  if (kind === "index") return new IndexError(sentence, details);
  if (kind === "assertion") return new AssertionError(sentence, details);
  return new ValueError(sentence, { ...details, code: "shape-mismatch" });
}

function noteOn(v: TensorVariable, i: number, shapeOf: ShapeOf): string {
  const shape = shapeOf(v);
  return `    input ${i}  ${v}: ${v.type}${shape ? `, shape (${shape.join(", ")})` : ""}`;
}
