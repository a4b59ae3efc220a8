import { compile } from "../compile/compile.ts";
import { In } from "../compile/io.ts";
import type { Mode } from "../compile/mode.ts";
import type { BackendChoice, CompiledFunction, FunctionOptions } from "../compile/types.ts";
import { withFlags } from "../config.ts";
import { UserError } from "../errors.ts";
import { substitute } from "../graph/clone.ts";
import type { Variable } from "../graph/variable.ts";
import type { SharedVariable } from "../tensor/shared.ts";
import type { TensorVariable } from "../tensor/tensorVariable.ts";
import type { NDArray } from "../value/ndarray.ts";
import { DocumentError, type Form, type FunctionText, type InputText } from "./document.ts";
import { choice, fields, flag, list, name, row } from "./fields.ts";
import { formOf, fromForm, type OneOrMore } from "./form.ts";
import { GraphReader, type LoadOptions } from "./graphReader.ts";
import { GraphWriter, type SaveOptions } from "./graphWriter.ts";

// biome-ignore lint/suspicious/noExplicitAny: a function of whatever outputs
type AnyFunction = CompiledFunction<any>;

/**
 * A compiled function, a list or an object of them, as JSON: the graph as it was before any rewrite, with givens put in,
 * inputs with their defaults and states, updates, and shared variables with their values as they are now. What functions
 * share they share again when they are loaded.
 *
 * Throws as `graphToJson`.
 */
export function functionToJson(functions: OneOrMore<AnyFunction>, options: SaveOptions = {}): string {
  const writer = new GraphWriter(options);
  const texts: FunctionText[] = [];
  const form = formOf(functions, isCompiled, (f) => texts.push(functionText(f, writer)) - 1, "a function");
  return JSON.stringify({ ...writer.finish(), functions: texts, form });
}

const isCompiled = (x: unknown): x is AnyFunction => typeof x === "function" && "maker" in x;

function functionText(f: AnyFunction, writer: GraphWriter): FunctionText {
  const { maker } = f;
  const { functionInputs, form, options, updated } = maker;
  const states = new Map<Variable, Variable>(
    functionInputs.flatMap(({ spec, state }) => (state ? [[state, spec.variable] as const] : [])),
  );
  const written = substitute(maker.written, states).map((v) => writer.variable(v));
  const count = form.variables.length;
  const updates = updated.map((s, i) => [s, written[count + i] as number] as const);
  const inputs = functionInputs.map(({ spec, state }): InputText => {
    const update = updates.find(([s]) => s === state)?.[1];
    return {
      variable: writer.variable(spec.variable),
      name: spec.name,
      ...(spec.value === undefined ? {} : { value: writer.array(f.get(spec.variable)) }),
      ...(update === undefined ? {} : { update }),
      ...(spec.allowDowncast === undefined ? {} : { allowDowncast: spec.allowDowncast }),
      ...(spec.strict ? { strict: true } : {}),
      ...(spec.implicit ? { implicit: true } : {}),
      ...(spec.borrow ? { borrow: true } : {}),
    };
  });
  const { name: title, allowInputDowncast } = options;
  return {
    ...(title ? { name: title } : {}),
    inputs,
    outputs: (form.present(written.slice(0, count)) ?? null) as Form,
    updates: updates.flatMap(([s, v]) => (states.has(s) ? [] : [[writer.shared(s), v] as const])),
    ...(allowInputDowncast === undefined ? {} : { allowInputDowncast }),
  };
}

/** What runs a function that was loaded: nothing of that is in a document. */
export interface LoadFunctionOptions extends LoadOptions, BackendChoice, Pick<FunctionOptions, "methods"> {
  /** Which rewrites are done, as of `compile`. */
  readonly mode?: Mode;
}

/**
 * The functions that `json` (a text, or what JSON.parse made of one) was saved from, in the form in which they were,
 * compiled anew for this backend.
 *
 * Throws a DocumentError for what is no document, an UnknownOpError for an op that is not in `ops`.
 */
export function functionFromJson<F = CompiledFunction>(json: unknown, options: LoadFunctionOptions): F {
  const reader = new GraphReader(json, options);
  const table = list(reader.fields.get("functions"), "functions");
  const made = table.map((_, i) => {
    try {
      return withFlags(reader.flags, () => compiled(table[i], `function ${i}`, reader, options));
    } catch (error) {
      if (error instanceof UserError) throw error;
      throw new DocumentError(`Cannot compile function ${i}: ${(error as Error).message}`);
    }
  });
  return fromForm(reader.fields.get("form"), (i) => row(made, i, "form")) as F;
}

function compiled(
  x: unknown,
  where: string,
  reader: GraphReader,
  { backend, fallback, mode, methods }: LoadFunctionOptions,
): AnyFunction {
  const text = fields(x, where);
  const title = name(text.get("name"), where);
  const allowInputDowncast = choice(text.get("allowInputDowncast"), where);
  const outputs = fromForm(text.get("outputs"), (i) => reader.tensor(i, `${where}, outputs`));
  return compile({
    inputs: list(text.get("inputs"), where).map((input, i) =>
      readInput(input, `${where}, input ${i}`, reader),
    ),
    ...(outputs === undefined ? {} : { outputs: outputs as OneOrMore<TensorVariable> }),
    updates: list(text.get("updates"), where).map((pair) => reader.pair(pair, `${where}, updates`)) as [
      SharedVariable,
      TensorVariable,
    ][],
    // Those that it has are among its updates already.
    noDefaultUpdates: true,
    onUnusedInput: "ignore",
    ...(title === null ? {} : { name: title }),
    ...(allowInputDowncast === undefined ? {} : { allowInputDowncast }),
    backend,
    ...(fallback ? { fallback } : {}),
    ...(mode ? { mode } : {}),
    ...(methods ? { methods } : {}),
  });
}

function readInput(x: unknown, where: string, reader: GraphReader): In {
  const input = fields(x, where);
  const value: NDArray | undefined = input.has("value") ? reader.array(input.get("value"), where) : undefined;
  const update = input.has("update") ? reader.tensor(input.get("update"), where) : undefined;
  const allowDowncast = choice(input.get("allowDowncast"), where);
  return new In(reader.tensor(input.get("variable"), where), {
    name: name(input.get("name"), where),
    strict: flag(input.get("strict"), where),
    implicit: flag(input.get("implicit"), where),
    borrow: flag(input.get("borrow"), where),
    ...(value === undefined ? {} : { value }),
    ...(update === undefined ? {} : { update }),
    ...(allowDowncast === undefined ? {} : { allowDowncast }),
  });
}
