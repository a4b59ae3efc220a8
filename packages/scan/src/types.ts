import type { Dec, Inc, Mode, TensorLike, TensorVariable } from "@theano-ts/core";
import type { OutputSpec } from "./outputs.ts";
import type { SequenceSpec } from "./sequences.ts";

// biome-ignore lint/suspicious/noExplicitAny: of whatever dtype and rank
type Any = TensorVariable<any, any>;
type OneSequence = TensorLike | SequenceSpec;
type OneOutput = TensorLike | OutputSpec | null;

/** One sequence, or several. */
export type Sequences = OneSequence | readonly OneSequence[] | null;
/** What is known of the outputs: of one, or of each. */
export type OutputsInfo = OneOutput | readonly OneOutput[];
/** What steps take as it is: one, or several. */
export type NonSequences = TensorLike | readonly TensorLike[] | null;

/** What `scan` is told beside the step. */
export interface ScanOptions<S extends Sequences, O extends OutputsInfo, N extends NonSequences> {
  /** Arrays that are gone through row by row, from the first or, of `{ input, taps }`, from the first that has all taps. */
  readonly sequences?: S;
  /**
   * How each output begins, if steps read it again: its value before the first step, or `{ initial, taps }`, where
   * `initial` has the rows before the first step; null for an output that they do not read.
   */
  readonly outputsInfo?: O;
  /** What steps take as it is. */
  readonly nonSequences?: N;
  /** How many steps there are at most. */
  readonly nSteps?: number | bigint | Any | null;
  /** How many steps back gradients go; all if it is -1. */
  readonly truncateGradient?: number;
  /** Whether sequences are gone through from their last row to their first. */
  readonly goBackwards?: boolean;
  /** What the loop prints as: `for{cpu,name}`. */
  readonly name?: string | null;
  /** Whether shared variables that the step uses must be in `nonSequences`. */
  readonly strict?: boolean;
  /** Theano's mode of the step; it is compiled as a part of the function here. */
  readonly mode?: Mode | string | null;
  /** Theano's profile of the step; that of the function has it here. */
  readonly profile?: boolean | string;
  /** Theano's permission to free memory between steps; memory is planned here. */
  readonly allowGc?: boolean | null;
}

/** The options of any loop. */
export type ScanArguments = ScanOptions<Sequences, OutputsInfo, NonSequences>;

/** `x` as a list of types. */
type List<X> = X extends null | undefined ? [] : X extends readonly unknown[] ? X : [X];

/** What steps get, in Theano's order: rows of sequences, former outputs, then the rest as it is. */
export type StepArguments<S, O, N> = [...Rows<List<S>>, ...Formers<List<O>>, ...Wholes<List<N>>];

type Rows<S extends readonly unknown[]> = S extends readonly [infer X, ...infer Rest]
  ? [...RowsOf<X>, ...Rows<Rest>]
  : S extends readonly []
    ? []
    : Any[];
type RowsOf<X> = X extends { readonly input: infer I; readonly taps: infer T }
  ? ForEach<T, Elem<I>>
  : X extends { readonly input: infer I }
    ? [Elem<I>]
    : [Elem<X>];

type Formers<O extends readonly unknown[]> = O extends readonly [infer X, ...infer Rest]
  ? [...FormersOf<X>, ...Formers<Rest>]
  : O extends readonly []
    ? []
    : Any[];
type FormersOf<X> = X extends null
  ? []
  : X extends { readonly initial: infer I; readonly taps: infer T }
    ? T extends -1 | readonly [-1] | null | undefined
      ? [Like<I>]
      : ForEach<T, Elem<I>>
    : X extends { readonly initial: infer I }
      ? [Like<I>]
      : X extends TensorLike
        ? [Like<X>]
        : [];

type Wholes<N extends readonly unknown[]> = { -readonly [K in keyof N]: Like<N[K]> };

/** One `V` for each of the taps `T`. */
type ForEach<T, V> = T extends readonly unknown[]
  ? number extends T["length"]
    ? V[]
    : { -readonly [K in keyof T]: V }
  : [V];

/** A variable like a row of `X`. */
type Elem<X> = X extends Any ? TensorVariable<X["dtype"], Dec<X["ndim"]>> : Any;
/** `X` as steps see it whole. */
type Like<X> = X extends Any ? TensorVariable<X["dtype"], X["ndim"]> : Any;

/** The outputs of a loop whose steps return `R`. */
export type ScanOutputs<R, L extends boolean = false> = Form<OutputsOf<R>, L>;

type Form<O extends readonly unknown[], L> = number extends O["length"]
  ? // biome-ignore lint/suspicious/noExplicitAny: nobody knows how many there are
    any
  : L extends true
    ? Stacked<O>
    : O extends readonly []
      ? null
      : O extends readonly [infer X]
        ? Stack<X>
        : Stacked<O>;
type Stacked<O extends readonly unknown[]> = { -readonly [K in keyof O]: Stack<O[K]> };
type Stack<X> = X extends Any ? TensorVariable<X["dtype"], Inc<X["ndim"]>> : never;

/** The outputs of the last step of such a loop. */
export type LastOutputs<R> =
  OutputsOf<R> extends infer O extends readonly unknown[]
    ? number extends O["length"]
      ? // biome-ignore lint/suspicious/noExplicitAny: nobody knows how many there are
        any
      : O extends readonly [infer X]
        ? Like<X>
        : { -readonly [K in keyof O]: Like<O[K]> }
    : never;

/** What of a step's result are outputs, as a list. */
type OutputsOf<R> = R extends Any
  ? [R]
  : R extends ReadonlyMap<unknown, unknown>
    ? []
    : R extends readonly Any[]
      ? R
      : R extends readonly [infer O, ...infer _Rest]
        ? O extends Any
          ? [O]
          : O extends readonly Any[]
            ? O
            : []
        : readonly Any[];
