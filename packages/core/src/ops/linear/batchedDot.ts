import { type Expr, index, axis as loop, promote } from "@theano-ts/kernel";
import { TheanoTypeError } from "../../errors.ts";
import { disconnected } from "../../graph/op.ts";
import { asTensors, type TensorLike } from "../../tensor/constant.ts";
import type { Reader } from "../../tensor/meaning.ts";
import type { PairDType } from "../../tensor/signatures.ts";
import { type TensorOp, tensorOp } from "../../tensor/tensorOp.ts";
import { TensorType } from "../../tensor/tensorType.ts";
import type { TensorVariable } from "../../tensor/tensorVariable.ts";
import { add, mul } from "../elemwise/arithmetic.ts";
import { castParts } from "../elemwise/elemwise.ts";
import { patternbroadcast } from "../shape/broadcast.ts";
import { dimshuffle } from "../shape/dimshuffle.ts";
import { sumOfProducts } from "./dot.ts";
import { batchedTensordot } from "./tensordot.ts";

type Two = readonly [TensorVariable, TensorVariable];

/** The product of matrices or vectors along a first dimension that both operands have. As `theano.tensor.blas.BatchedDot`. */
export const batchedDotOp: TensorOp = /* @__PURE__ */ tensorOp({
  name: "BatchedDot",
  reduces: true,
  standalone: true,
  cost: 1,
  uses: () => ["stored", "stored"],
  type([x, y]) {
    const [a, b] = [x, y] as Two;
    const pattern = [
      (a.broadcastable[0] as boolean) || (b.broadcastable[0] as boolean),
      ...a.broadcastable.slice(1, -1),
      ...b.broadcastable.slice(2),
    ];
    return [new TensorType(promote(a.dtype, b.dtype), pattern)];
  },
  shape([x = [], y = []], context, node) {
    const [a, b] = node.inputs as unknown as Two;
    const say =
      (what: string) =>
      (valueOf: (e: Expr) => number): string =>
        `Cannot take batchedDot of ${a}: ${a.dtype}(${x.map(valueOf).join(", ")}) and ${b}: ${b.dtype}(${y.map(valueOf).join(", ")}): ${what} differ`;
    const batch = context.same([x[0] as Expr, y[0] as Expr], say("the numbers of products"));
    context.same([x[x.length - 1] as Expr, y[1] as Expr], say("inner sizes"));
    return [[batch, ...x.slice(1, -1), ...y.slice(2)]];
  },
  at(at, context, node) {
    const [x, y] = node.inputs as unknown as Two;
    const dtype = promote(x.dtype, y.dtype);
    const inner = loop(context.dims(x)[x.ndim - 1] as Expr);
    const k = index(inner);
    const [readX, readY] = context.inputs as readonly [Reader, Reader];
    const i = at[0] as Expr;
    const a = castParts(readX(x.ndim === 3 ? [i, at[1] as Expr, k] : [i, k]), dtype);
    const b = castParts(readY(y.ndim === 3 ? [i, k, at[at.length - 1] as Expr] : [i, k]), dtype);
    return [sumOfProducts(a, b, inner, dtype)];
  },
  grad([v, w], _, [g]) {
    if (g === disconnected || !g) return [disconnected, disconnected];
    const [x, y] = [v, w] as Two;
    const [gx, gy] = gradients(x, y, g);
    return [patternbroadcast(gx, x.broadcastable), patternbroadcast(gy, y.broadcastable)];
  },
  rop([x, y], [dx, dy]) {
    const terms = [
      ...(dx ? [batchedDotOp.call(dx, y as TensorVariable)] : []),
      ...(dy ? [batchedDotOp.call(x as TensorVariable, dy)] : []),
    ];
    return [terms.length === 2 ? add(...terms) : (terms[0] ?? null)];
  },
});

function gradients(x: TensorVariable, y: TensorVariable, g: TensorVariable): Two {
  const turned = (v: TensorVariable): TensorVariable => dimshuffle(v, 0, 2, 1);
  const product = (a: TensorVariable, b: TensorVariable): TensorVariable => batchedDotOp.call(a, b);
  if (x.ndim === 2 && y.ndim === 2) {
    const column = dimshuffle(g, 0, "x");
    return [mul(column, y), mul(column, x)];
  }
  if (x.ndim === 2) return [product(g, turned(y)), mul(dimshuffle(x, 0, 1, "x"), dimshuffle(g, 0, "x", 1))];
  if (y.ndim === 2) return [mul(dimshuffle(g, 0, 1, "x"), dimshuffle(y, 0, "x", 1)), product(turned(x), g)];
  return [product(g, turned(y)), product(turned(x), g)];
}

/**
 * `dot(x[i], y[i])` for each i: `(b, m, k) · (b, k, n) → (b, m, n)`, also with vectors in place of matrices.
 *
 * Throws a TypeError for scalars, a ValueError when called if sizes differ. As `theano.tensor.batched_dot`.
 */
export function batchedDot<A extends TensorLike, B extends TensorLike>(
  x: A,
  y: B,
): TensorVariable<PairDType<A, B>, number> {
  const [a, b] = asTensors([x, y]) as unknown as Two;
  return batched(a, b) as TensorVariable<PairDType<A, B>, number>;
}

function batched(a: TensorVariable, b: TensorVariable): TensorVariable {
  for (const v of [a, b])
    if (v.ndim === 0)
      throw new TheanoTypeError(`Cannot take batchedDot of ${v}: ${v.type}: it has no dimension to go along`);
  const column = (v: TensorVariable, ndim: number): TensorVariable =>
    dimshuffle(v, 0, ...Array<"x">(ndim - 1).fill("x"));
  if (a.ndim === 1) return mul(column(a, b.ndim), b);
  if (b.ndim === 1) return mul(a, column(b, a.ndim));
  if (a.ndim > 3 || b.ndim > 3) return batchedTensordot(a, b, [a.ndim - 1, Math.max(1, b.ndim - 2)]);
  return batchedDotOp.call(a, b);
}
