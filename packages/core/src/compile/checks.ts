import { config } from "../config.ts";
import { MissingInputError, TheanoTypeError, UnusedInputError, ValueError } from "../errors.ts";
import { Variable } from "../graph/variable.ts";
import { ancestors, graphInputs, toposort } from "../graph/walk.ts";
import { isConstant } from "../tensor/constant.ts";
import { isShared } from "../tensor/shared.ts";
import { isTensor, type TensorVariable } from "../tensor/tensorVariable.ts";
import { describe } from "./inputs.ts";
import { In } from "./io.ts";
import type { FunctionInput, FunctionOptions } from "./types.ts";

/** The inputs as `In` objects. Throws a TypeError or UnusedInputError for what cannot be an input. */
export function checkInputs(inputs: readonly FunctionInput[]): In[] {
  if (!Array.isArray(inputs))
    throw new TheanoTypeError(`The inputs must be a list, even if there is one: [${String(inputs)}]`, {
      code: "bad-input",
    });
  const seen = new Set<Variable>();
  return inputs.map(asIn).map((input, i) => {
    checkInput(input, seen, i);
    seen.add(input.variable);
    return input;
  });
}

function asIn(input: unknown): In {
  if (input instanceof In) return input;
  if (input instanceof Variable) return new In(input);
  throw new TheanoTypeError(
    `Cannot use ${String(input)} as an input: inputs are variables, or In objects around them`,
    { code: "bad-input" },
  );
}

function checkInput(input: In, seen: ReadonlySet<Variable>, i: number): void {
  const v = input.variable;
  const details = { origin: v.origin, code: "bad-input" } as const;
  if (isShared(v))
    throw new TheanoTypeError(
      `Cannot use a shared variable (${v}) as explicit input: replace it by another variable through givens`,
      details,
    );
  if (isConstant(v)) throw new TheanoTypeError(`Cannot use the constant ${v} as an input`, details);
  if (!isTensor(v))
    throw new TheanoTypeError(`Cannot use ${v}: ${v.type} as an input of a compiled function`, details);
  if (seen.has(v))
    throw new UnusedInputError(
      `Variable ${describe(input)} is used twice in the inputs, the second time at position ${i}`,
      { origin: v.origin, code: "duplicate-input" },
    );
}

/** Throws unless every input is used, or may be unused, and every variable without an owner has a value. */
export function checkLeaves(
  inputs: readonly In[],
  outputs: readonly TensorVariable[],
  { onUnusedInput: how = config.onUnusedInput }: FunctionOptions,
): void {
  if (how !== "raise" && how !== "warn" && how !== "ignore")
    throw new ValueError(`onUnusedInput must be "raise", "warn" or "ignore", not ${String(how)}`);
  const given = new Set<Variable>(inputs.map((i) => i.variable));
  if (how !== "ignore") checkUse(inputs, ancestors(outputs, given), how);
  for (const v of graphInputs(outputs, given)) {
    if (given.has(v) || isShared(v) || isConstant(v)) continue;
    const reader = toposort(outputs, given).find((node) => node.inputs.includes(v));
    throw new MissingInputError(
      `No value is given for ${v.name === null ? `a variable of ${v.type}` : `${v}: ${v.type}`}${reader ? `, which ${reader} needs` : ""}: make it an input, or replace it through givens`,
      { origin: v.origin },
    );
  }
}

function checkUse(inputs: readonly In[], used: ReadonlySet<Variable>, how: "raise" | "warn"): void {
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
