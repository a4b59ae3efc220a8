import { type DType, type Expr, int, isComplex, partOf, prim, promoteAll } from "@theano-ts/kernel";
import { TheanoTypeError } from "../../errors.ts";
import { disconnected, type GradientTerm } from "../../graph/op.ts";
import { isPattern, Pattern } from "../../graph/pattern.ts";
import { Variable } from "../../graph/variable.ts";
import { asTensors, type TensorLike } from "../../tensor/constant.ts";
import type { Parts } from "../../tensor/meaning.ts";
import { type OutputGradient, TensorOp, tensorOp } from "../../tensor/tensorOp.ts";
import { TensorType } from "../../tensor/tensorType.ts";
import { isTensor, type TensorVariable } from "../../tensor/tensorVariable.ts";
import { sum } from "../reduce/sum.ts";
import { padLeft } from "../shape/dimshuffle.ts";

/** A complex number as two expressions. */
export interface ComplexExpr {
  readonly re: Expr;
  readonly im: Expr;
}

/** Everything there is to know about an operation that works element by element. */
export interface ElemwiseRecord {
  /** The result's dtype for operands of these; throws a TypeError for those it is not made for. */
  dtype(dtypes: readonly DType[]): DType;
  /** The dtype operands are converted to first: by default the result's, or for a bool result what holds them all. */
  work?(dtypes: readonly DType[], result: DType): DType;
  /** The result for real operands of the working dtype. */
  scalar?(...x: Expr[]): Expr;
  /** The result if the working dtype is complex; without it complex operands are refused. */
  complex?(...x: ComplexExpr[]): ComplexExpr | Expr;
  /** The gradients, as big as the result: where an operand was stretched, they are summed afterwards. */
  grad?(
    inputs: readonly TensorVariable[],
    outputs: readonly TensorVariable[],
    gradients: readonly TensorVariable[],
  ): readonly GradientTerm[];
  /** As `TensorOpRecord.cost`; 1 by default. */
  readonly cost?: number;
  readonly commutative?: boolean;
  /** The name inside `Elemwise{…}`, if it is not the op's. */
  readonly printed?: string;
  readonly params?: Readonly<Record<string, unknown>>;
}

/** A function of tensors, and the operation it applies. */
export interface ElemwiseFunction {
  (...x: TensorLike[]): TensorVariable;
  readonly op: TensorOp;
}

/**
 * The elementwise operation `name` of `arity` operands (any number from one on, if -1). Operands broadcast: missing
 * dimensions are added in front, and those declared broadcastable stretch.
 */
export function elemwise(name: string, arity: number, record: ElemwiseRecord): ElemwiseFunction {
  const op = elemwiseOp(name, record);
  const apply = (...operands: TensorLike[]): TensorVariable => {
    if (arity < 0 ? operands.length === 0 : operands.length !== arity)
      throw new TheanoTypeError(`${name} takes ${arity < 0 ? "at least 1" : arity} operands, not ${operands.length}`);
    // A rewrite rule is being written: the result is the form, not a node. Only its author sees this type.
    if (operands.some(isPattern)) return new Pattern(name, op, operands) as unknown as TensorVariable;
    return op.call(...broadcastRanks(asTensors(operands)));
  };
  return Object.assign(apply, { op });
}

/** `operands` with dimensions added in front, so that all have the same number. */
export function broadcastRanks(operands: readonly TensorVariable[]): TensorVariable[] {
  const ndim = Math.max(...operands.map((x) => x.ndim));
  return operands.map((x) => padLeft(x, ndim - x.ndim));
}

