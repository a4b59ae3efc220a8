import { type Branch as Chosen, type Expr, type Step, sameExpr } from "@theano-ts/kernel";
import * as prim from "@theano-ts/kernel/prims";
import type { Apply } from "../../graph/apply.ts";
import type { Dims } from "../../tensor/meaning.ts";
import type { TensorVariable } from "../../tensor/tensorVariable.ts";
import type { Spot } from "../expressions.ts";
import { type GraphPlanner, isZero } from "../graphPlanner.ts";
import type { InnerPlan } from "../innerPlan.ts";
import type { Sizes } from "../sizes.ts";
import { branchBody } from "./branchBody.ts";

/** How one of two graphs becomes steps; an op with a `branch` keeps it as its `plan`. */
export const branchPlan: InnerPlan = {
  kind: "inner",
  uses: (node) => node.inputs.map(() => "whole"),
  dims: branchDims,
  plan: planBranch,
};

/** The sizes of an output of a branch. Which it is, is only asked where the two differ. */
function branchDims(v: TensorVariable, node: Apply, sizes: Sizes): Dims {
  const { branch, whenTrue, whenFalse } = sizes.inside(node, branchBody);
  const [a, b] = [whenTrue, whenFalse].map((graph) => sizes.dims(graph[v.index] as TensorVariable)) as [
    Dims,
    Dims,
  ];
  return a.map((n, d) => {
    const other = b[d] as Expr;
    if (sameExpr(n, other)) return n;
    return sizes.derive(prim.select(sizes.number(node.inputs[branch.condition] as TensorVariable), n, other));
  });
}

function planBranch(node: Apply, around: GraphPlanner): void {
  const { sizes, storage, expressions } = around;
  const { branch, whenTrue, whenFalse, leaves } = sizes.inside(node, branchBody);
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
    const inside = around.inside([...wishes.keys()], new Set(leaves.keys()), (v, before) =>
      isZero(before) ? wishes.get(v)?.[0] : undefined,
    );
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
