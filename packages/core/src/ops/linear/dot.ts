import {
  type DType,
  type Expr,
  index,
  isComplex,
  axis as loop,
  partOf,
  promote,
  reduce,
} from "@theano-ts/kernel";
import * as prim from "@theano-ts/kernel/prims";
import * as reducer from "@theano-ts/kernel/reducers";
import { TheanoTypeError } from "../../errors.ts";
import { disconnected } from "../../graph/op.ts";
import { asTensors, type TensorLike } from "../../tensor/constant.ts";
import type { Parts, Reader } from "../../tensor/meaning.ts";
import type { DotFunction, PairDType } from "../../tensor/signatures.ts";
import { type TensorOp, tensorOp } from "../../tensor/tensorOp.ts";
import { TensorType } from "../../tensor/tensorType.ts";
import type { TensorVariable } from "../../tensor/tensorVariable.ts";
import { add, mul } from "../elemwise/arithmetic.ts";
import { castParts } from "../elemwise/elemwise.ts";
import { patternbroadcast } from "../shape/broadcast.ts";
import { dimshuffle, transpose } from "../shape/dimshuffle.ts";
import { batchedDot } from "./batchedDot.ts";
import { tensordot } from "./tensordot.ts";

/** The product of a matrix or vector with a matrix or vector. As `theano.tensor.basic.Dot`. */
export const dotOp: TensorOp = /* @__PURE__ */ tensorOp({
  name: "dot",
  reduces: true,
  standalone: true,
  cost: 1,
  uses: () => ["stored", "stored"],
  type(inputs) {
    const [x, y] = inputs as [TensorVariable, TensorVariable];
    for (const v of inputs)
      if (v.ndim !== 1 && v.ndim !== 2)
        throw new TheanoTypeError(
          `Cannot take dot of ${v}: ${v.type}: it multiplies vectors and matrices; see tensordot`,
        );
    const pattern = [...x.broadcastable.slice(0, -1), ...y.broadcastable.slice(y.ndim === 2 ? 1 : y.ndim)];
    return [new TensorType(promote(x.dtype, y.dtype), pattern)];
  },
  shape([x = [], y = []], context, node) {
    const [a, b] = node.inputs as [TensorVariable, TensorVariable];
    context.same([x[x.length - 1] as Expr, y[0] as Expr], (valueOf) => {
      const show = (v: TensorVariable, dims: readonly Expr[]): string =>
        `${v}: ${v.dtype}(${dims.map(valueOf).join(", ")})`;
      return `Cannot take dot of ${show(a, x)} and ${show(b, y)}: inner sizes are ${valueOf(x[x.length - 1] as Expr)} and ${valueOf(y[0] as Expr)}`;
    });
    return [[...x.slice(0, -1), ...y.slice(1)]];
  },
  at(at, context, node) {
    const [x, y] = node.inputs as [TensorVariable, TensorVariable];
    const dtype = promote(x.dtype, y.dtype);
    const inner = loop(context.dims(x)[x.ndim - 1] as Expr);
    const k = index(inner);
    const [readX, readY] = context.inputs as [Reader, Reader];
    const a = castParts(readX(x.ndim === 2 ? [at[0] as Expr, k] : [k]), dtype);
    const b = castParts(readY(y.ndim === 2 ? [k, at[x.ndim - 1] as Expr] : [k]), dtype);
    return [sumOfProducts(a, b, inner, dtype)];
  },
  grad([x, y], _, [g]) {
    if (g === disconnected || !g) return [disconnected, disconnected];
    return dotGradient(x as TensorVariable, y as TensorVariable, g);
  },
  rop([x, y], [dx, dy]) {
    const terms = [dx ? dot(dx, y as TensorVariable) : null, dy ? dot(x as TensorVariable, dy) : null].filter(
      (t) => t !== null,
    );
    return [terms.length === 2 ? add(...terms) : (terms[0] ?? null)];
  },
  vectorize: ([x, y], [ofX, ofY]) => [
    manyProducts(x as TensorVariable, y as TensorVariable, ofX === true, ofY === true),
  ],
});

