import type { Backend } from "@theano-ts/kernel";
import { withFlags } from "../config.ts";
import { substitute } from "../graph/clone.ts";
import { expand } from "../graph/expand.ts";
import { FunctionGraph } from "../graph/functionGraph.ts";
import type { Variable } from "../graph/variable.ts";
import { chainOf } from "../lower/chain.ts";
import { Cell, SharedVariable } from "../tensor/shared.ts";
import type { TensorVariable } from "../tensor/tensorVariable.ts";
import type { NDArray } from "../value/ndarray.ts";
import { makeCallable } from "./callable.ts";
import { checkInputs, checkLeaves } from "./checks.ts";
import type { FunctionInputs } from "./computer.ts";
import type { In } from "./io.ts";
import { FunctionMaker } from "./maker.ts";
import { fastCompile } from "./mode.ts";
import { type OutputForm, outputForm } from "./outputs.ts";
import { asType, checkGivens, checkUpdates, type Update, withDefaultUpdates } from "./replacements.ts";
import { Runner } from "./runner.ts";
import type { BackendChoice, CompiledFunction, FunctionOutputs, FunctionSpec } from "./types.ts";
import { uniformValue } from "./uniformValue.ts";

/**
 * Makes a graph into a function, which computes `outputs` from `inputs` and then sets shared variables to their
 * `updates`. The graph is checked and planned now; code is made at the first call, when sizes are known.
 *
 * Throws: MissingInputError for a variable nobody gives a value, UnusedInputError for an input nothing depends on,
 * TypeError or ValueError for inputs, updates and givens that do not fit. As `theano.function`.
 */
export function compile<const O extends FunctionOutputs>(
  spec: FunctionSpec<O> & BackendChoice,
): CompiledFunction<O> {
  const stages = build(spec);
  for (;;) {
    const { done, value } = stages.next();
    if (done) return value as CompiledFunction<O>;
  }
}

/** How far making a function has come. */
export interface Progress {
  /** What is done next, as `rewrite: stabilize`. */
  readonly stage: string;
  /** How many stages are done, of how many. */
  readonly done: number;
  readonly of: number;
}

/** What {@link compileAsync} is told beside the function itself. */
export interface AsyncOptions {
  readonly onProgress?: (progress: Progress) => void;
  /** Ends the work, with the signal's reason, before its next stage. */
  readonly signal?: AbortSignal;
}

/** As {@link compile}, in stages between which other work of the program goes on. */
export async function compileAsync<const O extends FunctionOutputs>(
  spec: FunctionSpec<O> & BackendChoice,
  { onProgress, signal }: AsyncOptions = {},
): Promise<CompiledFunction<O>> {
  const stages = build(spec);
  for (;;) {
    signal?.throwIfAborted();
    const { done, value } = stages.next();
    if (done) return value as CompiledFunction<O>;
    onProgress?.(value as Progress);
    await new Promise((resolve) => setTimeout(resolve));
  }
}

/** Makes a function; yields before each stage. */
function* build(spec: FunctionSpec<FunctionOutputs> & BackendChoice): Generator<Progress, CompiledFunction> {
  const { mode = fastCompile, trace } = spec;
  const { phases } = mode;
  const evaluate = evaluatorOn(chainOf(spec.backend, spec.fallback).find((b) => b.isLastResort));
  const stage = (name: string, done: number): Progress => ({ stage: name, done, of: phases.length + 2 });
  yield stage("check", 0);
  const { inputs, updates, outputs, form } = quietly(() => read(spec));
  const graph = new FunctionGraph(
    inputs.flatMap(({ spec: { variable }, state }) => (state ? [] : [variable])),
    expand(outputs),
  );
  for (const [i, phase] of phases.entries()) {
    yield stage(`rewrite: ${phase.name}`, i + 1);
    quietly(() => phase.run(graph, { phases, trace, evaluate }));
  }
  yield stage("plan", phases.length + 1);
  return quietly(() => makeCallable(new FunctionMaker(spec, inputs, form, updates, graph, outputs)));
}

/** What is made of a graph while it is compiled has no test values, and nobody is warned of it. */
const quietly = <R>(body: () => R): R => withFlags({ computeTestValue: "off", warnFloat64: "ignore" }, body);

/** The parts of a function, checked. */
interface Parts {
  readonly inputs: FunctionInputs;
  readonly form: OutputForm;
  /** The shared variables that are updated. */
  readonly updates: readonly SharedVariable[];
  /** The outputs, then the values of the updates, with everything replaced. */
  readonly outputs: readonly TensorVariable[];
}

function read(spec: FunctionSpec<FunctionOutputs>): Parts {
  const ins = checkInputs(spec.inputs);
  const form = outputForm(spec.outputs);
  const given = checkGivens(spec.givens ?? [], ins, spec.rebuildStrict ?? true);
  const put = (v: TensorVariable): TensorVariable => substitute([v], given)[0] as TensorVariable;
  const explicit = checkUpdates(spec.updates ?? []);
  const count = form.variables.length;
  const replaced = substitute([...form.variables, ...explicit.map(([, v]) => v)], given) as TensorVariable[];
  const updates = withDefaultUpdates(
    replaced.slice(0, count),
    explicit.map(([s], i): Update => [s, updateFor(s, replaced[count + i] as TensorVariable)]),
    given,
    spec.noDefaultUpdates ?? false,
    new Set(ins.map((i) => i.variable)),
  );
  const own = ins.flatMap((i) => (i.update === undefined ? [] : [[i, put(updateOf(i))] as const]));
  const all = [...replaced.slice(0, count), ...updates.map(([, v]) => v), ...own.map(([, v]) => v)];
  checkLeaves(ins, all, spec);
  const inputs: FunctionInputs = ins.map((i) => ({
    spec: i,
    state: i.update === undefined ? undefined : stateOf(i),
  }));
  const states = new Map<Variable, SharedVariable>(
    inputs.flatMap(({ spec: { variable }, state }) => (state ? [[variable, state] as const] : [])),
  );
  return {
    form,
    inputs,
    updates: [
      ...updates.map(([s]) => s),
      ...own.map(([{ variable }]) => states.get(variable) as SharedVariable),
    ],
    outputs: substitute(all, states) as TensorVariable[],
  };
}

/** A replacement may have changed the dtype of what is computed from it. */
const updateFor = (s: SharedVariable, value: TensorVariable): TensorVariable =>
  asType(s, value, `update of shared variable ${s}`, "bad-update");

const updateOf = ({ variable, update }: In): TensorVariable =>
  asType(variable as TensorVariable, update as never, `update of input ${variable}`, "bad-update");

/** A shared variable of the function's own, in place of an input that is state. */
function stateOf({ variable, value }: In): SharedVariable {
  const { type, name } = variable as TensorVariable;
  return new SharedVariable(type, new Cell(type.filter(value).copy()), name);
}

/** The value of an expression without inputs: by a backend that costs nothing to compile for, if there is one. */
const evaluatorOn =
  (backend: Backend | undefined) =>
  (v: Variable): NDArray | undefined => {
    const output = v as TensorVariable;
    const known = uniformValue(output);
    if (known || !backend) return known;
    const runner = new Runner([], { inputs: [], shared: [], outputs: [output], updates: [] }, { backend });
    return runner.call([])[0] as NDArray;
  };
