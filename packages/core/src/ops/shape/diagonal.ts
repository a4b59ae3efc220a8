import { type Expr, int, isInteger, promote } from "@theano-ts/kernel";
import * as prim from "@theano-ts/kernel/prims";
import { NotImplementedError, TheanoTypeError, ValueError } from "../../errors.ts";
import { opFamily } from "../../graph/family.ts";
import { disconnected, NullGradient } from "../../graph/op.ts";
import { asTensor, constant, type TensorLike } from "../../tensor/constant.ts";
import type { Reader } from "../../tensor/meaning.ts";
import type { RankOf, SoleDType } from "../../tensor/signatures.ts";
import { type TensorOp, tensorOp } from "../../tensor/tensorOp.ts";
import { tensorType } from "../../tensor/tensorType.ts";
import { isTensor, type TensorVariable } from "../../tensor/tensorVariable.ts";
import { slice } from "../../value/slice.ts";
import type { SizeLike } from "../create/alloc.ts";
import { mul } from "../elemwise/arithmetic.ts";
import { cast, zerosLike } from "../elemwise/basic.ts";
import { setSubtensor } from "../index/setSubtensor.ts";
import { subtensor } from "../index/subtensor.ts";
import { sum } from "../reduce/sum.ts";
import { shapeI } from "./shape.ts";

/** Which diagonals: `offset` above the main one, of the matrices that two dimensions make. */
export interface DiagonalOptions {
  readonly offset?: number | undefined;
  readonly axis1?: number | undefined;
  readonly axis2?: number | undefined;
}

interface Diagonals {
  readonly offset: number;
  readonly axis1: number;
  readonly axis2: number;
}

/** How many places from the first row and column a diagonal starts. */
const startOf = ({ offset }: Diagonals): readonly [number, number] => [
  Math.max(0, -offset),
  Math.max(0, offset),
];

/** The elements of a diagonal. */
export const extractDiagOp: (which: Diagonals) => TensorOp = /* @__PURE__ */ opFamily((which) => {
  const { axis1, axis2 } = which;
  const [row, column] = startOf(which);
  return tensorOp({
    name: `ExtractDiag{offset=${which.offset}, axis1=${axis1}, axis2=${axis2}}`,
    cost: 0,
    type: ([x]) => [tensorType((x as TensorVariable).dtype, (x as TensorVariable).ndim - 1)],
    shape([x = []]) {
      const [n, m] = [prim.sub(x[axis1] as Expr, row), prim.sub(x[axis2] as Expr, column)];
      return [[...x.filter((_, d) => d !== axis1 && d !== axis2), prim.max(prim.min(n, m), 0)]];
    },
    at(at, context, node) {
      const k = at[at.length - 1] as Expr;
      let next = 0;
      const place = Array.from({ length: (node.inputs[0] as TensorVariable).ndim }, (_, d) =>
        d === axis1 ? prim.add(k, row) : d === axis2 ? prim.add(k, column) : (at[next++] as Expr),
      );
      return [(context.inputs[0] as Reader)(place)];
    },
    grad([v], _, [g]) {
      if (g === disconnected || !g) return [disconnected];
      const x = v as TensorVariable;
      if (x.ndim !== 2) return [new NullGradient("the gradient of diagonal is there for matrices only")];
      const square = allocDiagOp(which).call(g);
      const part = subtensor(zerosLike(x), slice(null, shapeI(square, 0)), slice(null, shapeI(square, 1)));
      return [setSubtensor(part as TensorVariable, square)];
    },
    rop: (_, [direction]) => [direction ? extractDiagOp(which).call(direction) : null],
  });
});

