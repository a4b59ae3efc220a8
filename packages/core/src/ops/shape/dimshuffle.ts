import { type Expr, int } from "@theano-ts/kernel";
import { IndexError, TheanoTypeError, ValueError } from "../../errors.ts";
import { opFamily } from "../../graph/family.ts";
import { disconnected } from "../../graph/op.ts";
import { asTensor, type TensorLike } from "../../tensor/constant.ts";
import type { RankOf, SoleDType } from "../../tensor/signatures.ts";
import { type TensorOp, tensorOp } from "../../tensor/tensorOp.ts";
import { TensorType } from "../../tensor/tensorType.ts";
import type { TensorVariable } from "../../tensor/tensorVariable.ts";
import type { Inc } from "../../value/indexRank.ts";

/** For each dimension of the result, which of the operand's it is; "x" is a new one of size 1. */
export type ShuffleOrder = readonly (number | "x")[];

/** Takes dimensions, of an operand of which these are broadcastable, in another order. */
export const dimshuffleOp: (from: readonly boolean[], order: ShuffleOrder) => TensorOp =
  /* @__PURE__ */ opFamily((inputPattern, order) => {
    const kept = order.filter((d): d is number => d !== "x");
    const dropped = inputPattern.map((_, d) => d).filter((d) => !kept.includes(d));
    return tensorOp({
      name: `InplaceDimShuffle{${order.join(",")}}`,
      params: { from: inputPattern.map(Number).join("") },
      cost: 0,
      spreads: 0,
      type([x]) {
        const input = x as TensorVariable;
        for (const d of kept)
          if (!Number.isInteger(d) || d < 0 || d >= input.ndim)
            throw new ValueError(
              `Cannot dimshuffle ${input}: ${input.type} by (${order.join(", ")}): it has no dimension ${d}`,
            );
        if (new Set(kept).size < kept.length)
          throw new ValueError(
            `Cannot dimshuffle ${input}: ${input.type} by (${order.join(", ")}): a dimension appears twice`,
          );
        for (const d of dropped)
          if (!input.broadcastable[d])
            throw new ValueError(
              `Cannot drop dimension ${d} of ${input}: ${input.type} by dimshuffle: only broadcastable dimensions can be dropped`,
            );
        return [
          new TensorType(
            input.dtype,
            order.map((d) => (d === "x" ? true : (input.broadcastable[d] as boolean))),
          ),
        ];
      },
      shape: ([x]) => [order.map((d) => (d === "x" ? int(1) : (x?.[d] as Expr)))],
      at(index, context) {
        const at = inputPattern.map((_, d) => {
          const to = order.indexOf(d);
          return to < 0 || inputPattern[d] ? int(0) : (index[to] as Expr);
        });
        return [(context.inputs[0] as (typeof context.inputs)[0])(at)];
      },
      grad(_inputs, _outputs, [g]) {
        if (g === disconnected || !g) return [disconnected];
        const back: (number | "x")[] = inputPattern.map((_, d) =>
          order.includes(d) ? order.indexOf(d) : "x",
        );
        // A new dimension has size 1, so dropping it is the inverse of adding it.
        return [dimshuffle(g, ...back)];
      },
      rop: (_, [direction]) => [direction ? dimshuffle(direction, ...order) : null],
      vectorize: ([x]) => [dimshuffle(x as TensorVariable, 0, ...order.map((d) => (d === "x" ? d : d + 1)))],
    });
  });

/**
 * `x` with its dimensions in another order: each item is one of `x`'s dimensions, or "x" for a new one of size 1.
 * Dimensions left out must be broadcastable. As `theano.tensor.DimShuffle`: a view, without work of its own.
 */
export function dimshuffle(x: TensorLike, ...order: (number | "x")[]): TensorVariable {
  const input = asTensor(x);
  for (const d of order)
    if (d !== "x" && typeof d !== "number")
      throw new TheanoTypeError(`dimshuffle takes dimension numbers and "x", not ${String(d)}`);
  return dimshuffleOp(input.broadcastable, order).call(input);
}

