import type { Carry, Expr, Reducer, RoutineArray } from "@theano-ts/kernel";
import type { Variable } from "../graph/variable.ts";
import type { TensorVariable } from "./tensorVariable.ts";

/** One number as expressions: itself, or the real and the imaginary part of a complex one. */
export type Parts = readonly Expr[];

/** The element of an operand at these coordinates (int32). */
export type Reader = (at: readonly Expr[]) => Parts;

/** The sizes of an array's dimensions, over the sizes that are known when a function is called. */
export type Dims = readonly Expr[];

/** What a shape rule may ask. */
export interface ShapeContext {
  /** The value of an integer scalar that shapes depend on: an int32 over sizes. */
  scalar(v: Variable): Expr;
  /** The value of a scalar that shapes depend on, in its own dtype: over sizes. */
  number(v: Variable): Expr;
  /**
   * The elements of an integer vector that shapes depend on, such as the shape given to reshape. Without `length` it must
   * be known when the function is built how many there are; with it, that is demanded when called.
   */
  elements(v: Variable, length?: number): readonly Expr[];
  /** The sizes of any operand. */
  dims(v: Variable): Dims;
  /** Demands, before the function runs, that `holds` is true; else a ValueError with this sentence. */
  demand(
    holds: Expr,
    sentence: (valueOf: (e: Expr) => number) => string,
    kind?: "value" | "index" | "assertion",
  ): void;
  /** Has a function say this sentence on the console, once, after sizes for which `holds` is not true. */
  warn(holds: Expr, sentence: (valueOf: (e: Expr) => number) => string): void;
  /** Demands that sizes are equal, and gives one for all: the same object for sizes once found equal. */
  same(sizes: readonly Expr[], what: (valueOf: (e: Expr) => number) => string): Expr;
}

/** What a meaning may ask, beside its operands' elements. */
export interface ValueContext extends ShapeContext {
  /** One for each operand. */
  readonly inputs: readonly Reader[];
  /** The sizes of each output. */
  readonly outputs: readonly Dims[];
}

/**
 * A part of an output that has a formula of its own: elements `start + step·i` along each dimension, for i below
 * `size`. Parts are written in order, later ones over earlier ones.
 */
export interface Piece {
  readonly start: readonly Expr[];
  readonly step: readonly Expr[];
  readonly size: Dims;
  /** Whether no other part covers an element of this one: then parts of the same sizes are made in one loop. */
  readonly apart?: boolean;
  at(index: readonly Expr[]): Parts;
}

/** A loop along one axis whose steps need the one before; see the kernel of that name. */
export interface Fold {
  readonly axis: number;
  readonly carries: readonly Carry[];
  init(at: readonly Expr[]): Parts;
  /** The carries after the step at these coordinates. */
  next(at: readonly Expr[]): Parts;
  /** For each output, from the carries after the step. */
  outputs(at: readonly Expr[]): readonly Parts[];
}

/** Writes of values at computed places over a copy of an operand. */
export interface Scatter {
  /** The array to begin with. */
  base(at: readonly Expr[]): Parts;
  readonly domain: Dims;
  at(index: readonly Expr[]): readonly Expr[];
  value(index: readonly Expr[]): Parts;
  readonly combine?: Reducer;
}

/** What elements that are known only when a program runs must fulfil: all of `domain`, before anything is changed. */
export interface RunCheck {
  readonly domain: Dims;
  /** A bool. */
  holds(at: readonly Expr[]): Expr;
  /** What the user reads if it does not hold. */
  readonly sentence: string;
  readonly kind: "value" | "index" | "assertion";
}

/** What has no formula: plain code over whole arrays. */
export interface Routine {
  readonly name: string;
  reference(inputs: readonly RoutineArray[], outputs: readonly RoutineArray[]): void;
}

/** A graph that is applied step after step: each reads rows of arrays, and what the steps before it made. */
export interface Loop {
  /** Which operand says how many steps: a scalar of integers. */
  readonly steps: number;
  /** One step, over variables that are its own. */
  readonly inputs: readonly TensorVariable[];
  readonly outputs: readonly TensorVariable[];
  /** Where each of `inputs` comes from. */
  readonly sources: readonly LoopSource[];
  readonly states: readonly LoopState[];
  /** Which inner output is kept of every step as which output of the node, [steps, …row]; of values that are no state. */
  readonly traces: readonly { readonly value: number; readonly output: number }[];
  /** The inner output, a bool scalar, after whose first true the loop ends; and the output that counts the steps (int64). */
  readonly until?: { readonly value: number; readonly count: number };
}

/** Where a step finds one of its inputs. */
export type LoopSource =
  | { readonly kind: "whole"; readonly operand: number }
  /** Row t + offset of the operand at step t; backwards: row steps - 1 - t + offset. */
  | {
      readonly kind: "row";
      readonly operand: number;
      readonly offset: number;
      readonly backwards: boolean;
    }
  /** What a state was `back` steps ago: 1 is the step before. */
  | { readonly kind: "state"; readonly state: number; readonly back: number };

/** A value that steps hand on to those after them. */
export interface LoopState {
  /** The operand with the rows before the first step, oldest first: [depth, …row]. */
  readonly initial: number;
  readonly depth: number;
  /** The inner output that is its next value. */
  readonly next: number;
  /** The output with the row of each step, [steps, …row]. */
  readonly trace: number;
  /** The output with the last `depth` rows, initial ones included if there were fewer steps. */
  readonly final: number;
  /** What errors call it. */
  readonly label?: string;
}

/**
 * How programs are made of an op with graphs inside: `loopPlan` or `choicePlan`. The op keeps it, so that bundles without
 * such ops do without.
 */
export interface OpPlan {
  readonly kind: "inner" | "choice";
}

/** Operands of which only some are computed: those that a scalar chooses. As many for each outcome as there are outputs. */
export interface LazyChoice {
  /** Which operand decides: whether it is not 0. */
  readonly condition: number;
  readonly whenTrue: readonly number[];
  readonly whenFalse: readonly number[];
}

/** Two graphs over the same inputs, of which one is computed. */
export interface Branch {
  /** Which operand decides: a bool scalar. */
  readonly condition: number;
  /** Variables of the graphs' own, and which operand each of them is. */
  readonly inputs: readonly TensorVariable[];
  readonly operands: readonly number[];
  readonly whenTrue: readonly TensorVariable[];
  readonly whenFalse: readonly TensorVariable[];
}

/** How an operand is used, so that the planner knows what to compute at all and what to store. */
export type Use =
  /** Each element once or, if the operand is stretched, repeatedly, close to where it is needed. */
  | "elements"
  /** Many times over, in an order that a backend arranges: worth storing. */
  | "stored"
  /** As an array in memory, row-major. */
  | "whole"
  /** Only through `scalar` or `elements`, for sizes and places. */
  | "size"
  /** Only its shape. */
  | "shape";
