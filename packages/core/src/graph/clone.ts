import { madeWhere } from "../provenance.ts";
import type { Variable } from "./variable.ts";
import { toposort } from "./walk.ts";

/**
 * `outputs` with some variables replaced, everywhere they are used; what does not depend on them is shared, not copied.
 * A replacement is taken as it is: what it is computed from is not replaced in turn.
 */
export function substitute(
  outputs: readonly Variable[],
  replacements: ReadonlyMap<Variable, Variable>,
): Variable[] {
  const memo = new Map<Variable, Variable>(replacements);
  const get = (v: Variable): Variable => memo.get(v) ?? v;
  for (const node of toposort(outputs, new Set(replacements.keys()))) {
    const inputs = node.inputs.map(get);
    const copy = madeWhere(node.origin, () => node.withInputs(inputs));
    if (copy === node) continue;
    node.outputs.forEach((v, i) => {
      if (memo.has(v)) return;
      const made = copy.outputs[i] as Variable;
      if (v.name !== null && made.name === null) made.name = v.name;
      memo.set(v, made);
    });
  }
  return outputs.map(get);
}
