import { madeWhere } from "../provenance.ts";
import type { Variable } from "./variable.ts";
import { toposort } from "./walk.ts";

/**
 * `outputs` with what is only a name for other operations written out, everywhere; `inputs` stay as they are. What the
 * user holds is not changed.
 */
export function expand(outputs: readonly Variable[], inputs: ReadonlySet<Variable> = new Set()): Variable[] {
  const made = new Map<Variable, Variable>();
  const get = (v: Variable): Variable => made.get(v) ?? v;
  for (const node of toposort(outputs, inputs)) {
    madeWhere(node.origin, () => {
      const current = node.withInputs(node.inputs.map(get));
      const found = current.op.expand?.(current);
      // What it stands for may stand for something in turn.
      const results = found ? expand(found, new Set([...inputs, ...current.inputs])) : current.outputs;
      node.outputs.forEach((v, i) => {
        const result = results[i] as Variable;
        if (result === v) return;
        if (result.name === null && result.owner) result.name = v.name;
        made.set(v, result);
      });
    });
  }
  return outputs.map(get);
}