function elemwiseOp(name: string, record: ElemwiseRecord): TensorOp {
  const { grad } = record;
  const resultType = (inputs: readonly TensorVariable[]): DType => {
    const dtypes = inputs.map((x) => x.dtype);
    const result = record.dtype(dtypes);
    if (isComplex(workType(record, dtypes, result)) ? !record.complex : !record.scalar)
      throw new TheanoTypeError(`${name} is not defined for ${dtypes.join(" and ")}`, { notes: inputs.map((x) => `    ${x}: ${x.type}`) });
    return result;
  };
  return tensorOp({
    name: `Elemwise{${record.printed ?? name},no_inplace}`,
    ...(record.params ? { params: record.params } : {}),
    cost: record.cost ?? 1,
    ...(record.commutative ? { commutative: true } : {}),
    type(inputs) {
      const dtype = resultType(inputs);
      const [first] = inputs as [TensorVariable];
      return [new TensorType(dtype, first.broadcastable.map((_, d) => inputs.every((x) => x.broadcastable[d])))];
    },
    shape(shapes, context, node) {
      const inputs = node.inputs as readonly TensorVariable[];
      const ndim = (node.outputs[0] as TensorVariable).ndim;
      return [
        Array.from({ length: ndim }, (_, d) => {
          const sizes = shapes.flatMap((s, i) => (inputs[i]?.broadcastable[d] ? [] : [s[d] as Expr]));
          return sizes.length === 0 ? int(1) : context.same(sizes, (valueOf) => mismatch(name, inputs, shapes, d, valueOf));
        }),
      ];
    },
    at(index, context, node) {
      const inputs = node.inputs as readonly TensorVariable[];
      const result = (node.outputs[0] as TensorVariable).dtype;
      const work = workType(record, inputs.map((x) => x.dtype), result);
      const operands = inputs.map((x, i) => {
        const at = index.map((e, d) => (x.broadcastable[d] ? int(0) : e));
        return castParts((context.inputs[i] as (at: readonly Expr[]) => Parts)(at), work);
      });
      return [castParts(applyParts(record, operands, work), result)];
    },
    ...(grad
      ? {
          grad(inputs: readonly TensorVariable[], outputs: readonly TensorVariable[], [g]: readonly OutputGradient[]) {
            if (g === disconnected || !g) return inputs.map(() => disconnected);
            return grad(inputs, outputs, [g]).map((term, i) => unbroadcast(term, inputs[i] as TensorVariable));
          },
        }
      : {}),
  });
}

const workType = (record: ElemwiseRecord, dtypes: readonly DType[], result: DType): DType =>
  record.work?.(dtypes, result) ?? (result === "bool" ? promoteAll(dtypes) : result);

function applyParts(record: ElemwiseRecord, operands: readonly Parts[], work: DType): Parts {
  if (!isComplex(work)) return [(record.scalar as (...x: Expr[]) => Expr)(...operands.map(([x]) => x as Expr))];
  const result = (record.complex as (...x: ComplexExpr[]) => ComplexExpr | Expr)(
    ...operands.map(([re, im]) => ({ re: re as Expr, im: im as Expr })),
  );
  return "re" in result ? [result.re, result.im] : [result];
}

/** The parts of a number converted to `dtype`: a real one becomes complex by a zero, a complex one real by dropping. */
export function castParts(parts: Parts, dtype: DType): Parts {
  const part = partOf(dtype);
  const [re, im] = parts as [Expr, Expr | undefined];
  if (!isComplex(dtype)) return [prim.cast(re, part)];
  return [prim.cast(re, part), im ? prim.cast(im, part) : prim.number(0, part)];
}

/** `term` summed over the dimensions in which `input` was stretched. */
function unbroadcast(term: GradientTerm, input: TensorVariable): GradientTerm {
  if (!(term instanceof Variable) || !isTensor(term)) return term;
  const axis = input.broadcastable.flatMap((b, d) => (b && !term.broadcastable[d] ? [d] : []));
  return axis.length > 0 ? sum(term, { axis, keepdims: true }) : term;
}

function mismatch(
  name: string,
  inputs: readonly TensorVariable[],
  shapes: readonly (readonly Expr[])[],
  dim: number,
  valueOf: (e: Expr) => number,
): string {
  const operands = inputs.map((x, i) => `${x}: ${x.dtype}(${(shapes[i] as readonly Expr[]).map(valueOf).join(", ")})`);
  const sizes = inputs.flatMap((x, i) => (x.broadcastable[dim] ? [] : [valueOf(shapes[i]?.[dim] as Expr)]));
  const hint = sizes.includes(1)
    ? "; a size of 1 stretches only where the type says so: declare it with row, col or broadcastable, or use addbroadcast"
    : "";
  return `Cannot take ${name} of ${operands.join(" and ")}: sizes along dimension ${dim} are ${[...new Set(sizes)].join(" and ")}${hint}`;
}

