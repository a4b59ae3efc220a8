import { config } from "../config.ts";
import { AssertionError, IndexError, type UserError, ValueError } from "../errors.ts";
import type { Apply } from "../graph/apply.ts";
import type { Variable } from "../graph/variable.ts";
import { userLine } from "../provenance.ts";
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
    ? [
        `    node     ${node}`,
        ...node.inputs.map((v, i) => `    input ${i}  ${described(v, shapeOf)}`),
        ...(config.exceptionVerbosity === "high"
          ? history(node, shapeOf)
          : [
              '    hint     with config.exceptionVerbosity = "high" this shows what the inputs are computed from',
            ]),
      ]
    : [];
  const details = { origin: node?.origin, notes };
  if (kind === "index") return new IndexError(sentence, details);
  if (kind === "assertion") return new AssertionError(sentence, details);
  return new ValueError(sentence, { ...details, code: "shape-mismatch" });
}

function described(v: Variable, shapeOf: ShapeOf): string {
  const shape = shapeOf(v as TensorVariable);
  return `${v}: ${v.type}${shape ? `, shape (${shape.join(", ")})` : ""}`;
}

/** How many applications {@link history} shows. */
const mostShown = 30;

/** What `node` is computed from, nearest first, each with its types, shapes and line. */
function history(node: Apply, shapeOf: ShapeOf): string[] {
  const lines: string[] = ["    computed from"];
  const seen = new Set<Apply>([node]);
  const visit = (v: Variable, depth: number): void => {
    const { owner } = v;
    const place = owner && userLine(owner.origin)?.split("\n")[0];
    const line = `${"  ".repeat(depth)}${described(v, shapeOf)}${place ? `  (${place})` : ""}`;
    if (lines.length <= mostShown) lines.push(`      ${line}${owner && seen.has(owner) ? "  as above" : ""}`);
    if (!owner || seen.has(owner)) return;
    seen.add(owner);
    for (const input of owner.inputs) visit(input, depth + 1);
  };
  for (const input of node.inputs) visit(input, 0);
  return lines;
}
