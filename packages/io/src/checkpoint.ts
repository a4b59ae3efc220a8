import { type NDArray, type SharedVariable, TheanoTypeError, ValueError } from "@theano-ts/core";

/** Shared variables by the names they have in files: an object, a Map, or a list of variables with names of their own. */
export type NamedShared =
  | Readonly<Record<string, SharedVariable>>
  | ReadonlyMap<string, SharedVariable>
  | readonly SharedVariable[];

/** The values that shared variables have now, by name, from any device: what there is to save of a model. */
export async function sharedValues(variables: NamedShared): Promise<Map<string, NDArray>> {
  const pairs = [...byName(variables)];
  const values = await Promise.all(pairs.map(([, variable]) => variable.getValueAsync()));
  return new Map(pairs.map(([name], i) => [name, values[i] as NDArray]));
}

/** What is allowed to differ. */
export interface RestoreOptions {
  /** Whether variables without a value keep theirs, and values without a variable are left out: no by default. */
  readonly partial?: boolean;
}

/**
 * Sets shared variables to these values. All are checked before the first is set: if one is missing, or not of its
 * variable's dtype, rank and broadcasting, a ValueError or TypeError names all that is wrong, and nothing has changed.
 */
export function setSharedValues(
  variables: NamedShared,
  values: ReadonlyMap<string, NDArray>,
  { partial = false }: RestoreOptions = {},
): void {
  const byNames = byName(variables);
  const missing = [...byNames.keys()].filter((name) => !values.has(name));
  const extra = [...values.keys()].filter((name) => !byNames.has(name));
  if (!partial && missing.length + extra.length > 0)
    throw new ValueError(
      `Cannot restore shared variables: ${[
        ...(missing.length > 0 ? [`there is no value for ${missing.join(", ")}`] : []),
        ...(extra.length > 0 ? [`no variable is given for ${extra.join(", ")}`] : []),
      ].join(", and ")}; partial: true restores what there is`,
    );
  const fitting = [...byNames].flatMap(([name, variable]) => {
    const value = values.get(name);
    return value ? [[name, variable, value] as const] : [];
  });
  const wrong = fitting.flatMap(([name, variable, value]) => problem(name, variable, value));
  if (wrong.length > 0) throw new TheanoTypeError(`Cannot restore shared variables: ${wrong.join("; ")}`);
  for (const [, variable, value] of fitting) variable.setValue(value);
}

function problem(name: string, { type }: SharedVariable, value: NDArray): string[] {
  try {
    type.filter(value, { strict: true });
    return [];
  } catch (error) {
    return [
      `${name}: ${type} does not take ${value.dtype}(${value.shape.join(", ")}): ${(error as Error).message}`,
    ];
  }
}

function byName(variables: NamedShared): Map<string, SharedVariable> {
  if (variables instanceof Map) return new Map(variables);
  if (!Array.isArray(variables)) return new Map(Object.entries(variables));
  const list = variables as readonly SharedVariable[];
  const names = new Map<string, SharedVariable>();
  for (const variable of list) {
    if (variable.name === null || names.has(variable.name))
      throw new ValueError(
        `Cannot name ${variable}: ${variable.type} in a file: ${variable.name === null ? "it has no name" : "another has its name"}; give an object of variables by name`,
      );
    names.set(variable.name, variable);
  }
  return names;
}
