import { type TensorVariable, TheanoTypeError, ValueError, Variable } from "@theano-ts/core";
import { DisconnectedType, NullType } from "./types.ts";

/** An op made of a graph, as an override: what it gives for its operands takes the place of a rule. */
export interface OverridingOp {
  apply(...operands: TensorVariable[]): readonly Variable[];
}

/**
 * In place of one rule: "default" for the one derived from the graph, a function, an op made of a graph, or a variable of
 * NullType or DisconnectedType.
 */
export type Override<F> = "default" | F | OverridingOp | Variable;

type Tensors = readonly TensorVariable[];

/** In place of all gradients, a function that gives all of them; or one override for each input. */
export type GradOverrides =
  | Override<(inputs: Tensors, outputGradients: Tensors) => readonly Variable[]>
  | readonly Override<(inputs: Tensors, outputGradients: Tensors) => Variable>[];

/** As `GradOverrides`, of functions that are also given the outputs. */
export type LopOverrides =
  | Override<(inputs: Tensors, outputs: Tensors, outputGradients: Tensors) => readonly Variable[]>
  | readonly Override<(inputs: Tensors, outputs: Tensors, outputGradients: Tensors) => Variable>[];

/** In place of all directional derivatives, a function that gives all of them; or one override for each output. */
export type RopOverrides =
  | Override<(inputs: Tensors, directions: Tensors) => readonly Variable[]>
  | readonly Override<(inputs: Tensors, directions: Tensors) => Variable>[];

/** Any of the three, as it is applied. */
export type Overrides = GradOverrides | LopOverrides | RopOverrides;

/** What an override is of: for messages, and to fill in what it leaves to the default. */
export interface Overridden {
  readonly what: string;
  /** How many terms it must give; `optional` further ones are the default's if it gives none. */
  readonly count: number;
  readonly optional: number;
  /** The derived rule's terms. */
  defaults(): readonly unknown[];
}

/** What is to take the place of each term; `args` are what an override function is given. */
export function overridden(overrides: Overrides, args: readonly Tensors[], of: Overridden): unknown[] {
  if (overrides === "default") return [...of.defaults()];
  const given = Array.isArray(overrides)
    ? overrides.map((o, i) => single(o as Single, args, of, i))
    : whole(overrides as Whole, args, of);
  const { what, count, optional } = of;
  if (given.length !== count && given.length !== count + optional)
    throw new ValueError(`The override of the ${what} must give ${count} terms, and gives ${given.length}`);
  const rest = given.length === of.count ? of.defaults().slice(of.count) : [];
  return [...given, ...rest];
}

type Single = Override<(...args: readonly Tensors[]) => Variable>;
type Whole = Exclude<Override<(...args: readonly Tensors[]) => readonly Variable[]>, "default">;

function single(override: Single, args: readonly Tensors[], of: Overridden, i: number): unknown {
  if (override === "default") return of.defaults()[i];
  if (override instanceof Variable) return mark(override, of);
  if (typeof override === "function") return override(...args);
  return applied(override, args, of)[0];
}

function whole(override: Whole, args: readonly Tensors[], of: Overridden): readonly unknown[] {
  if (override instanceof Variable) return Array(of.count).fill(mark(override, of));
  if (typeof override !== "function") return applied(override, args, of);
  const terms: unknown = override(...args);
  if (!Array.isArray(terms))
    throw new TheanoTypeError(`The override of the ${of.what} must give a list, not ${String(terms)}`);
  return terms;
}

function applied(override: unknown, args: readonly Tensors[], of: Overridden): readonly Variable[] {
  const { apply } = (override ?? {}) as Partial<OverridingOp>;
  if (typeof apply === "function") return (override as OverridingOp).apply(...args.flat());
  throw new TheanoTypeError(
    `An override of the ${of.what} is "default", a function, an OpFromGraph, or a variable of NullType or DisconnectedType, not ${String(override)}`,
  );
}

/** A variable that stands for there being no derivative. */
function mark(v: Variable, { what }: Overridden): Variable {
  if (v.type instanceof NullType || v.type instanceof DisconnectedType) return v;
  throw new ValueError(
    `A variable that overrides the ${what} must be of NullType or DisconnectedType, not ${v.type}`,
  );
}

/** Whether an override says that input `i` is disconnected. */
export const isCutOff = (overrides: Overrides, i: number): boolean => {
  const own: unknown = Array.isArray(overrides) ? overrides[i] : overrides;
  return own instanceof Variable && own.type instanceof DisconnectedType;
};

/** Whether the rule of input `i` is the derived one. */
export const isDefault = (overrides: Overrides, i: number): boolean =>
  (Array.isArray(overrides) ? (overrides[i] ?? "default") : overrides) === "default";
