import { type Expr, int } from "@theano-ts/kernel";
import { TheanoTypeError, ValueError } from "../../errors.ts";
import { disconnected } from "../../graph/op.ts";
import { asTensor, type TensorLike } from "../../tensor/constant.ts";
import { type TensorOp, tensorOp } from "../../tensor/tensorOp.ts";
import { TensorType } from "../../tensor/tensorType.ts";
import type { TensorVariable } from "../../tensor/tensorVariable.ts";

/** For each dimension of the result, which of the operand's it is; "x" is a new one of size 1. */
export type ShuffleOrder = readonly (number | "x")[];

function dimshuffleOp(inputPattern: readonly boolean[], order: ShuffleOrder): TensorOp {
  const kept = order.filter((d): d is number => d !== "x");
  const dropped = inputPattern.map((_, d) => d).filter((d) => !kept.includes(d));
  return tensorOp({
    name: `InplaceDimShuffle{${order.join(",")}}`,
    params: { from: inputPattern.map(Number).join("") },
    cost: 0,
    // Adding and dropping dimensions of size 1 leaves the elements where they are.
    sameOrder: kept.every((d, i) => i === 0 || d > (kept[i - 1] as number)),
    type([x]) {
      const input = x as TensorVariable;
      for (const d of kept)
        if (!Number.isInteger(d) || d < 0 || d >= input.ndim)
          throw new ValueError(`Cannot dimshuffle ${input}: ${input.type} by (${order.join(", ")}): it has no dimension ${d}`);
      if (new Set(kept).size < kept.length)
        throw new ValueError(`Cannot dimshuffle ${input}: ${input.type} by (${order.join(", ")}): a dimension appears twice`);
      for (const d of dropped)
        if (!input.broadcastable[d])
          throw new ValueError(
            `Cannot drop dimension ${d} of ${input}: ${input.type} by dimshuffle: only broadcastable dimensions can be dropped`,
          );
      return [new TensorType(input.dtype, order.map((d) => (d === "x" ? true : (input.broadcastable[d] as boolean))))];
    },
    shape: ([x]) => [order.map((d) => (d === "x" ? int(1) : (x?.[d] as Expr)))],
    at(index, context) {
      const at = inputPattern.map((_, d) => {
        const to = order.indexOf(d);
        return to < 0 || inputPattern[d] ? int(0) : (index[to] as Expr);
      });
      return [(context.inputs[0] as (typeof context.inputs)[0])(at)];
    },
    grad([x], _, [g]) {
      if (g === disconnected || !g) return [disconnected];
      const back: (number | "x")[] = inputPattern.map((_, d) => (order.includes(d) ? order.indexOf(d) : "x"));
      // A new dimension has size 1, so dropping it is the inverse of adding it.
      return [dimshuffle(g, ...back)];
    },
    rop: (_, [direction]) => [direction ? dimshuffle(direction, ...order) : null],
  });
}

/**
 * `x` with its dimensions in another order: each item is one of `x`'s dimensions, or "x" for a new one of size 1.
 * Dimensions left out must be broadcastable. As `theano.tensor.DimShuffle`: a view, without work of its own.
 */
export function dimshuffle(x: TensorLike, ...order: (number | "x")[]): TensorVariable {
  const input = asTensor(x);
  for (const d of order)
    if (d !== "x" && typeof d !== "number") throw new TheanoTypeError(`dimshuffle takes dimension numbers and "x", not ${String(d)}`);
  return dimshuffleOp(input.broadcastable, order).call(input);
}

/** `x` with `count` dimensions of size 1 added in front; `x` itself for none. */
export function padLeft(x: TensorVariable, count: number): TensorVariable {
  if (count <= 0) return x;
  const order: (number | "x")[] = [...Array<"x">(count).fill("x"), ...Array(x.ndim).keys()];
  return dimshuffle(x, ...order);
}

/** `x` with its dimensions reversed, or in the order `axes`. As `theano.tensor.transpose`. */
export function transpose(x: TensorLike, axes?: readonly number[]): TensorVariable {
  const input = asTensor(x);
  const order = axes ?? [...Array(input.ndim).keys()].reverse();
  return dimshuffle(input, ...order.map((d) => (d < 0 ? d + input.ndim : d)));
}