/** A matrix with its operand on a diagonal. */
export const allocDiagOp: (which: Diagonals) => TensorOp = /* @__PURE__ */ opFamily((which) => {
  const [row, column] = startOf(which);
  const axis1 = Math.min(which.axis1, which.axis2);
  const axis2 = Math.max(which.axis1, which.axis2);
  const extra = Math.abs(which.offset);
  return tensorOp({
    name: `AllocDiag{offset=${which.offset}, axis1=${which.axis1}, axis2=${which.axis2}}`,
    cost: 0,
    type: ([x]) => [tensorType((x as TensorVariable).dtype, (x as TensorVariable).ndim + 1)],
    shape([x = []]) {
      const size = prim.add(x[x.length - 1] as Expr, extra);
      let next = 0;
      return [
        Array.from({ length: x.length + 1 }, (_, d) =>
          d === axis1 || d === axis2 ? size : (x[next++] as Expr),
        ),
      ];
    },
    at(at, context, node) {
      const [x] = node.inputs as readonly [TensorVariable];
      const dims = context.dims(x);
      const n = dims[dims.length - 1] as Expr;
      const k = prim.sub(at[axis1] as Expr, row);
      const on = prim.and(
        prim.eq(k, prim.sub(at[axis2] as Expr, column)),
        prim.and(prim.ge(k, 0), prim.lt(k, n)),
      );
      const rest = at.filter((_, d) => d !== axis1 && d !== axis2);
      const value = (context.inputs[0] as Reader)([...rest, k]);
      return [value.map((e) => prim.select(on, e, prim.number(0, e.dtype)))];
    },
    grad(_inputs, _outputs, [g]) {
      return [g === disconnected || !g ? disconnected : extractDiagOp(which).call(g)];
    },
    rop: (_, [direction]) => [direction ? allocDiagOp(which).call(direction) : null],
  });
});

/**
 * The diagonal of the matrices that two dimensions of `x` make, as the last dimension. As `theano.tensor.diagonal`.
 * Throws a ValueError for fewer than two dimensions.
 */
export function diagonal<X extends TensorLike>(
  x: X,
  { offset = 0, axis1 = 0, axis2 = 1 }: DiagonalOptions = {},
): TensorVariable<SoleDType<X>, number> {
  const input = asTensor(x);
  if (input.ndim < 2)
    throw new ValueError(`Cannot take a diagonal of ${input}: ${input.type}: it needs two dimensions`);
  const front = (d: number): number => (d < 0 ? d + input.ndim : d);
  const op = extractDiagOp({ offset, axis1: front(axis1), axis2: front(axis2) });
  return op.call(input) as TensorVariable<SoleDType<X>, number>;
}

/** The diagonal `k` of a matrix; of a vector the matrix with it there, and zeros elsewhere. As `theano.tensor.diag`. */
export function diag<X extends TensorLike>(x: X, k = 0): TensorVariable<SoleDType<X>, number> {
  const input = asTensor(x);
  if (input.ndim === 0) throw new ValueError(`Cannot take the diagonal of ${input}: ${input.type}`);
  if (input.ndim >= 2) return diagonal(x, { offset: k });
  return allocDiagOp({ offset: k, axis1: 0, axis2: 1 }).call(input) as TensorVariable<SoleDType<X>, number>;
}

/** Sets the elements where `on` holds of a place, given the sizes, to the second input. */
function fillOp(
  name: string,
  on: (at: readonly Expr[], dims: readonly Expr[], offset: Expr) => Expr,
  check: (dims: readonly Expr[]) => Expr | undefined,
): TensorOp {
  const op: TensorOp = tensorOp({
    name,
    uses: (node) => node.inputs.map((_, i) => (i === 2 ? "size" : "elements")),
    type: ([x]) => [(x as TensorVariable).type],
    shape([x = []], context, node) {
      const square = check(x);
      if (square)
        context.demand(
          square,
          (valueOf) =>
            `Cannot fill the diagonal of ${node.inputs[0]}: its sizes ${x.map(valueOf).join(", ")} differ`,
        );
      return [x];
    },
    at(at, context, node) {
      const [x, offset] = [node.inputs[0], node.inputs[2]] as [TensorVariable, TensorVariable | undefined];
      const [old, value] = context.inputs as readonly [Reader, Reader];
      const holds = on(at, context.dims(x), offset ? context.scalar(offset) : int(0));
      const filled = value([]);
      return [old(at).map((e, i) => prim.select(holds, filled[i] as Expr, e))];
    },
    connection: (node) => node.inputs.map((_, i) => [i < 2]),
    grad(inputs, _, [g]) {
      const [x, , offset] = inputs as readonly [TensorVariable, TensorVariable, TensorVariable | undefined];
      const rest = offset ? [disconnected as typeof disconnected] : [];
      if (g === disconnected || !g) return [disconnected, disconnected, ...rest];
      if (x.ndim > 2)
        throw new NotImplementedError(
          "Cannot take the gradient of fillDiagonal: it is there for matrices only",
        );
      const others = [...(offset ? [offset] : [])];
      const without = op.call(g, constant(0, { dtype: g.dtype }), ...others);
      // What was filled in has the gradient of the places it went to: all less the others.
      const inside = op.call(zerosLike(g) as TensorVariable, constant(1, { dtype: g.dtype }), ...others);
      return [without, sum(mul(g, inside)), ...rest];
    },
  });
  return op;
}

