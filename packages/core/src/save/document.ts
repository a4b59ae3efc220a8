import { type ErrorCode, ValueError } from "../errors.ts";

// What a saved graph looks like. Tables, whose rows are referred to by their numbers, and only by what comes later: so
// nothing can be part of itself, and a document is read from its beginning to its end, once.

/** The version of the documents that are written. Others are refused. */
export const version = 1;

/** One, several in order, several by name, or none: of each the number. */
export type Form = null | number | readonly number[] | Readonly<Record<string, number>>;

/** A tensor's dtype and which of its dimensions are broadcastable; or another type, by its name in the table of ops. */
export type TypeText = readonly [dtype: string, broadcastable: readonly boolean[]] | string;

/** Elements in row-major order, little-endian, complex numbers as pairs: here, or under a name somewhere else. */
export interface ArrayText {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly base64?: string;
  readonly stored?: string;
}

/** A shared variable; those that have one value have the number of one array. */
export interface SharedText {
  readonly type: number;
  readonly value: number;
  readonly name?: string;
}

/** What there is to know about a variable beyond what computes it. */
export interface VariableText {
  readonly type: number;
  readonly name?: string;
  /** The array that is its test value. */
  readonly test?: number;
}

/** A variable that nothing computes: an input, or, with an array, a constant. */
interface LeafText extends VariableText {
  readonly constant?: number;
}

/** A use of an op. */
interface ApplyText {
  readonly op: number;
  readonly inputs: readonly number[];
  readonly outputs: readonly VariableText[];
}

/** An op by its name in the table of ops; of a family what it is made of, as `dataText` writes it. */
export interface OpText {
  readonly define: string;
  readonly of?: readonly unknown[];
}

/**
 * A row of the table of everything that graphs are made of. Ops have numbers of their own. Variables are numbered in the
 * order in which rows bring them: an application as many as it has outputs, an op none, everything else one. The graphs
 * inside ops are in it too, before the ops.
 */
export type NodeText = LeafText | { readonly shared: number } | OpText | ApplyText;

/** An input of a function, as `In`. */
export interface InputText {
  readonly variable: number;
  readonly name: string | null;
  readonly value?: number;
  readonly update?: number;
  readonly allowDowncast?: boolean | null;
  readonly strict?: true;
  readonly implicit?: true;
  readonly borrow?: true;
}

/** A function: its outputs, and what its shared variables become. */
export interface FunctionText {
  readonly name?: string;
  readonly inputs: readonly InputText[];
  readonly outputs: Form;
  readonly updates: readonly (readonly [shared: number, variable: number])[];
  readonly allowInputDowncast?: boolean | null;
}

/** A saved graph, or saved functions. */
export interface GraphDocument {
  readonly format: "theano-ts";
  readonly version: number;
  /** The settings that the types of results depend on. */
  readonly floatX: string;
  readonly castPolicy: string;
  readonly types: readonly TypeText[];
  readonly arrays: readonly ArrayText[];
  readonly shared: readonly SharedText[];
  readonly graph: readonly NodeText[];
  /** What shared variables become after calls that say nothing else. */
  readonly defaultUpdates: readonly (readonly [shared: number, variable: number])[];
  readonly outputs?: Form;
  readonly functions?: readonly FunctionText[];
  readonly form?: Form;
}

/** A text that is no document, is cut off or contradicts itself. */
export class DocumentError extends ValueError {
  static override readonly code: ErrorCode = "bad-document";
  override name = "DocumentError";
}

/** An op that nobody has named: it cannot be saved, or a document cannot be loaded without it. */
export class UnknownOpError extends ValueError {
  static override readonly code: ErrorCode = "unknown-op";
  override name = "UnknownOpError";
}
