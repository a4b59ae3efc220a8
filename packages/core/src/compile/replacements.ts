import { type ErrorCode, TheanoTypeError, UserError, ValueError } from "../errors.ts";
import { substitute } from "../graph/clone.ts";
import { Variable } from "../graph/variable.ts";
import { graphInputs } from "../graph/walk.ts";
import { asTensor, literalDType, TensorConstant, type TensorLike } from "../tensor/constant.ts";
import { isShared, type SharedVariable } from "../tensor/shared.ts";
import { isTensor, type TensorVariable } from "../tensor/tensorVariable.ts";
import type { In } from "./io.ts";

/** A shared variable and what it becomes. */
export type Update = readonly [SharedVariable, TensorVariable];

/** The updates as variables of the right types. Throws a TypeError or ValueError for what is no update. */
export function checkUpdates(updates: Iterable<readonly [unknown, TensorLike]>): Update[] {
  const seen = new Set<unknown>();
  return pairsOf(updates, "updates").map(([s, value]) => {
    const origin = s instanceof Variable ? s.origin : undefined;
    if (!isShared(s))
      throw new TheanoTypeError(`Cannot update ${String(s)}: it is not a shared variable`, {
        origin,
        code: "bad-update",
      });
    if (seen.has(s))
      throw new ValueError(`Shared variable ${s} has two updates`, { origin, code: "duplicate-update" });
    seen.add(s);
    return [s, asType(s, value as TensorLike, `update of shared variable ${s}`, "bad-update")];
  });
}

/** What replaces which variable. With `strict` false it may be of another dtype: what uses it then is, too. */
export function checkGivens(
  givens: Iterable<readonly [unknown, TensorLike]>,
  inputs: readonly In[],
  strict: boolean,
): Map<Variable, Variable> {
  const replacements = new Map<Variable, Variable>();
  for (const [v, value] of pairsOf(givens, "givens")) {
    if (!(v instanceof Variable))
      throw new TheanoTypeError(`Cannot replace ${String(v)} through givens: it is not a variable`, {
        code: "bad-given",
      });
    if (inputs.some((i) => i.variable === v))
      throw new GivenInputError(`Cannot replace ${v} through givens: it is an input of the function`, {
        origin: v.origin,
      });
    if (!isTensor(v))
      throw new TheanoTypeError(`Cannot replace ${v}: ${v.type} through givens`, { code: "bad-given" });
    replacements.set(v, asType(v, value as TensorLike, `value given for ${v}`, "bad-given", strict));
  }
  return replacements;
}

/** Python's RuntimeError, which Theano raises here. */
class GivenInputError extends UserError {
  static override readonly code: ErrorCode = "given-input";
  override name = "RuntimeError";
}

function pairsOf(pairs: unknown, what: string): (readonly [unknown, unknown])[] {
  const list = typeof pairs === "object" && pairs !== null && Symbol.iterator in pairs ? pairs : undefined;
  if (!list)
    throw new TheanoTypeError(
      `The ${what} must be pairs, as in [[variable, value]], or a Map; got ${String(pairs)}`,
    );
  return Array.from(list as Iterable<unknown>, (pair) => {
    if (!Array.isArray(pair) || pair.length !== 2)
      throw new ValueError(
        `The ${what} must be pairs, as in [[variable, value]], or a Map; one of them is ${String(pair)}`,
      );
    return pair as unknown as readonly [unknown, unknown];
  });
}

/** `value` as a variable of the type of `like`; a plain value is converted to it. */
export function asType(
  like: TensorVariable,
  value: TensorLike,
  what: string,
  code: ErrorCode,
  strict = true,
): TensorVariable {
  if (!isTensor(value)) {
    const plain = typeof value === "number" ? literalDType(value, like.dtype) : undefined;
    if (plain === undefined || like.type.dtype === plain || typeof value === "number")
      return new TensorConstant(like.type, like.type.filter(value));
  }
  const v = asTensor(value);
  if (v.dtype === like.dtype && v.ndim === like.ndim) return v;
  if (!strict && v.ndim === like.ndim) return v;
  const remedy = v.ndim === like.ndim ? `: cast it to ${like.dtype}` : "";
  throw new TheanoTypeError(`The ${what} must be ${like.type}, but it is ${v.type}${remedy}`, {
    origin: v.origin,
    code,
  });
}

/** Shared variables whose default updates are not done, or all of them. */
export type NoDefaultUpdates = boolean | readonly Variable[];

/**
 * `updates` and the default updates of all shared variables that they and `outputs` read and that have no other, with
 * `givens` put in. Those may read further ones. Throws a TypeError for a default update of another type.
 */
export function withDefaultUpdates(
  outputs: readonly TensorVariable[],
  updates: readonly Update[],
  givens: ReadonlyMap<Variable, Variable>,
  without: NoDefaultUpdates,
  inputs: ReadonlySet<Variable>,
): Update[] {
  if (typeof without !== "boolean" && !Array.isArray(without))
    throw new TheanoTypeError(
      `noDefaultUpdates must be true, false, or a list of shared variables, not ${String(without)}`,
    );
  if (without === true) return [...updates];
  const all = [...updates];
  const settled = new Set<Variable>([
    ...updates.map(([s]) => s),
    ...(without === false ? [] : (without as readonly Variable[])),
  ]);
  let roots: readonly Variable[] = [...outputs, ...updates.map(([, v]) => v)];
  while (roots.length > 0) {
    const found = graphInputs(roots, inputs).filter(
      (v): v is SharedVariable =>
        isShared(v) && v.defaultUpdate !== null && !settled.has(v) && !inputs.has(v),
    );
    const next = found.map((s): Update => {
      settled.add(s);
      const value = asType(
        s,
        s.defaultUpdate as TensorVariable,
        `default update of shared variable ${s}`,
        "bad-update",
      );
      return [s, substitute([value], givens)[0] as TensorVariable];
    });
    all.push(...next);
    roots = next.map(([, v]) => v);
  }
  return all;
}
