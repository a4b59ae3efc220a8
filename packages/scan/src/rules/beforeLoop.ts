import { type Apply, add, slice, subtensor, type TensorVariable, type Variable } from "@theano-ts/core";
import type { LoopOp } from "../loopOp.ts";

/** What the steps of a loop read that is there before the loop begins. */
export class BeforeLoop {
  readonly #node: Apply;
  /** Inputs of a step that are the same in all, by what they are taken from. */
  readonly wholes: ReadonlyMap<Variable, TensorVariable>;
  /** Inputs of a step that are rows. */
  readonly rows: ReadonlySet<Variable>;

  constructor(node: Apply) {
    this.#node = node;
    const { inputs, sources } = (node.op as LoopOp).loop;
    const wholes = new Map<Variable, TensorVariable>();
    const rows = new Set<Variable>();
    sources.forEach((source, i) => {
      const inner = inputs[i] as Variable;
      if (source.kind === "whole") wholes.set(inner, node.inputs[source.operand] as TensorVariable);
      else if (source.kind === "row") rows.add(inner);
    });
    this.wholes = wholes;
    this.rows = rows;
  }

  /** The rows that an input is, in the order of the steps. */
  inOrder(inner: Variable): TensorVariable {
    const { loop } = this.#node.op as LoopOp;
    const source = loop.sources[loop.inputs.indexOf(inner as TensorVariable)];
    if (source?.kind !== "row") throw new Error("internal: an input that is no row");
    const steps = this.#node.inputs[loop.steps] as TensorVariable;
    const operand = this.#node.inputs[source.operand] as TensorVariable;
    const seen = subtensor(operand, slice(source.offset, add(steps, source.offset))) as TensorVariable;
    return source.backwards ? (subtensor(seen, slice(null, null, -1)) as TensorVariable) : seen;
  }
}
