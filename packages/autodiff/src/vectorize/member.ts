import {
  type Apply,
  type Dims,
  NotImplementedError,
  type ShapeContext,
  type TensorOp,
  TensorType,
  type TensorVariable,
  type ValueContext,
  type Variable,
} from "@theano-ts/core";
import type { Expr } from "@theano-ts/kernel";

/**
 * One element of a vectorised application: the operation as it was, on operands that stand for one element of the marked
 * ones.
 */
export interface Member {
  readonly node: Apply;
  /** Of what each operand and output that stands for one element is an element. */
  readonly batches: ReadonlyMap<Variable, TensorVariable>;
}

/** The type of an element along the first dimension of `x`. */
export const elementType = (x: TensorVariable): TensorType =>
  new TensorType(x.dtype, x.broadcastable.slice(1));

/** `op` on operands of which those marked are replaced by variables that stand for one of their elements. */
export function memberNode(
  op: TensorOp,
  inputs: readonly TensorVariable[],
  marked: readonly boolean[],
): Apply {
  return op.makeNode(...inputs.map((x, i) => (marked[i] ? elementType(x).makeVariable(x.name) : x)));
}

/** One element of `node`, which is `op` vectorised. */
export function memberOf(op: TensorOp, node: Apply, marked: readonly boolean[]): Member {
  const inner = memberNode(op, node.inputs as readonly TensorVariable[], marked);
  const batches = new Map<Variable, TensorVariable>();
  inner.inputs.forEach((x, i) => {
    if (marked[i]) batches.set(x, node.inputs[i] as TensorVariable);
  });
  inner.outputs.forEach((y, j) => {
    batches.set(y, node.outputs[j] as TensorVariable);
  });
  return { node: inner, batches };
}

/** What the shape rule of one element may ask, of the whole's context. */
export function shapesInside(context: ShapeContext, { batches }: Member): ShapeContext {
  const known = (v: Variable): Variable => {
    if (!batches.has(v)) return v;
    throw new NotImplementedError(
      `Cannot vectorize what takes a size from ${batches.get(v)}: sizes cannot differ from element to element`,
    );
  };
  return {
    scalar: (v) => context.scalar(known(v)),
    number: (v) => context.number(known(v)),
    elements: (v, length) => context.elements(known(v), length),
    dims: (v): Dims => {
      const batch = batches.get(v);
      return batch ? context.dims(batch).slice(1) : context.dims(v);
    },
    demand: (...args) => context.demand(...args),
    warn: (...args) => context.warn(...args),
    same: (...args) => context.same(...args),
  };
}

/** What the meaning of one element may ask; `here` is the place of that element along the first dimension. */
export function valuesInside(
  context: ValueContext,
  member: Member,
  marked: readonly boolean[],
  here: () => Expr,
): ValueContext {
  return {
    ...shapesInside(context, member),
    inputs: context.inputs.map((read, i) => (marked[i] ? (at) => read([here(), ...at]) : read)),
    get outputs() {
      return context.outputs.map((dims) => dims.slice(1));
    },
  };
}
