import { ValueError } from "../errors.ts";
import { Variable } from "../graph/variable.ts";
import { graphInputs } from "../graph/walk.ts";
import { isConstant } from "../tensor/constant.ts";
import { isShared, type SharedVariable } from "../tensor/shared.ts";
import { isTensor, type TensorVariable } from "../tensor/tensorVariable.ts";
import { formOf, fromForm, type OneOrMore } from "./form.ts";
import { GraphReader, type LoadOptions } from "./graphReader.ts";
import { GraphWriter, type SaveOptions } from "./graphWriter.ts";

/** What graphs are saved of: one output, a list, or an object of them. */
export type SavedOutputs = OneOrMore<Variable>;

/**
 * The graph that computes `outputs`, as JSON: with its inputs, constants (bit for bit) and shared variables, their values
 * as they are now, and what they become after calls by themselves. Whatever device has the values, none is mentioned.
 *
 * Throws an UnknownOpError for an op that is not in `ops`, and whatever its `made` throws.
 */
export function graphToJson(outputs: SavedOutputs, options: SaveOptions = {}): string {
  const writer = new GraphWriter(options);
  const form = formOf(
    outputs,
    (x): x is Variable => x instanceof Variable,
    (v) => writer.variable(v),
    "a variable",
  );
  return JSON.stringify({ ...writer.finish(), outputs: form });
}

/** A graph that was loaded. */
export interface LoadedGraph<O> {
  /** In the form in which they were saved. */
  readonly outputs: O;
  /** The variables that nothing computes and that have no value. */
  readonly inputs: readonly TensorVariable[];
  /** The shared variables, each once. */
  readonly shared: readonly SharedVariable[];
  /** The input or shared variable of this name. Throws a ValueError if there is none, or several. */
  get(name: string): TensorVariable;
}

/**
 * The graph that `json` (a text, or what JSON.parse made of one) was saved from, of new variables. Nothing in it is run,
 * and nothing is loaded but what `ops` names.
 *
 * Throws a DocumentError for what is no document, an UnknownOpError for an op that is not in `ops`.
 */
export function graphFromJson<O = TensorVariable>(json: unknown, options: LoadOptions = {}): LoadedGraph<O> {
  const reader = new GraphReader(json, options);
  const roots: TensorVariable[] = [];
  const outputs = fromForm(reader.fields.get("outputs"), (i) => {
    roots.push(reader.tensor(i, "outputs"));
    return roots.at(-1) as TensorVariable;
  }) as O;
  const { shared } = reader;
  const further = shared.flatMap((s) => s.defaultUpdate ?? []);
  const inputs = graphInputs([...roots, ...further]).filter(
    (v): v is TensorVariable => isTensor(v) && !isShared(v) && !isConstant(v),
  );
  return {
    outputs,
    inputs,
    shared,
    get(name) {
      const found = [...inputs, ...shared].filter((v) => v.name === name);
      if (found.length === 1) return found[0] as TensorVariable;
      throw new ValueError(
        `The graph has ${found.length === 0 ? "no" : found.length} inputs or shared variables named ${name}: it has ${[...inputs, ...shared].join(", ") || "none"}`,
      );
    },
  };
}
