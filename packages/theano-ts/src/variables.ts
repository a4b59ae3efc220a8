import { config, type FloatX, TensorType, type TensorVariable, TheanoTypeError } from "@theano-ts/core";
import type { DType } from "@theano-ts/kernel";

/** For each dimension, whether it is declared to have size 1: what Theano's names of types stand for. */
const patterns = {
  scalar: [],
  vector: [false],
  matrix: [false, false],
  row: [true, false],
  col: [false, true],
  tensor3: [false, false, false],
  tensor4: [false, false, false, false],
  tensor5: [false, false, false, false, false],
} as const;

/** Theano's letters for dtypes. */
const letters = {
  b: "int8",
  w: "int16",
  i: "int32",
  l: "int64",
  f: "float32",
  d: "float64",
  c: "complex64",
  z: "complex128",
} as const;

/** How the names are in the plural. */
const plurals = {
  scalar: "scalars",
  vector: "vectors",
  matrix: "matrices",
  row: "rows",
  col: "cols",
  tensor3: "tensor3s",
  tensor4: "tensor4s",
  tensor5: "tensor5s",
} as const;

type Letters = typeof letters;
type Patterns = typeof patterns;
type Plurals = typeof plurals;
type Name = keyof Patterns;

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

/** Every constructor by its Theano name. */
export type VariableConstructors = {
  readonly [P in Name]: FloatConstructor<Patterns[P]["length"]>;
} & {
  readonly [P in Name as Plurals[P]]: Constructors<FloatX, Patterns[P]["length"]>;
} & {
  readonly [K in `${keyof Letters}${Name}`]: K extends `${infer L extends keyof Letters}${infer P extends Name}`
    ? Constructor<Letters[L], Patterns[P]["length"]>
    : never;
} & {
  readonly [K in `${keyof Letters}${Plurals[Name]}`]: K extends `${infer L extends keyof Letters}${infer S extends Plurals[Name]}`
    ? Constructors<Letters[L], RankOfPlural<S>>
    : never;
};

type RankOfPlural<S> = { [P in Name]: Plurals[P] extends S ? Patterns[P]["length"] : never }[Name];

type NameOrOptions = string | null | { readonly name?: string | null; readonly dtype?: DType };

/** `scalar` … `tensor5`, the same with a letter for the dtype in front (`dmatrix`), and their plurals (`dmatrices`). */
export const variableConstructors: VariableConstructors = /* @__PURE__ */ Object.fromEntries(
  (Object.keys(patterns) as Name[]).flatMap((shape) => {
    const pattern = patterns[shape];
    const fixed = (["", ...Object.keys(letters)] as ("" | keyof Letters)[]).flatMap((letter) => {
      // floatX is looked up when a variable is made, not when the program starts.
      const dtype = (): DType => (letter === "" ? config.floatX : letters[letter]);
      const one = (name?: NameOrOptions, options?: { dtype?: DType }) =>
        makeOne(dtype, pattern, name, options);
      const several = (...names: readonly NameOrOptions[]) => makeSeveral((name) => one(name), names);
      return [
        [`${letter}${shape}`, one],
        [`${letter}${plurals[shape]}`, several],
      ];
    });
    return fixed;
  }),
);

function makeOne(
  dtype: () => DType,
  pattern: readonly boolean[],
  name: NameOrOptions = null,
  options: { dtype?: DType } = {},
): TensorVariable {
  const given = typeof name === "object" && name !== null ? name : { ...options, name };
  if (typeof (given.name ?? "") !== "string")
    throw new TheanoTypeError(`A variable's name is a string, not ${String(given.name)}`);
  return new TensorType(given.dtype ?? dtype(), pattern).makeVariable(given.name ?? null);
}

function makeSeveral(
  one: (name: string | null) => TensorVariable,
  names: readonly unknown[],
): TensorVariable[] {
  const [count] = names;
  if (names.length === 1 && typeof count === "number") return Array.from({ length: count }, () => one(null));
  return names.map((name) => one(name as string | null));
}

/** A variable of any dtype and pattern of broadcastable dimensions. As `theano.tensor.tensor`. */
export const tensor = <const D extends DType, const B extends readonly boolean[]>(
  dtype: D,
  broadcastable: B,
  name: string | null = null,
): TensorVariable<D, B["length"]> => new TensorType<D, B["length"]>(dtype, broadcastable).makeVariable(name);