/** `x` with `count` dimensions of size 1 added in front; `x` itself for none. */
export function padLeft(x: TensorVariable, count: number): TensorVariable {
  if (count <= 0) return x;
  const order: (number | "x")[] = [...Array<"x">(count).fill("x"), ...Array(x.ndim).keys()];
  return dimshuffle(x, ...order);
}

/** `x` with its dimensions reversed, or in the order `axes`. As `theano.tensor.transpose`. */
export function transpose<X extends TensorLike>(
  x: X,
  axes?: readonly number[] | null,
): TensorVariable<SoleDType<X>, RankOf<X>> {
  const input = asTensor(x);
  const order = axes ?? [...Array(input.ndim).keys()].reverse();
  return dimshuffle(input, ...order.map((d) => (d < 0 ? d + input.ndim : d))) as TensorVariable<
    SoleDType<X>,
    RankOf<X>
  >;
}

/** `x` with two dimensions exchanged. As `theano.tensor.swapaxes`. */
export function swapaxes<X extends TensorLike>(
  x: X,
  a: number,
  b: number,
): TensorVariable<SoleDType<X>, RankOf<X>> {
  const input = asTensor(x);
  const [from, to] = [position(input, a), position(input, b)];
  const order = Array.from({ length: input.ndim }, (_, d) => (d === from ? to : d === to ? from : d));
  return dimshuffle(input, ...order) as TensorVariable<SoleDType<X>, RankOf<X>>;
}

/** Dimension `d` of `x`, counted from the front. */
function position(x: TensorVariable, d: number): number {
  if (!Number.isInteger(d) || d < -x.ndim || d >= x.ndim)
    throw new ValueError(`Cannot take dimension ${d} of ${x}: ${x.type}: it has ${x.ndim}`);
  return d < 0 ? d + x.ndim : d;
}

/** `x` without its broadcastable dimensions; those of size 1 that are not declared so stay. As `theano.tensor.squeeze`. */
export function squeeze<X extends TensorLike>(x: X): TensorVariable<SoleDType<X>, number> {
  const input = asTensor(x);
  const kept = input.broadcastable.flatMap((b, d) => (b ? [] : [d]));
  const result = kept.length === input.ndim ? input : dimshuffle(input, ...kept);
  return result as TensorVariable<SoleDType<X>, number>;
}

/** `x` with `count` dimensions of size 1 in front. As `theano.tensor.shape_padleft`. */
export function shapePadleft<X extends TensorLike>(x: X, count = 1): TensorVariable<SoleDType<X>, number> {
  const input = asTensor(x);
  const order: (number | "x")[] = [...Array<"x">(count).fill("x"), ...Array(input.ndim).keys()];
  return dimshuffle(input, ...order) as TensorVariable<SoleDType<X>, number>;
}

/** `x` with `count` dimensions of size 1 at the end. As `theano.tensor.shape_padright`. */
export function shapePadright<X extends TensorLike>(x: X, count = 1): TensorVariable<SoleDType<X>, number> {
  const input = asTensor(x);
  const order: (number | "x")[] = [...Array(input.ndim).keys(), ...Array<"x">(count).fill("x")];
  return dimshuffle(input, ...order) as TensorVariable<SoleDType<X>, number>;
}

/** `x` with a dimension of size 1 at `axis` of the result. Throws an IndexError beyond it. As `theano.tensor.shape_padaxis`. */
export function shapePadaxis<X extends TensorLike>(
  x: X,
  axis: number,
): TensorVariable<SoleDType<X>, Inc<RankOf<X>>> {
  const input = asTensor(x);
  const ndim = input.ndim + 1;
  if (!Number.isInteger(axis) || axis < -ndim || axis >= ndim)
    throw new IndexError(
      `Cannot put a dimension at ${axis} into ${input}: ${input.type}: the result has ${ndim}`,
    );
  const order: (number | "x")[] = [...Array(input.ndim).keys()];
  order.splice(axis < 0 ? axis + ndim : axis, 0, "x");
  return dimshuffle(input, ...order) as TensorVariable<SoleDType<X>, Inc<RankOf<X>>>;
}
