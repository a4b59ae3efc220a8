import type { DType, Expr } from "@theano-ts/kernel";
import { int, isDiscrete, isInteger } from "@theano-ts/kernel";
import * as prim from "@theano-ts/kernel/prims";
import { floatX } from "../../config.ts";
import { TheanoTypeError } from "../../errors.ts";
import { disconnected, type GradientTerm } from "../../graph/op.ts";
import { asTensor, constant, isConstant, type TensorLike } from "../../tensor/constant.ts";
import type { Reader } from "../../tensor/meaning.ts";
import type { FloatX } from "../../tensor/static.ts";
import { type TensorOp, tensorOp } from "../../tensor/tensorOp.ts";
import { TensorType } from "../../tensor/tensorType.ts";
import { isTensor, type TensorVariable } from "../../tensor/tensorVariable.ts";
import { floatZeros } from "../elemwise/elemwise.ts";
import { sumTo } from "../index/setSubtensor.ts";
import { subtensor } from "../index/subtensor.ts";
import { addbroadcast } from "../shape/broadcast.ts";
import { asShape, knownLength, type ShapeLike } from "../shape/shape.ts";

/** Its first operand in the shape that the others are the sizes of. */
export const allocOp: TensorOp = /* @__PURE__ */ tensorOp({
  name: "Alloc",
  cost: 0,
  uses: (node) => node.inputs.map((_, i) => (i === 0 ? "elements" : "size")),
  type([value, ...sizes]) {
    const one = (n: TensorVariable): boolean => isConstant(n) && Number(n.data.item()) === 1;
    return [new TensorType((value as TensorVariable).dtype, sizes.map(one))];
  },
  shape([v = []], context, node) {
    const [value, ...sizes] = node.inputs as readonly [TensorVariable, ...TensorVariable[]];
    const dims = sizes.map((n) => context.scalar(n));
    const added = dims.length - v.length;
    v.forEach((n, d) => {
      if (value.broadcastable[d]) return;
      const size = dims[d + added] as Expr;
      context.demand(
        prim.or(prim.eq(n, size), prim.eq(n, 1)),
        (valueOf) =>
          `Cannot alloc (${dims.map(valueOf).join(", ")}) from ${value}: ${value.dtype}(${v.map(valueOf).join(", ")}): sizes along dimension ${d + added} differ`,
      );
    });
    for (const n of dims)
      context.demand(
        prim.ge(n, 0),
        (valueOf) => `Cannot alloc (${dims.map(valueOf).join(", ")}): sizes are not negative`,
      );
    return [dims];
  },
  at(at, context, node) {
    const value = node.inputs[0] as TensorVariable;
    const sizes = context.dims(value);
    const own = at.slice(at.length - value.ndim).map((e, d): Expr => {
      if (value.broadcastable[d]) return int(0);
      return prim.select(prim.eq(sizes[d] as Expr, 1), int(0), e);
    });
    return [(context.inputs[0] as Reader)(own)];
  },
  connection: (node) => node.inputs.map((_, i) => [i === 0]),
  grad([v, ...sizes], _, [g]) {
    const rest = sizes.map((): GradientTerm => disconnected);
    if (g === disconnected || !g) return [disconnected, ...rest];
    const value = v as TensorVariable;
    return [isDiscrete(value.dtype) ? floatZeros(value) : sumTo(value, g), ...rest];
  },
  rop: ([, ...sizes], [direction]) => [direction ? allocOp.call(direction, ...sizes) : null],
});

/** A size of a new tensor. */
export type SizeLike = number | bigint | TensorVariable;

/**
 * `value`, which broadcasts, in the shape that the sizes say. Throws a TypeError for sizes that are no integer scalars,
 * a ValueError when called if `value` does not fit. As `theano.tensor.alloc`.
 */
export function alloc(value: TensorLike, ...sizes: SizeLike[]): TensorVariable {
  const input = asTensor(value);
  const dims = sizes.map((n) => (isTensor(n) ? n : constant(n, { dtype: "int64" })));
  for (const n of dims)
    if (n.ndim !== 0 || !isInteger(n.dtype))
      throw new TheanoTypeError(`Cannot alloc the size ${n}: ${n.type}: sizes are integer scalars`);
  if (input.ndim > dims.length)
    throw new TheanoTypeError(
      `Cannot alloc ${dims.length} dimensions from ${input}: ${input.type}: it has more`,
    );
  // What goes into a dimension of size 1 must have size 1 itself.
  const ones = dims.map((n) => isConstant(n) && Number(n.data.item()) === 1).slice(dims.length - input.ndim);
  const fitted = addbroadcast(
    input,
    ...ones.flatMap((one, d) => (one && !input.broadcastable[d] ? [d] : [])),
  );
  return allocOp.call(fitted, ...dims);
}

/** The dtype of new tensors. */
export interface DTypeOption<D extends DType = DType> {
  /** `config.floatX` by default. */
  readonly dtype?: D | undefined;
}

/** The rank of a shape: how many sizes are listed. */
type NewRank<S> = S extends readonly unknown[]
  ? number extends S["length"]
    ? number
    : S["length"]
  : S extends number
    ? 1
    : number;

function filled(shape: ShapeLike, value: TensorVariable): TensorVariable {
  if (Array.isArray(shape)) return alloc(value, ...(shape as SizeLike[]));
  if (typeof shape === "number" || typeof shape === "bigint") return alloc(value, shape);
  const vector = asShape(shape, "fill");
  const length = knownLength(vector);
  if (length === undefined)
    throw new TheanoTypeError(`Cannot fill the shape ${vector}: its length is not known yet: list its sizes`);
  return alloc(value, ...Array.from({ length }, (_, i) => subtensor(vector, i) as TensorVariable));
}

/** Zeros of this shape, a number for a vector. As `theano.tensor.zeros`. */
export function zeros<const S extends ShapeLike, D extends DType = FloatX>(
  shape: S,
  options: DTypeOption<D> = {},
): TensorVariable<D, NewRank<S>> {
  return filled(shape, constant(0, { dtype: options.dtype ?? floatX() })) as TensorVariable<D, NewRank<S>>;
}

/** Ones of this shape, a number for a vector. As `theano.tensor.ones`. */
export function ones<const S extends ShapeLike, D extends DType = FloatX>(
  shape: S,
  options: DTypeOption<D> = {},
): TensorVariable<D, NewRank<S>> {
  return filled(shape, constant(1, { dtype: options.dtype ?? floatX() })) as TensorVariable<D, NewRank<S>>;
}

/** `value` in this shape. As `numpy.full`. */
export function full<const S extends ShapeLike>(
  shape: S,
  value: TensorLike,
): TensorVariable<DType, NewRank<S>> {
  return filled(shape, asTensor(value)) as TensorVariable<DType, NewRank<S>>;
}
