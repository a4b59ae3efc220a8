import { interpreter } from "@theano-ts/kernel";
import { MissingInputError, TheanoTypeError, UnusedInputError, UserError, ValueError } from "../errors.ts";
import { substitute } from "../graph/clone.ts";
import { expand } from "../graph/expand.ts";
import { FunctionGraph } from "../graph/functionGraph.ts";
import { Variable } from "../graph/variable.ts";
import { ancestors, graphInputs, toposort } from "../graph/walk.ts";
import { asTensor, isConstant, literalDType, TensorConstant, type TensorLike } from "../tensor/constant.ts";
import { isShared, type SharedVariable } from "../tensor/shared.ts";
import { isTensor, type TensorVariable } from "../tensor/tensorVariable.ts";
import type { NDArray } from "../value/ndarray.ts";
import { describe } from "./inputs.ts";
import { In, Out } from "./io.ts";
import { fastCompile } from "./mode.ts";
import { Runner } from "./runner.ts";
import type {
  Argument,
  BackendChoice,
  CompiledFunction,
  FunctionInput,
  FunctionOptions,
  FunctionOutputs,
  FunctionSpec,
} from "./types.ts";

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
  const inputs = spec.inputs.map(asIn);
  checkInputs(inputs);
  const form = outputForm(spec.outputs);
  const updates = checkUpdates(spec.updates ?? []);
  const givens = checkGivens(spec.givens ?? [], inputs);
  const replaced = substitute([...form.variables, ...updates.map(([, v]) => v)], givens) as TensorVariable[];
  checkLeaves(inputs, replaced, spec);
  const graph = new FunctionGraph(
    inputs.map((i) => i.variable),
    expand(replaced),
  );
  rewrite(graph, spec);
  const count = form.variables.length;
  const optimised = graph.outputs as readonly TensorVariable[];
  const runner = new Runner(
    inputs,
    {
      inputs: inputs.map((i) => i.variable as TensorVariable),
      shared: graphInputs(optimised)
        .filter(isShared)
        .concat(updates.map(([s]) => s))
        .filter(unique),
      outputs: optimised.slice(0, count),
      updates: updates.map(([s], i) => [s, optimised[count + i] as TensorVariable]),
    },
    spec,
  );
  return makeCallable(runner, form, spec.name ?? "", optimised) as CompiledFunction<O>;
}

/** Runs the phases of the mode. */
function rewrite(graph: FunctionGraph, { mode = fastCompile, trace }: FunctionOptions): void {
  for (const phase of mode.phases) phase.run(graph, { trace, evaluate });
}

/** The value of an expression without inputs, by the reference meaning. */
function evaluate(v: Variable): NDArray {
  const output = v as TensorVariable;
  const runner = new Runner(
    [],
    { inputs: [], shared: [], outputs: [output], updates: [] },
    { backend: interpreter },
  );
  return runner.call([])[0] as NDArray;
}

const unique = <T>(x: T, i: number, list: readonly T[]): boolean => list.indexOf(x) === i;

function asIn(input: FunctionInput): In {
  if (input instanceof In) return input;
  if (input instanceof Variable) return new In(input);
  throw new TheanoTypeError(
    `Cannot use ${String(input)} as an input: inputs are variables, or In objects around them`,
  );
}

function checkInputs(inputs: readonly In[]): void {
  const seen = new Set<Variable>();
  inputs.forEach((input, i) => {
    const v = input.variable;
    const { origin } = v;
    if (isShared(v))
      throw new TheanoTypeError(
        `Cannot use a shared variable (${v}) as explicit input: replace it by another variable through givens`,
        { origin },
      );
    if (isConstant(v)) throw new TheanoTypeError(`Cannot use the constant ${v} as an input`, { origin });
    if (!isTensor(v))
      throw new TheanoTypeError(`Cannot use ${v}: ${v.type} as an input of a compiled function`, { origin });
    if (seen.has(v))
      throw new UnusedInputError(
        `Variable ${describe(input)} is used twice in the inputs, the second time at position ${i}`,
        { origin },
      );
    seen.add(v);
  });
}

/** The outputs in order, and how a call's results are handed out. */
interface OutputForm {
  readonly variables: readonly TensorVariable[];
  present(values: readonly unknown[]): unknown;
}

function outputForm(outputs: FunctionOutputs): OutputForm {
  if (outputs === null || outputs === undefined) return { variables: [], present: () => undefined };
  if (outputs instanceof Variable || outputs instanceof Out)
    return { variables: [asOutput(outputs)], present: ([value]) => value };
  if (Array.isArray(outputs)) return { variables: outputs.map(asOutput), present: (values) => values };
  const names = Object.keys(outputs);
  return {
    variables: names.map((name) => asOutput((outputs as Record<string, unknown>)[name])),
    present: (values) => Object.fromEntries(names.map((name, i) => [name, values[i]])),
  };
}

