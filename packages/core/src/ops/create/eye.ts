import type { DType, Expr } from "@theano-ts/kernel";
import * as prim from "@theano-ts/kernel/prims";
import { floatX } from "../../config.ts";
import { opFamily } from "../../graph/family.ts";
import { NullGradient } from "../../graph/op.ts";
import { asTensor, constant, type TensorLike } from "../../tensor/constant.ts";
import type { RankOf, SoleDType } from "../../tensor/signatures.ts";
import type { FloatX } from "../../tensor/static.ts";
import { type TensorOp, tensorOp } from "../../tensor/tensorOp.ts";
import { tensorType } from "../../tensor/tensorType.ts";
import { isTensor, type TensorVariable } from "../../tensor/tensorVariable.ts";
import { mul, sub } from "../elemwise/arithmetic.ts";
import { castParts } from "../elemwise/elemwise.ts";
import { shapeI } from "../shape/shape.ts";
import type { DTypeOption, SizeLike } from "./alloc.ts";
import { withOptions } from "./options.ts";

/** A matrix of ones where the column less the row, and the diagonal's number, meet the condition; zeros elsewhere. */
function bandOp(name: string, dtype: DType, meets: (distance: Expr, k: Expr) => Expr): TensorOp {
  return tensorOp({
    name: `${name}{dtype='${dtype}'}`,
    params: { dtype },
    uses: () => ["size", "size", "size"],
    type: () => [tensorType(dtype, 2)],
    shape: (_, context, node) => [
      [context.scalar(node.inputs[0] as never), context.scalar(node.inputs[1] as never)],
    ],
    at([i, j], context, node) {
      const k = context.scalar(node.inputs[2] as never);
      return [castParts([meets(prim.sub(j as Expr, i as Expr), k)], dtype)];
    },
    grad: (inputs) => inputs.map(() => new NullGradient(`${name} does not change smoothly with its sizes`)),
  });
}

const size = (n: SizeLike): TensorVariable => (isTensor(n) ? n : constant(n));

/**
 * A matrix of `n` rows and `m` columns (as many as rows, if left out) that a diagonal divides: 0 is the main one,
 * positive ones are above it. The options may follow any argument.
 */
interface Band {
  <D extends DType = FloatX>(n: SizeLike, options?: DTypeOption<D>): TensorVariable<D, 2>;
  <D extends DType = FloatX>(
    n: SizeLike,
    m: SizeLike | null | undefined,
    options?: DTypeOption<D>,
  ): TensorVariable<D, 2>;
  <D extends DType = FloatX>(
    n: SizeLike,
    m: SizeLike | null | undefined,
    k: SizeLike | undefined,
    options?: DTypeOption<D>,
  ): TensorVariable<D, 2>;
}

/** Ones on a diagonal. */
export const eyeOp: (dtype: DType) => TensorOp = /* @__PURE__ */ opFamily((dtype) =>
  bandOp("Eye", dtype, (distance, k) => prim.eq(distance, k)),
);

/** Ones on a diagonal and below. */
export const triOp: (dtype: DType) => TensorOp = /* @__PURE__ */ opFamily((dtype) =>
  bandOp("Tri", dtype, (distance, k) => prim.le(distance, k)),
);

const band = (opOf: () => (dtype: DType) => TensorOp): Band =>
  ((...args: unknown[]): TensorVariable => {
    const { given, options } = withOptions<DTypeOption>(args);
    const [n, m, k] = given as readonly [SizeLike, SizeLike | null | undefined, SizeLike | undefined];
    return opOf()(options.dtype ?? floatX()).call(size(n), size(m ?? n), size(k ?? 0));
  }) as Band;

/** Ones on diagonal `k`, zeros elsewhere. As `theano.tensor.eye`. */
export const eye: Band = /* @__PURE__ */ band(() => eyeOp);

/** Ones on diagonal `k` and below, zeros above. As `theano.tensor.tri`. */
export const tri: Band = /* @__PURE__ */ band(() => triOp);

/** The identity matrix in the shape and dtype of `x`. As `theano.tensor.identity_like`. */
export function identityLike<X extends TensorLike>(x: X): TensorVariable<SoleDType<X>, 2> {
  const input = asTensor(x);
  return eye(shapeI(input, 0), shapeI(input, 1), { dtype: input.dtype }) as TensorVariable<SoleDType<X>, 2>;
}

const lower = (x: TensorVariable, k: SizeLike): TensorVariable =>
  tri(shapeI(x, 0), shapeI(x, 1), k, { dtype: x.dtype });

/** The matrix `x` with zeros above diagonal `k`. As `theano.tensor.tril`. */
export function tril<X extends TensorLike>(x: X, k: SizeLike = 0): TensorVariable<SoleDType<X>, RankOf<X>> {
  const input = asTensor(x);
  return mul(input, lower(input, k)) as TensorVariable as TensorVariable<SoleDType<X>, RankOf<X>>;
}

/** The matrix `x` with zeros below diagonal `k`. As `theano.tensor.triu`. */
export function triu<X extends TensorLike>(x: X, k: SizeLike = 0): TensorVariable<SoleDType<X>, RankOf<X>> {
  const input = asTensor(x);
  const below = isTensor(k) ? sub(k, 1) : Number(k) - 1;
  return mul(input, sub(1, lower(input, below))) as TensorVariable as TensorVariable<SoleDType<X>, RankOf<X>>;
}
