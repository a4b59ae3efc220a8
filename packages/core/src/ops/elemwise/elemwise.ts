import { type DType, type Expr, int, isComplex, isDiscrete, partOf, promoteAll } from "@theano-ts/kernel";
import * as prim from "@theano-ts/kernel/prims";
import { config, floatX } from "../../config.ts";
import { TheanoTypeError } from "../../errors.ts";
import type { Apply } from "../../graph/apply.ts";
import { opFamily } from "../../graph/family.ts";
import { disconnected, type GradientTerm } from "../../graph/op.ts";
import { isPattern, Pattern } from "../../graph/pattern.ts";
import { Variable } from "../../graph/variable.ts";
import { asTensors, isConstant, type TensorLike } from "../../tensor/constant.ts";
import type { Parts, Reader } from "../../tensor/meaning.ts";
import { type OutputGradient, TensorOp, tensorOp } from "../../tensor/tensorOp.ts";
import { TensorType } from "../../tensor/tensorType.ts";
import { isTensor, type TensorVariable } from "../../tensor/tensorVariable.ts";
import { sum } from "../reduce/sum.ts";
import { dimshuffle, padLeft } from "../shape/dimshuffle.ts";
import { add, mul } from "./arithmetic.ts";
import { cast, onesLike, zerosLike } from "./basic.ts";

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
  /** The dtypes of single operands, where not all are converted to the working dtype. */
  operands?(dtypes: readonly DType[], work: DType): readonly DType[];
  /** The result for real operands of the working dtype. */
  scalar?(...x: Expr[]): Expr | ComplexExpr;
  /** The result if the working dtype is complex; without it complex operands are refused. */
  complex?(...x: ComplexExpr[]): ComplexExpr | Expr;
  /**
   * The gradients, as big as the result: where an operand was stretched, they are summed afterwards. Not asked where
   * the result is discrete: then they are zeros.
   */
  grad?(
    inputs: readonly TensorVariable[],
    outputs: readonly TensorVariable[],
    gradients: readonly TensorVariable[],
  ): readonly GradientTerm[];
  /** For each operand, whether the result depends on its elements; on all if left out. */
  readonly connected?: readonly boolean[];
  /** As `TensorOpRecord.spreads`. */
  readonly spreads?: number;
  /** As `TensorOpRecord.cost`; 1 by default. */
  readonly cost?: number;
  readonly commutative?: boolean;
  /** How it prints, if not as `Elemwise{name,no_inplace}`. */
  readonly printed?: string;
  /** Its name inside `Elemwise{…}` in derived gradients, if it is another: `EQ` for `eq`. */
  readonly derived?: string;
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
export function elemwise<F extends { readonly op: TensorOp } = ElemwiseFunction>(
  name: string,
  arity: number,
  record: ElemwiseRecord,
): F {
  const op = elemwiseOp(name, record);
  const apply = (...operands: TensorLike[]): TensorVariable => {
    if (arity < 0 ? operands.length === 0 : operands.length !== arity)
      throw new TheanoTypeError(
        `${name} takes ${arity < 0 ? "at least 1" : arity} operands, not ${operands.length}`,
      );
    // A rewrite rule is being written: the result is the form, not a node. Only its author sees this type.
    if (operands.some(isPattern)) return new Pattern(name, op, operands) as unknown as TensorVariable;
    return op.call(...broadcastRanks(asTensors(operands)));
  };
  return Object.assign(apply, { op, toString: () => String(op) }) as unknown as F;
}

/** `operands` with dimensions added in front, so that all have the same number. */
export function broadcastRanks(operands: readonly TensorVariable[]): TensorVariable[] {
  const ndim = Math.max(...operands.map((x) => x.ndim));
  return operands.map((x) => padLeft(x, ndim - x.ndim));
}

