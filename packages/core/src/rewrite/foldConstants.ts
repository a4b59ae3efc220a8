import type { Variable } from "../graph/variable.ts";
import { toposort } from "../graph/walk.ts";
import { isConstant, TensorConstant } from "../tensor/constant.ts";
import { TensorOp } from "../tensor/tensorOp.ts";
import { isTensor } from "../tensor/tensorVariable.ts";
import type { Phase } from "./phase.ts";

/** Constants bigger than this are not computed when a function is built: they may be dearer to keep than to make. */
const biggest = 4096;

/** What depends on constants alone becomes one, computed by the reference meaning. */
export const foldConstants: Phase = {
  name: "fold constants",
  run(graph, { evaluate, trace }) {
    const replaced = new Map<Variable, Variable>();
    const get = (v: Variable): Variable => replaced.get(v) ?? v;
    let changed = false;
    for (const node of toposort(graph.outputs, new Set(graph.inputs))) {
      const inputs = node.inputs.map(get);
      const current = node.withInputs(inputs);
      const folds =
        inputs.length > 0 &&
        inputs.every((v) => isConstant(v) && v.data.size <= biggest) &&
        current.op instanceof TensorOp &&
        !current.op.hasEffect &&
        // What takes sizes can be big however small its operands are.
        (current.op.record.uses?.(current) ?? []).every((use) => use === "elements" || use === "stored");
      node.outputs.forEach((v, i) => {
        let made = current.outputs[i] as Variable;
        const data = folds ? evaluate(made) : undefined;
        if (data && isTensor(made)) {
          made = new TensorConstant(made.type, data);
          changed = true;
          trace?.({
            phase: "fold constants",
            rule: "f(constants) → constant",
            before: String(current),
            after: String(made),
            replaced: [[current.outputs[i] as Variable, made]],
          });
        }
        if (made !== v) replaced.set(v, made);
      });
    }
    graph.setOutputs(graph.outputs.map(get));
    return changed;
  },
};