function asOutput(output: unknown): TensorVariable {
  const v = output instanceof Out ? output.variable : output;
  if (isTensor(v)) return v;
  if (typeof v === "number" || typeof v === "boolean" || typeof v === "bigint") return asTensor(v);
  throw new TheanoTypeError(
    `Cannot use ${String(v)} as an output: outputs are variables, or Out objects around them`,
  );
}

function checkUpdates(updates: Iterable<readonly [unknown, TensorLike]>): [SharedVariable, TensorVariable][] {
  const seen = new Set<unknown>();
  return [...updates].map(([s, value]) => {
    const origin = s instanceof Variable ? s.origin : undefined;
    if (!isShared(s))
      throw new TheanoTypeError(`Cannot update ${String(s)}: it is not a shared variable`, { origin });
    if (seen.has(s)) throw new ValueError(`Shared variable ${s} has two updates`, { origin });
    seen.add(s);
    return [s, asType(s, value, `update of shared variable ${s}`)];
  });
}

function checkGivens(
  givens: Iterable<readonly [unknown, TensorLike]>,
  inputs: readonly In[],
): Map<Variable, Variable> {
  const replacements = new Map<Variable, Variable>();
  for (const [v, value] of givens) {
    if (!(v instanceof Variable))
      throw new TheanoTypeError(`Cannot replace ${String(v)} through givens: it is not a variable`);
    if (inputs.some((i) => i.variable === v))
      throw new GivenInputError(`Cannot replace ${v} through givens: it is an input of the function`, {
        origin: v.origin,
      });
    if (!isTensor(v)) throw new TheanoTypeError(`Cannot replace ${v}: ${v.type} through givens`);
    replacements.set(v, asType(v, value, `value given for ${v}`));
  }
  return replacements;
}

/** Python's RuntimeError, which Theano raises here. */
class GivenInputError extends UserError {
  override name = "RuntimeError";
}

/** `value` as a variable of the type of `like`; a plain value is converted to it. */
function asType(like: TensorVariable, value: TensorLike, what: string): TensorVariable {
  if (!isTensor(value)) {
    const plain = typeof value === "number" ? literalDType(value, like.dtype) : undefined;
    if (plain === undefined || like.type.dtype === plain || typeof value === "number")
      return new TensorConstant(like.type, like.type.filter(value));
  }
  const v = asTensor(value);
  if (v.dtype === like.dtype && v.ndim === like.ndim) return v;
  const remedy = v.ndim === like.ndim ? `: cast it to ${like.dtype}` : "";
  throw new TheanoTypeError(`The ${what} must be ${like.type}, but it is ${v.type}${remedy}`, {
    origin: v.origin,
  });
}

function checkLeaves(
  inputs: readonly In[],
  outputs: readonly TensorVariable[],
  options: FunctionOptions,
): void {
  const given = new Set<Variable>(inputs.map((i) => i.variable));
  for (const v of graphInputs(outputs, given)) {
    if (given.has(v) || isShared(v) || isConstant(v)) continue;
    const reader = toposort(outputs, given).find((node) => node.inputs.includes(v));
    throw new MissingInputError(
      `No value is given for ${v.name === null ? `a variable of ${v.type}` : `${v}: ${v.type}`}${reader ? `, which ${reader} needs` : ""}: make it an input, or replace it through givens`,
      { origin: v.origin },
    );
  }
  const how = options.onUnusedInput ?? "raise";
  if (how !== "raise" && how !== "warn" && how !== "ignore")
    throw new ValueError(`onUnusedInput must be "raise", "warn" or "ignore", not ${String(how)}`);
  if (how === "ignore") return;
  const used = ancestors(outputs, given);
  for (const input of inputs) {
    if (used.has(input.variable)) continue;
    const sentence = `Input ${describe(input)} is not used to compute any output or update`;
    if (how === "warn") console.warn(`${sentence}; onUnusedInput: "ignore" silences this`);
    else
      throw new UnusedInputError(
        `${sentence}: leave it out, or allow it with onUnusedInput: "warn" or "ignore"`,
        { origin: input.variable.origin },
      );
  }
}

function makeCallable(
  runner: Runner,
  form: OutputForm,
  name: string,
  graph: readonly Variable[],
): CompiledFunction {
  // Which form the results take is settled once: a call only asks a function for it.
  const { present } = form;
  const call = (...args: readonly Argument[]): unknown => present(runner.call(args));
  const callAsync = async (...args: readonly Argument[]): Promise<unknown> =>
    present(await runner.callAsync(args));
  const explain = (): string => {
    const lines = [`outputs: ${graph.join(", ")}`, runner.explain()];
    return lines.join("\n");
  };
  Object.defineProperty(call, "name", { value: name, configurable: true });
  return Object.assign(call, { async: callAsync, explain }) as unknown as CompiledFunction;
}