function elemwiseOp(name: string, record: ElemwiseRecord): TensorOp {
  const { connected } = record;
  const derivedName = `Elemwise{${record.derived ?? name}}`;
  const resultType = (inputs: readonly TensorVariable[]): DType => {
    const dtypes = inputs.map((x) => x.dtype);
    const result = record.dtype(dtypes);
    if (isComplex(workType(record, dtypes, result)) ? !record.complex : !record.scalar)
      throw new TheanoTypeError(
        `Cannot take ${name} of ${dtypes.join(" and ")}: it is not defined for ${dtypes.some(isComplex) ? "complex numbers" : "real ones"}`,
        {
          notes: inputs.map((x) => `    ${x}: ${x.type}`),
        },
      );
    return result;
  };
  const op = tensorOp({
    name: record.printed ?? `Elemwise{${name},no_inplace}`,
    derivedName,
    key: derivedName,
    ...(record.params ? { params: record.params } : {}),
    cost: record.cost ?? 1,
    ...(record.spreads === undefined ? {} : { spreads: record.spreads }),
    ...(record.commutative ? { commutative: true } : {}),
    type(inputs) {
      const dtype = byPolicy(resultType(inputs), inputs);
      const [first] = inputs as [TensorVariable];
      return [
        new TensorType(
          dtype,
          first.broadcastable.map((_, d) => inputs.every((x) => x.broadcastable[d])),
        ),
      ];
    },
    shape(shapes, context, node) {
      const inputs = node.inputs as readonly TensorVariable[];
      const ndim = (node.outputs[0] as TensorVariable).ndim;
      return [
        Array.from({ length: ndim }, (_, d) => {
          const sizes = shapes.flatMap((s, i) => (inputs[i]?.broadcastable[d] ? [] : [s[d] as Expr]));
          return sizes.length === 0
            ? int(1)
            : context.same(sizes, (valueOf) => mismatch(name, inputs, shapes, d, valueOf));
        }),
      ];
    },
    at(index, context, node) {
      const inputs = node.inputs as readonly TensorVariable[];
      const result = (node.outputs[0] as TensorVariable).dtype;
      const dtypes = inputs.map((x) => x.dtype);
      const work = workType(record, dtypes, result);
      const types = record.operands?.(dtypes, work);
      const operands = inputs.map((x, i) => {
        const type = types?.[i] ?? work;
        // What the result does not depend on is not there to be read.
        if (connected?.[i] === false) return castParts([prim.number(0, partOf(type))], type);
        const at = index.map((e, d) => (x.broadcastable[d] ? int(0) : e));
        return castParts((context.inputs[i] as Reader)(at), type);
      });
      return [castParts(applyParts(record, operands, work), result)];
    },
    ...(connected
      ? {
          connection: () => connected.map((c) => [c]),
          uses: () => connected.map((c) => (c ? "elements" : "shape")),
        }
      : {}),
    ...(record.grad
      ? {
          grad(
            inputs: readonly TensorVariable[],
            outputs: readonly TensorVariable[],
            [g]: readonly OutputGradient[],
          ) {
            if (g === disconnected || !g) return inputs.map(() => disconnected);
            return elemwiseGradient(record, inputs, outputs, g);
          },
          rop(
            inputs: readonly TensorVariable[],
            directions: readonly (TensorVariable | null)[],
            node: Apply,
          ) {
            return [elemwiseDirection(record, inputs, node.outputs as readonly TensorVariable[], directions)];
          },
        }
      : {}),
    vectorize: (inputs, marked) => [op.call(...inputs.map((x, i) => (marked[i] ? x : padLeft(x, 1))))],
  });
  return op;
}

/** The result's dtype, by `config.castPolicy`. */
const byPolicy = (result: DType, inputs: readonly TensorVariable[]): DType =>
  config.castPolicy === "numpy+floatX" && result === "float64" && inputs.every((x) => x.dtype !== "float64")
    ? config.floatX
    : result;

function elemwiseGradient(
  record: ElemwiseRecord,
  inputs: readonly TensorVariable[],
  outputs: readonly TensorVariable[],
  g: TensorVariable,
): GradientTerm[] {
  const [output] = outputs as [TensorVariable];
  if (isDiscrete(output.dtype))
    return inputs.map((x, i) => (record.connected?.[i] === false ? disconnected : floatZeros(x)));
  return fullGradient(record, inputs, outputs, g).map((term, i) =>
    unbroadcast(term, inputs[i] as TensorVariable, output),
  );
}

/** What is flat wherever it is defined has zeros for a gradient: floats, also for an operand of integers. */
export const floatZeros = (x: TensorVariable): TensorVariable =>
  isDiscrete(x.dtype) ? cast(zerosLike(x), floatX()) : zerosLike(x);

/** The gradients before anything is summed, as Theano prints them. */
function fullGradient(
  record: ElemwiseRecord,
  inputs: readonly TensorVariable[],
  outputs: readonly TensorVariable[],
  g: TensorVariable,
): GradientTerm[] {
  const given = new Set<Variable>([...inputs, ...outputs, g]);
  const terms = (record.grad as NonNullable<ElemwiseRecord["grad"]>)(inputs, outputs, [g]);
  return terms.map((term) =>
    term instanceof Variable ? derived(term as TensorVariable, given, g.ndim, new Map()) : term,
  );
}

