import { AssertionError, ValueError } from "../errors.ts";
import { substitute } from "../graph/clone.ts";
import { FunctionGraph } from "../graph/functionGraph.ts";
import type { Variable } from "../graph/variable.ts";
import { graphInputs } from "../graph/walk.ts";
import type { Computation } from "../lower/plan.ts";
import { isShared, type SharedVariable, separateCopy } from "../tensor/shared.ts";
import type { TensorVariable } from "../tensor/tensorVariable.ts";
import type { Computer, FunctionInputs } from "./computer.ts";
import type { In } from "./io.ts";
import { fastCompile, type Mode } from "./mode.ts";
import type { OutputForm } from "./outputs.ts";
import { Runner } from "./runner.ts";
import type { BackendChoice, CopyOptions, FunctionOptions } from "./types.ts";

/** One compiled program. */
export const linkProgram = (maker: FunctionMaker): Computer =>
  new Runner(maker.functionInputs, maker.computation, maker.options);

/**
 * Everything a function was made of, before and after the rewrites; enough to make it again, or another one like it.
 * As Theano's `f.maker`.
 */
export class FunctionMaker {
  readonly options: FunctionOptions & BackendChoice;
  readonly form: OutputForm;
  /** The optimised graph: its outputs are the function's, then the new values of the updated shared variables. */
  readonly fgraph: FunctionGraph;
  /** The shared variables that are updated, in the order of the last outputs of `fgraph`. */
  readonly updated: readonly SharedVariable[];
  readonly functionInputs: FunctionInputs;
  /** What the outputs of `fgraph` were before any rewrite, with everything replaced: to be saved, or compiled anew. */
  readonly written: readonly Variable[];

  constructor(
    options: FunctionOptions & BackendChoice,
    inputs: FunctionInputs,
    form: OutputForm,
    updated: readonly SharedVariable[],
    fgraph: FunctionGraph,
    written: readonly Variable[],
  ) {
    this.options = options;
    this.form = form;
    this.fgraph = fgraph;
    this.updated = updated;
    this.functionInputs = inputs;
    this.written = written;
  }

  /** The inputs, as the user gave them. */
  get inputs(): readonly In[] {
    return this.functionInputs.map(({ spec }) => spec);
  }

  /** The outputs, as the user gave them: before any replacement or rewrite. */
  get outputs(): readonly TensorVariable[] {
    return this.form.variables;
  }

  get mode(): Mode {
    return this.options.mode ?? fastCompile;
  }

  /** Every shared variable the function reads or writes, without those that are state of its own. */
  get shared(): readonly SharedVariable[] {
    const own = new Set<Variable>(this.#states);
    return this.#allShared.filter((s) => !own.has(s));
  }

  get #states(): readonly SharedVariable[] {
    return this.functionInputs.flatMap(({ state }) => (state ? [state] : []));
  }

  get #allShared(): readonly SharedVariable[] {
    return [...new Set([...graphInputs(this.fgraph.outputs).filter(isShared), ...this.updated])];
  }

  /** The optimised graph as what is to be computed. */
  get computation(): Computation {
    const { outputs, inputs } = this.fgraph;
    const count = this.form.variables.length;
    return {
      inputs: inputs as readonly TensorVariable[],
      shared: this.#allShared,
      outputs: outputs.slice(0, count) as TensorVariable[],
      updates: this.updated.map((s, i) => [s, outputs[count + i] as TensorVariable]),
    };
  }

  /** Makes what computes it. */
  link(): Computer {
    return (this.mode.linker ?? linkProgram)(this);
  }

  /**
   * The same function about other shared variables, or without its updates; the graph is not optimised again. State of
   * the function's own is copied. Throws an AssertionError for a replacement of another type, a ValueError for a
   * shared variable that does not occur.
   */
  copy({ swap = [], deleteUpdates = false, name }: CopyOptions): FunctionMaker {
    const replaced = checkSwap(swap, this.#allShared);
    const states = new Map(this.#states.map((s) => [s, separateCopy(s)]));
    const all = new Map<Variable, Variable>([...replaced, ...states]);
    const get = (s: SharedVariable): SharedVariable => (all.get(s) as SharedVariable | undefined) ?? s;
    const kept = (outputs: readonly Variable[]): Variable[] =>
      substitute(deleteUpdates ? outputs.slice(0, this.form.variables.length) : outputs, all);
    return new FunctionMaker(
      { ...this.options, name: name ?? this.options.name ?? "" },
      this.functionInputs.map(({ spec, state }) => ({ spec, state: state && get(state) })),
      this.form,
      deleteUpdates ? [] : this.updated.map(get),
      new FunctionGraph(this.fgraph.inputs, kept(this.fgraph.outputs)),
      kept(this.written),
    );
  }
}

function checkSwap(
  swap: Iterable<readonly [SharedVariable, SharedVariable]>,
  known: readonly SharedVariable[],
): Map<SharedVariable, SharedVariable> {
  const replaced = new Map<SharedVariable, SharedVariable>();
  for (const [before, now] of swap) {
    if (!isShared(now))
      throw new AssertionError(`Cannot swap ${before} for ${String(now)}: it is not a shared variable`, {
        code: "bad-swap",
      });
    if (!known.includes(before))
      throw new ValueError(
        `Cannot swap shared variable ${before}, which the function does not use: it uses ${known.join(", ") || "none"}`,
        { code: "bad-swap" },
      );
    if (!now.type.equals(before.type))
      throw new AssertionError(
        `Cannot swap shared variable ${before}: ${before.type} for ${now}: ${now.type}: the types must be the same`,
        { code: "bad-swap" },
      );
    if (known.includes(now))
      throw new ValueError(`Cannot swap ${before} for ${now}: the function uses ${now} already`, {
        code: "bad-swap",
      });
    replaced.set(before, now);
  }
  return replaced;
}
