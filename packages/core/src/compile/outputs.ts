import { TheanoTypeError } from "../errors.ts";
import { Variable } from "../graph/variable.ts";
import { asTensor } from "../tensor/constant.ts";
import { isTensor, type TensorVariable } from "../tensor/tensorVariable.ts";
import { Out } from "./io.ts";
import type { FunctionOutputs } from "./types.ts";

/** The outputs in order, and how a call's results are handed out. */
export interface OutputForm {
  readonly variables: readonly TensorVariable[];
  present(values: readonly unknown[]): unknown;
}

/** Reads one output, a list, an object by names, or none. Throws a TypeError for what is no variable. */
export function outputForm(outputs: FunctionOutputs): OutputForm {
  if (outputs === null || outputs === undefined) return { variables: [], present: () => undefined };
  if (outputs instanceof Variable || outputs instanceof Out)
    return { variables: [asOutput(outputs)], present: ([value]) => value };
  if (Array.isArray(outputs)) return { variables: outputs.map(asOutput), present: (values) => values };
  if (typeof outputs !== "object") throw refusal(outputs);
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
  throw refusal(v);
}

const refusal = (v: unknown): TheanoTypeError =>
  new TheanoTypeError(
    `Cannot use ${String(v)} as an output: outputs are variables, or Out objects around them`,
    { code: "bad-output" },
  );
