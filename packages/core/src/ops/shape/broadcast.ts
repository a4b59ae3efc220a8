import { type Expr, int } from "@theano-ts/kernel";
import * as prim from "@theano-ts/kernel/prims";
import { ValueError } from "../../errors.ts";
import { opFamily } from "../../graph/family.ts";
import { disconnected } from "../../graph/op.ts";
import { asTensor, type TensorLike } from "../../tensor/constant.ts";
import type { Reader } from "../../tensor/meaning.ts";
import type { RankOf, SoleDType } from "../../tensor/signatures.ts";
import { type TensorOp, tensorOp } from "../../tensor/tensorOp.ts";
import { TensorType } from "../../tensor/tensorType.ts";
import type { TensorVariable } from "../../tensor/tensorVariable.ts";
import { asShape, knownLength, type ShapeLike } from "./shape.ts";

/** Declares dimensions to be of size 1, which is demanded when called, or not to be. */
export const rebroadcastOp: (changes: readonly (readonly [dim: number, one: boolean])[]) => TensorOp =
  /* @__PURE__ */ opFamily((listed) => {
    const changes = new Map(listed);
    const shown = Array.from({ length: (listed.at(-1)?.[0] ?? -1) + 1 }, (_, d) =>
      changes.has(d) ? (changes.get(d) ? "1" : "0") : "?",
    );
    return tensorOp({
      name: `Rebroadcast{${shown.join(",")}}`,
      params: { changes: listed },
      cost: 0,
      sameOrder: true,
      type([x]) {
        const { dtype, broadcastable } = x as TensorVariable;
        return [
          new TensorType(
            dtype,
            broadcastable.map((b, d) => changes.get(d) ?? b),
          ),
        ];
      },
      shape([x = []], context, node) {
        for (const [d, one] of listed)
          if (one)
            context.demand(
              prim.eq(x[d] as Expr, 1),
              (valueOf) =>
                `Cannot make dimension ${d} of ${node.inputs[0]} broadcastable: its size must be 1, and is ${valueOf(x[d] as Expr)}`,
            );
        return [x.map((n, d) => (changes.get(d) ? int(1) : n))];
      },
      at: (at, context) => [(context.inputs[0] as Reader)(at.map((e, d) => (changes.get(d) ? int(0) : e)))],
      grad([x], _, [g]) {
        if (g === disconnected || !g) return [disconnected];
        const { broadcastable } = x as TensorVariable;
        return [rebroadcast(g, new Map(listed.map(([d]) => [d, broadcastable[d] as boolean])))];
      },
      rop: (_, [direction]) => [direction ? rebroadcastOp(listed).call(direction) : null],
    });
  });

/** `x` with some dimensions declared anew; `x` itself if they are so already. */
function rebroadcast(x: TensorVariable, changes: ReadonlyMap<number, boolean>): TensorVariable {
  const real = new Map([...changes].filter(([d, b]) => x.broadcastable[d] !== b));
  return real.size === 0 ? x : rebroadcastOp([...real].sort(([a], [b]) => a - b)).call(x);
}

function declare<X extends TensorLike>(
  x: X,
  axes: readonly number[],
  one: boolean,
): TensorVariable<SoleDType<X>, RankOf<X>> {
  const input = asTensor(x);
  const changes = axes.map((d): [number, boolean] => {
    if (!Number.isInteger(d) || d < 0 || d >= input.ndim)
      throw new ValueError(`Cannot declare dimension ${d} of ${input}: ${input.type}: it has ${input.ndim}`);
    return [d, one];
  });
  return rebroadcast(input, new Map(changes)) as TensorVariable<SoleDType<X>, RankOf<X>>;
}

/**
 * `x` with these dimensions declared to have size 1, so that they stretch. Throws a ValueError when called if a size is
 * another. As `theano.tensor.addbroadcast`.
 */
export const addbroadcast = <X extends TensorLike>(
  x: X,
  ...axes: number[]
): TensorVariable<SoleDType<X>, RankOf<X>> => declare(x, axes, true);

/** `x` with these dimensions declared not to stretch. As `theano.tensor.unbroadcast`. */
export const unbroadcast = <X extends TensorLike>(
  x: X,
  ...axes: number[]
): TensorVariable<SoleDType<X>, RankOf<X>> => declare(x, axes, false);

/** `x` with every dimension declared as in `pattern`. As `theano.tensor.patternbroadcast`. */
export function patternbroadcast<X extends TensorLike>(
  x: X,
  pattern: readonly boolean[],
): TensorVariable<SoleDType<X>, RankOf<X>> {
  return rebroadcast(asTensor(x), new Map(pattern.map((b, d) => [d, b]))) as TensorVariable<
    SoleDType<X>,
    RankOf<X>
  >;
}

/** Its first operand, of the shape that the second says. */
export const specifyShapeOp: TensorOp = /* @__PURE__ */ tensorOp({
  name: "SpecifyShape",
  cost: 0,
  sameOrder: true,
  uses: () => ["elements", "size"],
  type: ([x]) => [(x as TensorVariable).type],
  shape([x = []], context, node) {
    const [input, shape] = node.inputs as readonly [TensorVariable, TensorVariable];
    const wanted = context.elements(shape, x.length);
    const say = (valueOf: (e: Expr) => number): string =>
      `${input} has the shape (${x.map(valueOf).join(", ")}), not (${wanted.map(valueOf).join(", ")}) as specified`;
    x.forEach((n, d) => {
      context.demand(prim.eq(n, wanted[d] as Expr), say, "assertion");
    });
    return [x.map((n, d) => (input.broadcastable[d] ? n : (wanted[d] as Expr)))];
  },
  at: (at, context) => [(context.inputs[0] as Reader)(at)],
  connection: () => [[true], [false]],
  grad: ([, shape], _, [g]) =>
    g === disconnected || !g
      ? [disconnected, disconnected]
      : [specifyShapeOp.call(g, shape as TensorVariable), disconnected],
  rop: ([, shape], [direction]) => [
    direction ? specifyShapeOp.call(direction, shape as TensorVariable) : null,
  ],
});

/**
 * `x` with a promise that it has this shape, which is checked when called: an AssertionError if it has not.
 * As `theano.tensor.specify_shape`.
 */
export function specifyShape<X extends TensorLike>(
  x: X,
  shape: ShapeLike,
): TensorVariable<SoleDType<X>, RankOf<X>> {
  const input = asTensor(x);
  const vector = asShape(shape, `specify ${input}`);
  const length = knownLength(vector);
  if (length !== undefined && length !== input.ndim)
    throw new ValueError(`Cannot specify ${length} sizes for ${input}: ${input.type}`);
  return specifyShapeOp.call(input, vector) as TensorVariable<SoleDType<X>, RankOf<X>>;
}