/**
 * `term` with its operations under the names that Theano prints in derived gradients, down to the variables `given`.
 * Constants there are scalars, made `ndim`-dimensional by an operation even where nothing is to be added.
 */
function derived(
  term: TensorVariable,
  given: ReadonlySet<Variable>,
  ndim: number,
  done: Map<Variable, TensorVariable>,
): TensorVariable {
  if (given.has(term)) return term;
  const known = done.get(term);
  if (known) return known;
  let result = term;
  if (isConstant(term) && term.ndim === 0 && ndim === 0) result = dimshuffle(term);
  const { owner } = term;
  if (owner && owner.op instanceof TensorOp && owner.op.record.derivedName !== undefined) {
    const args = owner.inputs.map((x) => derived(x as TensorVariable, given, ndim, done));
    result = derivedOp(owner.op).call(...args);
  }
  done.set(term, result);
  return result;
}

/** The same operation under the name that Theano prints where it makes it anew. */
export const derivedOp: (op: TensorOp) => TensorOp = /* @__PURE__ */ opFamily(({ record }) =>
  tensorOp({ ...record, name: record.derivedName ?? record.name }),
);

/** The derivative along `directions`: each operand's gradient for an output gradient of ones, times its direction. */
function elemwiseDirection(
  record: ElemwiseRecord,
  inputs: readonly TensorVariable[],
  outputs: readonly TensorVariable[],
  directions: readonly (TensorVariable | null)[],
): TensorVariable | null {
  const [output] = outputs as [TensorVariable];
  if (isDiscrete(output.dtype)) return null;
  const terms = fullGradient(record, inputs, outputs, onesLike(output));
  let sum: TensorVariable | null = null;
  terms.forEach((term, i) => {
    const direction = directions[i];
    if (!direction || !(term instanceof Variable)) return;
    const product = mul(term as TensorVariable, direction);
    sum = sum ? add(sum, product) : product;
  });
  return sum;
}

const workType = (record: ElemwiseRecord, dtypes: readonly DType[], result: DType): DType =>
  record.work?.(dtypes, result) ?? (result === "bool" ? promoteAll(dtypes) : result);

function applyParts(record: ElemwiseRecord, operands: readonly Parts[], work: DType): Parts {
  const result = isComplex(work)
    ? (record.complex as NonNullable<ElemwiseRecord["complex"]>)(
        ...operands.map(([re, im]) => ({ re: re as Expr, im: im as Expr })),
      )
    : (record.scalar as NonNullable<ElemwiseRecord["scalar"]>)(...operands.map(([x]) => x as Expr));
  return "re" in result ? [result.re, result.im] : [result];
}

/** The parts of a number converted to `dtype`: a real one becomes complex by a zero, a complex one real by dropping. */
export function castParts(parts: Parts, dtype: DType): Parts {
  const part = partOf(dtype);
  const [re, im] = parts as [Expr, Expr | undefined];
  if (!isComplex(dtype)) return [prim.cast(re, part)];
  return [prim.cast(re, part), im ? prim.cast(im, part) : prim.number(0, part)];
}

/** `term` summed over the dimensions in which `input` was stretched to `output`. */
function unbroadcast(term: GradientTerm, input: TensorVariable, output: TensorVariable): GradientTerm {
  if (!(term instanceof Variable) || !isTensor(term)) return term;
  const axis = input.broadcastable.flatMap((b, d) => (b && !output.broadcastable[d] ? [d] : []));
  return axis.length > 0 ? sum(term, { axis, keepdims: true }) : term;
}

function mismatch(
  name: string,
  inputs: readonly TensorVariable[],
  shapes: readonly (readonly Expr[])[],
  dim: number,
  valueOf: (e: Expr) => number,
): string {
  const operands = inputs.map(
    (x, i) => `${x}: ${x.dtype}(${(shapes[i] as readonly Expr[]).map(valueOf).join(", ")})`,
  );
  const sizes = inputs.flatMap((x, i) => (x.broadcastable[dim] ? [] : [valueOf(shapes[i]?.[dim] as Expr)]));
  const hint = sizes.includes(1)
    ? "; a size of 1 stretches only where the type says so: declare it with row, col or broadcastable, or use addbroadcast"
    : "";
  return `Cannot take ${name} of ${operands.join(" and ")}: sizes along dimension ${dim} are ${[...new Set(sizes)].join(" and ")}${hint}`;
}
