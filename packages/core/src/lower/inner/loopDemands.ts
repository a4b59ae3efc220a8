import { type Expr, int } from "@theano-ts/kernel";
import * as prim from "@theano-ts/kernel/prims";
import type { Apply } from "../../graph/apply.ts";
import type { Variable } from "../../graph/variable.ts";
import type { Dims } from "../../tensor/meaning.ts";
import type { TensorVariable } from "../../tensor/tensorVariable.ts";
import type { Sizes } from "../sizes.ts";
import { loopBody } from "./loopBody.ts";

/** Demands what must hold so that no step of a loop reads beyond an array, and none changes the shape of a state. */
export function demandLoop(node: Apply, sizes: Sizes): void {
  const { loop, outputs } = sizes.inside(node, loopBody);
  const operand = (i: number): TensorVariable => node.inputs[i] as TensorVariable;
  for (const y of outputs) sizes.dims(y);
  sizes.during(node, () => {
    const steps = sizes.scalar(node.inputs[loop.steps] as Variable);
    sizes.demand(
      prim.ge(steps, int(0)),
      (valueOf) => `A loop was asked for a negative number of steps: ${valueOf(steps)}`,
      "index",
    );
    for (const source of loop.sources) {
      if (source.kind !== "row") continue;
      const x = operand(source.operand);
      const [rows] = sizes.dims(x) as readonly [Expr];
      const needed = prim.add(steps, int(source.offset));
      sizes.demand(
        prim.or(prim.ge(rows, needed), prim.le(steps, int(0))),
        (valueOf) =>
          `A loop of ${valueOf(steps)} steps needs ${valueOf(needed)} rows of ${x}, which has ${valueOf(rows)}`,
      );
    }
    for (const { initial, depth, next, label } of loop.states) {
      const x = operand(initial);
      const state = label ?? `state ${x}`;
      const [rows, ...row] = sizes.dims(x) as readonly [Expr, ...Expr[]];
      const made = sizes.dims(outputs[next] as TensorVariable);
      sizes.demand(
        prim.eq(rows, int(depth)),
        (valueOf) =>
          `Steps read ${state} of a loop up to ${depth} steps back, so its initial value must have ${depth} rows: it has ${valueOf(rows)}`,
      );
      row.forEach((n, d) => {
        sizes.same([n, made[d] as Expr], (valueOf) => {
          const shape = (dims: Dims): string => `(${dims.map(valueOf).join(", ")})`;
          return `The initial value of ${state} of a loop has shape ${shape(row)}, and a step makes ${shape(made)} of it: they must be the same`;
        });
      });
    }
  });
}