/** The products along a new first dimension of `x`, of `y`, or of both. */
function manyProducts(x: TensorVariable, y: TensorVariable, ofX: boolean, ofY: boolean): TensorVariable {
  if (ofX && ofY) return batchedDot(x, y);
  if (ofX) return dot(x, y) as TensorVariable;
  // The new dimension belongs in front, where that of `x` would come.
  if (x.ndim === 1) return tensordot(y, x, [1, 0]);
  const turned = tensordot(y, x, [1, 1]);
  return turned.ndim === 3 ? dimshuffle(turned, 0, 2, 1) : turned;
}

/** Σ a·b over a loop; of bools, whether both hold anywhere. */
export function sumOfProducts(a: Parts, b: Parts, over: ReturnType<typeof loop>, dtype: DType): Parts {
  const sum = (e: Expr): Expr => reduce(reducer.sum, [over], [e])[0] as Expr;
  const [ar, ai] = a as [Expr, Expr];
  const [br, bi] = b as [Expr, Expr];
  if (partOf(dtype) === "bool") return [reduce(reducer.any, [over], [prim.and(ar, br)])[0] as Expr];
  if (!isComplex(dtype)) return [sum(prim.mul(ar, br))];
  return [
    sum(prim.sub(prim.mul(ar, br), prim.mul(ai, bi))),
    sum(prim.add(prim.mul(ar, bi), prim.mul(ai, br))),
  ];
}

function dotGradient(x: TensorVariable, y: TensorVariable, g: TensorVariable): TensorVariable[] {
  const [gx, gy] = products(x, y, g);
  return [patternbroadcast(gx, x.broadcastable), patternbroadcast(gy, y.broadcastable)];
}

function products(
  x: TensorVariable,
  y: TensorVariable,
  g: TensorVariable,
): readonly [TensorVariable, TensorVariable] {
  if (g.ndim === 0) return [mul(g, y), mul(g, x)];
  if (x.ndim === 2 && y.ndim === 1) return [outer(g, transpose(y)), dot(transpose(x), g)];
  if (x.ndim === 1 && y.ndim === 2) return [dot(g, transpose(y)), outer(transpose(x), g)];
  return [dot(g, transpose(y)), dot(transpose(x), g)];
}

/** `(m), (n) → (m, n)`: every product. As `theano.tensor.outer`. */
export function outer<A extends TensorLike, B extends TensorLike>(
  x: A,
  y: B,
): TensorVariable<PairDType<A, B>, 2> {
  const [a, b] = asTensors([x, y]) as [TensorVariable, TensorVariable];
  const column = a.ndim === 1 ? dimshuffle(a, 0, "x") : a;
  return dot(column, b.ndim === 1 ? dimshuffle(b, "x", 0) : b) as TensorVariable as TensorVariable<
    PairDType<A, B>,
    2
  >;
}

/**
 * The product of `x` and `y`: `(m, k) · (k, n) → (m, n)`, and with a vector in place of either matrix without its
 * dimension; a scalar multiplies. Of more dimensions, the last of `x` meets the last but one of `y`.
 *
 * dtype: what holds both. Throws a ValueError when called if the inner sizes differ. As `theano.tensor.dot`.
 */
export const dot: DotFunction = ((x: TensorLike, y: TensorLike): TensorVariable => {
  const [a, b] = asTensors([x, y]) as [TensorVariable, TensorVariable];
  if (a.ndim === 0 || b.ndim === 0) return mul(a, b);
  if (a.ndim > 2 || b.ndim > 2) return tensordot(a, b, [a.ndim - 1, Math.max(0, b.ndim - 2)]);
  return dotOp.call(a, b);
}) as DotFunction;
