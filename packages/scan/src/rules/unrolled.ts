import {
  type Apply,
  type GraphRewriter,
  knownInteger,
  type Loop,
  stack,
  substitute,
  subtensor,
  type TensorVariable,
  type Variable,
} from "@theano-ts/core";
import { fit } from "../fit.ts";
import type { LoopOp } from "../loopOp.ts";
import { isElementwiseLoop } from "./elementwise.ts";
import { inSteps } from "./insideLoops.ts";
import { loopPhase } from "./loopPhase.ts";

/**
 * In the steps of another loop, elementwise loops of a few steps, known in number, are written out: with what is around
 * them they can become one kernel. On their own they are as fast as they would be written out, and their gradients faster.
 */
export const unrolled: GraphRewriter = /* @__PURE__ */ inSteps("unrolled loops", () => [here]);

/** Loops of at most so many steps are written out. */
const most = 3;

const here: GraphRewriter = /* @__PURE__ */ loopPhase("unrolled loops", (node, { isRead }) => {
  const { loop } = node.op as LoopOp;
  const count = knownInteger(node.inputs[loop.steps] as Variable);
  if (count === undefined || count < 1 || count > most || loop.until || !isElementwiseLoop(loop))
    return undefined;
  const steps = new Steps(node, count);
  const made = new Map<Variable, Variable>();
  const give = (output: number, rows: () => readonly TensorVariable[]): void => {
    const v = node.outputs[output] as TensorVariable;
    if (isRead(v)) made.set(v, fit(stack(rows()), v.type));
  };
  loop.states.forEach(({ depth, trace, final }, s) => {
    const range = (from: number, n: number): TensorVariable[] =>
      Array.from({ length: n }, (_, i) => steps.state(s, from + i));
    give(trace, () => range(0, count));
    give(final, () => range(count - depth, depth));
  });
  for (const { value, output } of loop.traces) give(output, () => steps.all(value));
  return made;
});

/** The steps of a loop, each over what those before it made. */
class Steps {
  readonly #node: Apply;
  readonly #loop: Loop;
  /** For each step its outputs. */
  readonly #made: (readonly TensorVariable[])[] = [];

  constructor(node: Apply, count: number) {
    this.#node = node;
    this.#loop = (node.op as LoopOp).loop;
    const { inputs, outputs } = this.#loop;
    for (let t = 0; t < count; t++) {
      const given = inputs.map((x, i) => [x, fit(this.#input(i, t, count), x.type)] as const);
      const made = substitute(outputs, new Map<Variable, Variable>(given)) as TensorVariable[];
      this.#made.push(made.map((y, i) => fit(y, (outputs[i] as TensorVariable).type)));
    }
  }

  /** What an output of the step was in each. */
  all(value: number): TensorVariable[] {
    return this.#made.map((made) => made[value] as TensorVariable);
  }

  /** A state after step `t`; before the first if that is negative. */
  state(s: number, t: number): TensorVariable {
    const { initial, depth, next } = this.#loop.states[s] as Loop["states"][number];
    return t < 0 ? this.#row(initial, depth + t) : (this.#made[t]?.[next] as TensorVariable);
  }

  #input(i: number, t: number, count: number): TensorVariable {
    const source = this.#loop.sources[i] as Loop["sources"][number];
    if (source.kind === "state") return this.state(source.state, t - source.back);
    if (source.kind === "whole") return this.#node.inputs[source.operand] as TensorVariable;
    return this.#row(source.operand, (source.backwards ? count - 1 - t : t) + source.offset);
  }

  #row(operand: number, at: number): TensorVariable {
    return subtensor(this.#node.inputs[operand] as TensorVariable, at) as TensorVariable;
  }
}
