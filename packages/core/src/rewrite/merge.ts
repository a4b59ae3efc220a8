import type { Variable } from "../graph/variable.ts";
import { toposort } from "../graph/walk.ts";
import { madeWhere } from "../provenance.ts";
import { isConstant, type TensorConstant } from "../tensor/constant.ts";
import { contiguous } from "../value/storage.ts";
import type { Phase } from "./phase.ts";

/** Equal computations become one: common subexpressions, and constants of one value. */
export const merge: Phase = {
  name: "merge",
  run(graph) {
    const replaced = new Map<Variable, Variable>();
    const constants = new Map<string, Variable>();
    const nodes = new Map<string, readonly Variable[]>();
    const get = (v: Variable): Variable => {
      const known = replaced.get(v);
      if (known) return known;
      if (!isConstant(v)) return v;
      const key = constantKey(v);
      if (key === undefined) return v;
      const first = constants.get(key) ?? v;
      constants.set(key, first);
      replaced.set(v, first);
      return first;
    };
    let changed = false;
    for (const node of toposort(graph.outputs, new Set(graph.inputs))) {
      const inputs = node.inputs.map(get);
      const key = `${node.op.key}(${inputs.map((v) => v.id).join()})`;
      const before = node.op.hasEffect ? undefined : nodes.get(key);
      const outputs = before ?? madeWhere(node.origin, () => node.withInputs(inputs)).outputs;
      if (!before) nodes.set(key, outputs);
      node.outputs.forEach((v, i) => {
        if (outputs[i] !== v) replaced.set(v, outputs[i] as Variable);
      });
      changed ||= before !== undefined;
    }
    graph.setOutputs(graph.outputs.map(get));
    return changed;
  },
};

/** What equal small constants have in common; big ones are not compared. */
function constantKey(v: TensorConstant): string | undefined {
  if (v.data.size > 64) return undefined;
  const values = Array.from(contiguous(v.data) as ArrayLike<number | bigint>, (x) =>
    Object.is(x, -0) ? "-0" : `${x}`,
  );
  return `${v.type}:${v.data.shape}:${values}`;
}
