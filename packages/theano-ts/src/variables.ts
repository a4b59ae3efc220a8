import { config, type FloatX, TensorType, type TensorVariable, TheanoTypeError } from "@theano-ts/core";
import type { DType } from "@theano-ts/kernel";

/** Makes a variable of a dtype and rank that its name says. */
export type Constructor<D extends DType, N extends number> = (name?: string | null) => TensorVariable<D, N>;

/** Makes a variable of `config.floatX`, or of the dtype asked for. */
export interface FloatConstructor<N extends number> {
  (name?: string | null): TensorVariable<FloatX, N>;
  <D extends DType>(name: string | null, options: { readonly dtype: D }): TensorVariable<D, N>;
  <D extends DType>(options: { readonly name?: string | null; readonly dtype: D }): TensorVariable<D, N>;
  (options: { readonly name?: string | null }): TensorVariable<FloatX, N>;
}

/** Makes several variables: one for each name, or as many as asked for, without names. */
export interface Constructors<D extends DType, N extends number> {
  <const S extends readonly (string | null)[]>(
    ...names: S
  ): { -readonly [K in keyof S]: TensorVariable<D, N> };
  <const C extends number>(count: C): Repeat<TensorVariable<D, N>, C>;
}

type Repeat<X, C extends number, Made extends X[] = []> = number extends C
  ? X[]
  : Made["length"] extends C
    ? Made
    : Made["length"] extends 16
      ? X[]
      : Repeat<X, C, [...Made, X]>;

type NameOrOptions = string | null | { readonly name?: string | null; readonly dtype?: DType };

/** How many dimensions, or which of two are of size 1. */
type Shape = number | "row" | "col";

const broadcastableOf = (shape: Shape): readonly boolean[] =>
  typeof shape === "number" ? new Array<boolean>(shape).fill(false) : [shape === "row", shape === "col"];

/** What makes variables of `dtype`, or of floatX as it then is, and of this shape. */
export const constructor = <C>(dtype: DType | undefined, shape: Shape): C =>
  ((name?: NameOrOptions, options?: { readonly dtype?: DType }) => makeOne(dtype, shape, name, options)) as C;

/** The same, of several at once. */
export const constructors = <C>(dtype: DType | undefined, shape: Shape): C =>
  ((...names: readonly NameOrOptions[]) => {
    const [count] = names as readonly unknown[];
    const all =
      names.length === 1 && typeof count === "number" ? Array.from({ length: count }, () => null) : names;
    return all.map((name) => makeOne(dtype, shape, name));
  }) as C;

function makeOne(
  dtype: DType | undefined,
  shape: Shape,
  name: NameOrOptions = null,
  options: { readonly dtype?: DType } = {},
): TensorVariable {
  const given = typeof name === "object" && name !== null ? name : { ...options, name };
  if (typeof (given.name ?? "") !== "string")
    throw new TheanoTypeError(`A variable's name is a string, not ${String(given.name)}`);
  return new TensorType(given.dtype ?? dtype ?? config.floatX, broadcastableOf(shape)).makeVariable(
    given.name ?? null,
  );
}

/** A variable of any dtype and pattern of broadcastable dimensions. As `theano.tensor.tensor`. */
export const tensor = <const D extends DType, const B extends readonly boolean[]>(
  dtype: D,
  broadcastable: B,
  name: string | null = null,
): TensorVariable<D, B["length"]> => new TensorType<D, B["length"]>(dtype, broadcastable).makeVariable(name);
