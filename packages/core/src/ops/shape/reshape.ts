import { type Expr, int, product } from "@theano-ts/kernel";
import * as prim from "@theano-ts/kernel/prims";
import { ValueError } from "../../errors.ts";
import { opFamily } from "../../graph/family.ts";
import { disconnected } from "../../graph/op.ts";
import { asTensor, type TensorLike } from "../../tensor/constant.ts";
import type { Reader } from "../../tensor/meaning.ts";
import type { SoleDType } from "../../tensor/signatures.ts";
import { type TensorOp, tensorOp } from "../../tensor/tensorOp.ts";
import { TensorType } from "../../tensor/tensorType.ts";
import type { TensorVariable } from "../../tensor/tensorVariable.ts";
import { subtensor } from "../index/subtensor.ts";
import { addbroadcast } from "./broadcast.ts";
import { asShape, knownLength, knownSize, type ShapeLike, shape as shapeOf } from "./shape.ts";

/** The coordinates, in an array of these sizes, of the element that is number `position` in row-major order. */
export function unravel(position: Expr, sizes: readonly Expr[]): Expr[] {
  const at: Expr[] = [];
  let rest = position;
  for (let d = sizes.length - 1; d >= 0; d--) {
    at[d] = d === 0 ? rest : prim.mod(rest, sizes[d] as Expr);
    rest = d === 0 ? rest : prim.floorDiv(rest, sizes[d] as Expr);
  }
  return at;
}

/** The number, in row-major order, of the element at these coordinates. */
export const ravelled = (at: readonly Expr[], sizes: readonly Expr[]): Expr =>
  at.reduce<Expr>((sofar, e, d) => prim.add(prim.mul(sofar, sizes[d] as Expr), e), int(0));

/** Brings the elements of its operand into another shape of so many dimensions. */
export const reshapeOp: (ndim: number) => TensorOp = /* @__PURE__ */ opFamily((ndim) =>
  tensorOp({
    name: `Reshape{${ndim}}`,
    cost: 0,
    sameOrder: true,
    uses: () => ["elements", "size"],
    type([x, shape]) {
      const sizes = Array.from({ length: ndim }, (_, d) => knownSize(shape as TensorVariable, d) === 1);
      return [new TensorType((x as TensorVariable).dtype, sizes)];
    },
    shape([x = []], context, node) {
      const [input, shape] = node.inputs as readonly [TensorVariable, TensorVariable];
      const wanted = context.elements(shape, ndim);
      const total = product(x);
      const open = (e: Expr): Expr => prim.eq(e, -1);
      const known = product(wanted.map((e) => prim.select(open(e), int(1), e)));
      const sizes = wanted.map((e) => prim.select(open(e), prim.floorDiv(total, known), e));
      const count = wanted.reduce<Expr>((n, e) => prim.add(n, prim.cast(open(e), "int32")), int(0));
      const text = (valueOf: (e: Expr) => number): string =>
        `Cannot reshape ${input}: ${input.dtype}(${x.map(valueOf).join(", ")}) to (${wanted.map(valueOf).join(", ")})`;
      context.demand(prim.le(count, 1), (valueOf) => `${text(valueOf)}: only one size can be left open`);
      context.demand(
        prim.eq(product(sizes), total),
        (valueOf) =>
          `${text(valueOf)}: it has ${valueOf(total)} elements, the shape ${valueOf(known)}${valueOf(count) > 0 ? " times a whole number" : ""}`,
      );
      return [sizes];
    },
    at(at, context, node) {
      const dims = context.dims(node.inputs[0] as TensorVariable);
      const position = ravelled(at, context.outputs[0] as readonly Expr[]);
      return [(context.inputs[0] as Reader)(unravel(position, dims))];
    },
    connection: () => [[true], [false]],
    grad([x], _, [g]) {
      if (g === disconnected || !g) return [disconnected, disconnected];
      const input = x as TensorVariable;
      return [reshapeTo(g, shapeOf(input), input.ndim), disconnected];
    },
    rop: ([, shape], [direction]) => [
      direction ? reshapeOp(ndim).call(direction, shape as TensorVariable) : null,
    ],
  }),
);

/** `x` in the shape that the vector `shape` of `ndim` elements says. */
export const reshapeTo = (x: TensorVariable, shape: TensorVariable, ndim: number): TensorVariable =>
  reshapeOp(ndim).call(x, shape);

/** The rank of a shape: how many sizes are listed. */
type ShapeRank<S> = S extends readonly unknown[]
  ? number extends S["length"]
    ? number
    : S["length"]
  : S extends number
    ? 1
    : number;

/** What cannot be told from the shape. */
export interface ReshapeOptions<N extends number = number> {
  /** How many sizes a shape has that is not known yet. */
  readonly ndim?: N | undefined;
}

/**
 * The elements of `x` in row-major order, in another shape. One size may be -1: what is left. A vector that is not known
 * yet needs `ndim`, its length.
 *
 * Throws a ValueError when called if the numbers of elements differ. As `theano.tensor.reshape`.
 */
export function reshape<X extends TensorLike, const S extends ShapeLike, N extends number = ShapeRank<S>>(
  x: X,
  shape: S,
  { ndim }: ReshapeOptions<N> = {},
): TensorVariable<SoleDType<X>, N> {
  const input = asTensor(x);
  const vector = asShape(shape, `reshape ${input}`);
  const length = knownLength(vector);
  if (length === undefined && ndim === undefined)
    throw new ValueError(
      `Cannot reshape ${input} to ${vector}: its length is not known yet: say it with ndim`,
    );
  if (length !== undefined && ndim !== undefined && length !== ndim)
    throw new ValueError(`Cannot reshape ${input} to ${vector}: it has ${length} sizes, and ndim is ${ndim}`);
  return reshapeTo(input, vector, (ndim ?? length) as number) as TensorVariable<SoleDType<X>, N>;
}

/**
 * `x` with all dimensions from `ndim - 1` on made one: a vector by default. Throws a ValueError for fewer than 1 or more
 * than `x` has. As `theano.tensor.flatten`.
 */
export function flatten<X extends TensorLike, N extends number = 1>(
  x: X,
  ndim?: N,
): TensorVariable<SoleDType<X>, N> {
  const input = asTensor(x);
  const rank = ndim ?? 1;
  if (rank < 1 || (rank > 1 && rank > input.ndim))
    throw new ValueError(`Cannot flatten ${input}: ${input.type} to ${rank} dimensions`);
  const sizes = rank > 1 ? shapeOf(input) : undefined;
  const kept = Array.from(
    { length: rank - 1 },
    (_, d) => subtensor(sizes as TensorVariable, d) as TensorVariable,
  );
  const pattern = [
    ...input.broadcastable.slice(0, rank - 1),
    input.broadcastable.slice(rank - 1).every((b) => b),
  ];
  const flat = reshape(input, [...kept, -1]) as TensorVariable;
  return addbroadcast(flat, ...pattern.flatMap((b, d) => (b ? [d] : []))) as TensorVariable<SoleDType<X>, N>;
}

/** All elements in a row: `flatten(x)`. As `numpy.ravel`. */
export const ravel = <X extends TensorLike>(x: X): TensorVariable<SoleDType<X>, 1> => flatten(x);
