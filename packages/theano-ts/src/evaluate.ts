import {
  type ArrayInput,
  ancestors,
  type CompiledFunction,
  isTensor,
  type NDArray,
  noRewrites,
  type Pairs,
  type TensorVariable,
  type Variable,
} from "@theano-ts/core";
import { compile } from "./function.ts";

interface Compiled {
  readonly inputs: readonly Variable[];
  readonly run: CompiledFunction<TensorVariable>;
}

/** The functions made for a variable so far. */
const compiled = /* @__PURE__ */ new WeakMap<TensorVariable, Compiled[]>();

/**
 * The value of `output` where variables have these values: pairs, or a Map. The function made for it is kept, so that
 * evaluating again with other values of the same variables is quick. As `Variable.eval`.
 */
export function evaluate(output: TensorVariable, values: Pairs<Variable, ArrayInput> = []): NDArray {
  const pairs = [...values];
  const bad: unknown = pairs.find((pair) => !Array.isArray(pair) || pair.length !== 2);
  if (bad !== undefined)
    throw new TypeError(`eval takes pairs, as in [[x, 2]], or a Map; one of them is ${String(bad)}`);
  const inputs = pairs.map(([v]) => v);
  const known = compiled.get(output) ?? [];
  const found = known.find(
    (c) => c.inputs.length === inputs.length && c.inputs.every((v, i) => v === inputs[i]),
  );
  const run = found?.run ?? compile(inputs, output);
  if (!found) compiled.set(output, [...known, { inputs, run }]);
  return run(...pairs.map(([, value]) => value));
}

/**
 * The values of `outputs` and of every variable that they are computed from, as the graph was written, where variables
 * have these values: to see where a number goes wrong.
 */
export function evalIntermediate(
  outputs: TensorVariable | readonly TensorVariable[],
  values: Pairs<Variable, ArrayInput> = [],
): Map<TensorVariable, NDArray> {
  const pairs = [...values];
  const inputs = pairs.map(([v]) => v);
  const roots = (Array.isArray(outputs) ? outputs : [outputs]) as readonly TensorVariable[];
  const all = [...ancestors(roots, new Set(inputs))].filter(isTensor);
  const run = compile(inputs, all, { mode: noRewrites, noDefaultUpdates: true, onUnusedInput: "ignore" });
  const results = run(...pairs.map(([, value]) => value)) as readonly NDArray[];
  return new Map(all.map((v, i) => [v, results[i] as NDArray]));
}
