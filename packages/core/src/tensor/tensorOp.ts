import type { Backend, Expr } from "@theano-ts/kernel";
import { Apply } from "../graph/apply.ts";
import { type disconnected, type GradientTerm, Op } from "../graph/op.ts";
import type { Variable } from "../graph/variable.ts";
import type { NDArray } from "../value/ndarray.ts";
import type {
  Branch,
  Dims,
  Fold,
  LazyChoice,
  Loop,
  OpPlan,
  Parts,
  Piece,
  Routine,
  RunCheck,
  Scatter,
  ShapeContext,
  Use,
  ValueContext,
} from "./meaning.ts";
import type { TensorType } from "./tensorType.ts";
import type { TensorVariable } from "./tensorVariable.ts";

/** The gradient of the cost with respect to an output; `disconnected` where the cost does not depend on it. */
export type OutputGradient = TensorVariable | typeof disconnected;

/**
 * Everything there is to know about an operation, in one place. Of `at`, `pieces`, `fold`, `scatter`, `routine`,
 * `loop`, `choice`, `branch` and `host` it has exactly one, its meaning; only a `loop` has a `host` besides.
 */
export interface TensorOpRecord {
  /** As Theano prints it. */
  readonly name: string;
  /** As Theano prints it in the gradients that it derives for elementwise operations. */
  readonly derivedName?: string;
  /** Its identity, if that is not the name it prints. */
  readonly key?: string;
  /** What distinguishes two uses of it beyond the name; part of its identity. */
  readonly params?: Readonly<Record<string, unknown>>;
  /** The outputs' types. Throws a TypeError or ValueError for operands that do not fit. */
  type(inputs: readonly TensorVariable[]): readonly TensorType[];
  /** Each output's sizes, from those of the inputs. Only an op with a `plan` for graphs inside does without. */
  shape?(inputs: readonly Dims[], context: ShapeContext, node: Apply): readonly Dims[];

  /** Each output's element at these coordinates. All outputs then have one shape. */
  at?(index: readonly Expr[], context: ValueContext, node: Apply): readonly Parts[];
  /** The only output, part by part. */
  pieces?(context: ValueContext, node: Apply): readonly Piece[];
  fold?(context: ValueContext, node: Apply): Fold;
  scatter?(context: ValueContext, node: Apply): Scatter;
  routine?(node: Apply): Routine;
  /**
   * Steps that the program itself runs. Where it cannot, because sizes inside depend on what a step computes, `host` does
   * it, which such an op has besides.
   */
  loop?(node: Apply): Loop;
  /** How programs are made of it, of an op with a `loop`, a `choice` or a `branch`. */
  readonly plan?: OpPlan;
  /** Operands that are only computed if they are chosen: when a function is compiled, what serves them alone moves inside. */
  choice?(node: Apply): LazyChoice;
  /** One of two graphs. */
  branch?(node: Apply): Branch;
  /**
   * The values of the outputs from those of the operands, where nobody knows the outputs' sizes before: it runs before
   * the program that reads them, and `shape` is never asked. What it computes by functions of its own it does on
   * `backend`.
   */
  host?(inputs: readonly NDArray[], node: Apply, backend: Backend): readonly NDArray[];

  /** What must hold for the operands' elements when a program runs. */
  checks?(context: ValueContext, node: Apply): readonly RunCheck[];

  /** How each operand is used; all elements of all if left out. */
  uses?(node: Apply): readonly Use[];
  /** Operations an element costs, roughly: 0 for moving data, 1 for arithmetic, 20 for a transcendental. */
  readonly cost?: number;
  /** Whether each element is a reduction over many: never computed twice for the sake of not storing it. */
  readonly reduces?: boolean;
  /** Whether it is worth a kernel of its own, without anything fused into it. */
  readonly standalone?: boolean;
  /** Whether the output is the first input's elements in the same row-major order, under other sizes: no work at all. */
  readonly sameOrder?: boolean;
  /** The operand whose elements are the output's, moved or repeated but not changed. */
  readonly spreads?: number;
  /** From which operand on they are the integers of an index, which Theano prints as scalars: `Constant{1}`. */
  readonly indicesFrom?: number;
  /** As `Op.hasEffect`. Its meaning must be a routine: a formula is computed as often as it is read. */
  readonly hasEffect?: boolean;
  /** Whether operands may be swapped. */
  readonly commutative?: boolean;

  /** As `Op.expand`. */
  expand?(inputs: readonly TensorVariable[], node: Apply): readonly TensorVariable[] | undefined;

  /** The gradient with respect to each input. Left out: there is none. */
  grad?(
    inputs: readonly TensorVariable[],
    outputs: readonly TensorVariable[],
    gradients: readonly OutputGradient[],
    node: Apply,
  ): readonly GradientTerm[];
  rop?(
    inputs: readonly TensorVariable[],
    directions: readonly (TensorVariable | null)[],
    node: Apply,
  ): readonly (TensorVariable | null)[];
  connection?(node: Apply): readonly (readonly boolean[])[];

  /**
   * The outputs for operands of which those marked have one more dimension in front, none of them broadcastable: of the
   * operation applied to each element along it. Left out, or undefined: derived from the meaning, as good, but under
   * another name.
   */
  vectorize?(
    inputs: readonly TensorVariable[],
    marked: readonly boolean[],
    node: Apply,
  ): readonly TensorVariable[] | undefined;
}

/** An operation on tensors, made from its record. */
export class TensorOp extends Op {
  readonly record: TensorOpRecord;
  override readonly key: string;

  constructor(record: TensorOpRecord) {
    super();
    this.record = record;
    this.key = `${record.key ?? record.name}${record.params ? JSON.stringify(record.params, bigintText) : ""}`;
  }

  override makeNode(...inputs: Variable[]): Apply {
    return new Apply(this, inputs, this.record.type(inputs as TensorVariable[]));
  }

  /** All results of applying it. */
  apply(...inputs: TensorVariable[]): readonly TensorVariable[] {
    return this.makeNode(...inputs).outputs as readonly TensorVariable[];
  }

  override call(...inputs: Variable[]): TensorVariable {
    return this.makeNode(...inputs).outputs[0] as TensorVariable;
  }

  override gradient(node: Apply, gradients: readonly OutputGradient[]): readonly GradientTerm[] {
    const { grad } = this.record;
    if (!grad) throw new Error(`internal: ${this} has no gradient: ask hasGradient first`);
    return grad(node.inputs as TensorVariable[], node.outputs as TensorVariable[], gradients, node);
  }

  override get hasEffect(): boolean {
    return this.record.hasEffect === true;
  }

  override get hasGradient(): boolean {
    return this.record.grad !== undefined;
  }

  override expand(node: Apply): readonly Variable[] | undefined {
    return this.record.expand?.(node.inputs as TensorVariable[], node);
  }

  override rop(node: Apply, directions: readonly (Variable | null)[]): readonly (Variable | null)[] {
    const { rop } = this.record;
    if (!rop) throw new Error(`internal: ${this} has no R-operator`);
    return rop(node.inputs as TensorVariable[], directions as (TensorVariable | null)[], node);
  }

  override get hasRop(): boolean {
    return this.record.rop !== undefined;
  }

  override connectionPattern(node: Apply): readonly (readonly boolean[])[] {
    return this.record.connection?.(node) ?? node.inputs.map(() => node.outputs.map(() => true));
  }

  override toString(): string {
    return this.record.name;
  }
}

const bigintText = (_: string, x: unknown): unknown => (typeof x === "bigint" ? `${x}n` : x);

/** The operation of this record. */
export const tensorOp = (record: TensorOpRecord): TensorOp => new TensorOp(record);
