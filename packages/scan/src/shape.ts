import {
  type Apply,
  type Dims,
  type Loop,
  type ShapeContext,
  substitute,
  type TensorOp,
  type TensorVariable,
  tensorOp,
  type Variable,
} from "@theano-ts/core";
import { constant, type Expr } from "@theano-ts/kernel";

import { rowType } from "./rowType.ts";

/** The sizes of a loop's outputs: those of a step's outputs, below the number of steps. */
export function loopShape(loop: Loop, node: Apply, context: ShapeContext): Dims[] {
  const steps = context.scalar(node.inputs[loop.steps] as Variable);
  const operand = (i: number): TensorVariable => node.inputs[i] as TensorVariable;
  const first = new Map<Variable, Variable>(
    loop.inputs.map((x, i) => {
      const source = loop.sources[i] as Loop["sources"][number];
      if (source.kind === "whole") return [x, operand(source.operand)];
      const of =
        source.kind === "row" ? source.operand : (loop.states[source.state] as { initial: number }).initial;
      return [x, anyRow.call(operand(of))];
    }),
  );
  const dims: Dims[] = [];
  const sizes = (value: number): Dims =>
    context.dims(substitute([loop.outputs[value] as TensorVariable], first)[0] as TensorVariable);
  for (const { initial, depth, trace, final } of loop.states) {
    const row = context.dims(operand(initial)).slice(1);
    dims[trace] = [steps, ...row];
    dims[final] = [constant(depth, "int32"), ...row];
  }
  for (const { value, output } of loop.traces) dims[output] = [steps, ...sizes(value)];
  if (loop.until) dims[loop.until.count] = [];
  return dims;
}

/** One of the rows of an array, of which nobody asks more than the sizes. */
const anyRow: TensorOp = /* @__PURE__ */ tensorOp({
  name: "AnyRow",
  cost: 0,
  uses: () => ["shape"],
  type: ([x]) => [rowType(x as TensorVariable)],
  shape: ([x = []]) => [x.slice(1)],
  at: (index, { inputs: [read] }) => [(read as (at: readonly Expr[]) => readonly Expr[])([zero, ...index])],
});
const zero: Expr = /* @__PURE__ */ constant(0, "int32");