const equal = (items: readonly Expr[]): Expr =>
  items
    .slice(1)
    .reduce(
      (all, e) => prim.and(all, prim.eq(e, items[0] as Expr)),
      prim.eq(items[0] as Expr, items[0] as Expr),
    );

/** The main diagonal set to a scalar. */
export const fillDiagonalOp: TensorOp = /* @__PURE__ */ fillOp(
  "FillDiagonal",
  (at) => equal(at),
  (dims) => (dims.length > 2 ? equal(dims) : undefined),
);

/** A diagonal of a matrix, which the third operand says, set to a scalar. */
export const fillDiagonalOffsetOp: TensorOp = /* @__PURE__ */ fillOp(
  "FillDiagonalOffset",
  ([i, j], _, by) => prim.eq(prim.sub(j as Expr, i as Expr), by),
  () => undefined,
);

/** `value` in the dtype of `x`. Throws a TypeError if it is no scalar, or of a dtype that `x` cannot hold. */
function filling(x: TensorVariable, value: TensorLike): TensorVariable {
  const scalar = asTensor(value, x.dtype);
  if (scalar.ndim !== 0)
    throw new TheanoTypeError(`Cannot fill a diagonal with ${scalar}: ${scalar.type}: it takes a scalar`);
  if (promote(x.dtype, scalar.dtype) !== x.dtype)
    throw new TheanoTypeError(
      `Cannot fill a diagonal of ${x}: ${x.type} with ${scalar}: ${scalar.type}: it cannot hold that`,
    );
  return cast(scalar, x.dtype);
}

/**
 * `x` with `value`, a scalar, on its main diagonal: where all coordinates are equal. A matrix may be of any shape, of
 * more dimensions all sizes are equal. Throws a TypeError for a vector or for a `value` that `x` cannot hold.
 * As `theano.tensor.fill_diagonal`.
 */
export function fillDiagonal<X extends TensorLike>(
  x: X,
  value: TensorLike,
): TensorVariable<SoleDType<X>, RankOf<X>> {
  const input = asTensor(x);
  if (input.ndim < 2)
    throw new TheanoTypeError(`Cannot fill the diagonal of ${input}: ${input.type}: it needs two dimensions`);
  return fillDiagonalOp.call(input, filling(input, value)) as TensorVariable<SoleDType<X>, RankOf<X>>;
}

/** The matrix `x` with `value`, a scalar, on the diagonal `offset`. As `theano.tensor.fill_diagonal_offset`. */
export function fillDiagonalOffset<X extends TensorLike>(
  x: X,
  value: TensorLike,
  offset: SizeLike,
): TensorVariable<SoleDType<X>, RankOf<X>> {
  const input = asTensor(x);
  if (input.ndim !== 2)
    throw new TheanoTypeError(`Cannot fill a diagonal of ${input}: ${input.type}: it takes a matrix`);
  const k = isTensor(offset) ? offset : constant(offset);
  if (k.ndim !== 0 || !isInteger(k.dtype))
    throw new TheanoTypeError(`Cannot fill the diagonal ${k}: ${k.type}: it is an integer scalar`);
  return fillDiagonalOffsetOp.call(input, filling(input, value), k) as TensorVariable<
    SoleDType<X>,
    RankOf<X>
  >;
}
