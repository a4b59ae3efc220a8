import type { Backend, DType } from "@theano-ts/kernel";
import type { Trace } from "../graph/graphRewriter.ts";
import type { Variable } from "../graph/variable.ts";
import type { TensorLike } from "../tensor/constant.ts";
import type { SharedVariable } from "../tensor/shared.ts";
import type { TensorVariable } from "../tensor/tensorVariable.ts";
import type { ArrayInput } from "../value/convert.ts";
import type { NDArray } from "../value/ndarray.ts";
import type { Computer, Profile } from "./computer.ts";
import type { In, Out } from "./io.ts";
import type { FunctionMaker } from "./maker.ts";
import type { Mode } from "./mode.ts";
import type { NoDefaultUpdates } from "./replacements.ts";

// biome-ignore lint/suspicious/noExplicitAny: a variable of whatever dtype and rank
type AnyTensor = TensorVariable<any, any>;
// biome-ignore lint/suspicious/noExplicitAny: of whatever variable
type AnyOut = Out<any>;
/** An input of a function: a variable, or an `In` around one. */
// biome-ignore lint/suspicious/noExplicitAny: of whatever variable
export type FunctionInput = Variable | In<any>;
/** An output of a function: a variable, or an `Out` around one. */
export type FunctionOutput = AnyTensor | AnyOut;
/** One output, several in order, several by name, or none. */
export type FunctionOutputs =
  | FunctionOutput
  | readonly FunctionOutput[]
  | Readonly<Record<string, FunctionOutput>>
  | null
  | undefined;

type ValueOf<O> = O extends { readonly variable: infer V }
  ? ValueOf<V>
  : O extends { readonly dtype: infer D; readonly ndim: infer N }
    ? NDArray<D & DType, N & number>
    : never;

/** What a call gives for these outputs. */
export type Results<O> = O extends readonly FunctionOutput[]
  ? { -readonly [K in keyof O]: ValueOf<O[K]> }
  : O extends FunctionOutput
    ? ValueOf<O>
    : O extends null | undefined
      ? undefined
      : { -readonly [K in keyof O]: ValueOf<O[K]> };

/** Pairs keyed by variables: an array of pairs, or a Map. */
export type Pairs<K, V> = Iterable<readonly [K, V]>;
/** Shared variables and their new values. */
// biome-ignore lint/suspicious/noExplicitAny: of whatever dtype and rank
export type Updates = Pairs<SharedVariable<any, any>, TensorLike>;
/** Variables and what to put in their place. */
export type Givens = Pairs<Variable, TensorLike>;

/** What a function can be told beside its inputs and outputs. */
export interface FunctionOptions {
  /** New values for shared variables, all computed from the values before the call. */
  readonly updates?: Updates;
  /** Variables to be replaced, in outputs and updates, by others or by values. */
  readonly givens?: Givens;
  /** Which rewrites are done: by default only those of `fastCompile`, so that no rule weighs on a bundle that names none. */
  readonly mode?: Mode;
  /** Told of every rewrite: which rule, at which node, and what came of it. */
  readonly trace?: Trace;
  readonly name?: string;
  /** What to do about an input that nothing depends on: "raise" by default. */
  readonly onUnusedInput?: "raise" | "warn" | "ignore";
  /** For all inputs that do not say it themselves. */
  readonly allowInputDowncast?: boolean | null;
  /** Leave the default updates of shared variables out: of all, or of these. */
  readonly noDefaultUpdates?: NoDefaultUpdates;
  /** Whether givens must be of the dtype of what they replace, true by default; else they are cast. */
  readonly rebuildStrict?: boolean;
  /** Further methods, which its copies have too: each is a function of the function, and of what it is called with. */
  readonly methods?: FunctionMethods;
}

/** Methods that a function is to have beside its own, by name. */
export type FunctionMethods = Readonly<Record<string, (f: CompiledFunction, ...args: never[]) => unknown>>;

/** What a copy of a function can have different. */
export interface CopyOptions {
  /** Other shared variables, of the same types, for those it has: pairs, or a Map. */
  // biome-ignore lint/suspicious/noExplicitAny: of whatever dtype and rank
  readonly swap?: Pairs<SharedVariable<any, any>, SharedVariable<any, any>>;
  /** Whether the copy changes no shared variable. */
  readonly deleteUpdates?: boolean;
  /** Theano's permission to share memory for intermediate values; all functions do. */
  readonly shareMemory?: boolean;
  readonly name?: string;
}

/** A function as one object. */
export interface FunctionSpec<O> extends FunctionOptions {
  readonly inputs: readonly FunctionInput[];
  readonly outputs?: O;
}

/** What runs a function. */
export interface BackendChoice {
  /** What runs it. */
  readonly backend: Backend;
  /** What runs the steps that `backend` refuses: by default what the backend itself names. */
  readonly fallback?: Backend;
  /** Whether it is an error, in a call, if `backend` refuses anything. */
  readonly strict?: boolean;
}

/** What may be passed in a call: a value for an input, or, last, an object of values by name. */
export type Argument = ArrayInput | Readonly<Record<string, ArrayInput>>;

/** A graph made into a function. */
export interface CompiledFunction<O = FunctionOutputs> {
  /** Computes the outputs and does the updates. Throws, with nothing changed, if an argument does not fit. */
  (...args: readonly Argument[]): Results<O>;
  /**
   * The same on any backend, also on one that answers later. Calls are made in their order; arrays that are passed must
   * not change until the answer is there.
   */
  async(...args: readonly Argument[]): Promise<Results<O>>;
  readonly name: string;
  /** The default of an input, or its state if it has an update; else what the last call gave it. By variable or name. */
  get(input: Variable | string): NDArray;
  /** Sets the default, or the state, of an input. Throws a TypeError if `value` does not fit. */
  set(input: Variable | string, value: ArrayInput): void;
  /** The same function with other shared variables, or without updates; nothing is optimised again. */
  copy(options?: CopyOptions): CompiledFunction<O>;
  /** Gives back the memory, and the code, that is only kept so that the next call is quick. */
  free(): void;
  /** The shared variables that it reads or writes. */
  getShared(): readonly SharedVariable[];
  /** Take arguments unchecked: they must be NDArrays of exactly the inputs' types. */
  trustInput: boolean;
  /** Where the time of the calls went, of a function that was made to look. */
  readonly profile: Profile | undefined;
  /** What it was made of. */
  readonly maker: FunctionMaker;
  /** What computes it. */
  readonly computer: Computer;
}
