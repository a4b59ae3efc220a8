import type { Branch as Chosen, Step } from "@theano-ts/kernel";
import type { Apply } from "../graph/apply.ts";
import type { TensorVariable } from "../tensor/tensorVariable.ts";
import type { Spot } from "./expressions.ts";
import type { GraphPlanner } from "./graphPlanner.ts";

/** Makes the steps of `node`, one of two graphs, in the graph that `around` plans. */
export function planBranch(node: Apply, around: GraphPlanner): void {
  const { sizes, storage, expressions } = around;
  const { branch, whenTrue, whenFalse, leaves } = sizes.branchesOf(node);
  const condition = around.wholeOf(node.inputs[branch.condition] as TensorVariable);
  const outputs = (node.outputs as readonly TensorVariable[]).filter((v) => storage.stored.has(v));
  const rooms = outputs.map((v) => around.room(v));
  outputs.forEach((v, i) => expressions.put(v, rooms[i] as Spot));
  const reads = new Set(around.placeOf(node.inputs[branch.condition] as TensorVariable).inputs);
  const stepsOf = (graph: readonly TensorVariable[]): readonly Step[] => {
    const wishes = new Map<TensorVariable, Spot[]>();
    outputs.forEach((v, i) => {
      const value = graph[v.index] as TensorVariable;
      wishes.set(value, [...(wishes.get(value) ?? []), rooms[i] as Spot]);
    });
    const inside = around.inside([...wishes.keys()], new Set(leaves.keys()), (v) => wishes.get(v)?.[0]);
    for (const [inner, { whole }] of leaves) {
      const place = around.wholeOf(whole);
      inside.expressions.put(inner as TensorVariable, place);
      for (const x of around.placeOf(whole).inputs) reads.add(x);
    }
    inside.storeAt(wishes);
    around.checked ||= inside.checked;
    return inside.steps();
  };
  const step: Chosen = {
    kind: "branch",
    condition: { ...condition, strides: [] },
    whenTrue: stepsOf(whenTrue),
    whenFalse: stepsOf(whenFalse),
    source: () => [node],
  };
  around.schedule.addFixed(
    [step],
    [...reads],
    outputs.flatMap((v) => around.placeOf(v).inputs),
  );
}
