import { type Expr, int, isDiscrete, isInteger, partOf, partsOf } from "@theano-ts/kernel";
import * as prim from "@theano-ts/kernel/prims";
import { TheanoTypeError } from "../../errors.ts";
import { opFamily } from "../../graph/family.ts";
import { disconnected } from "../../graph/op.ts";
import { asTensor, type TensorLike } from "../../tensor/constant.ts";
import type { Reader } from "../../tensor/meaning.ts";
import type { SoleDType } from "../../tensor/signatures.ts";
import { type TensorOp, type TensorOpRecord, tensorOp } from "../../tensor/tensorOp.ts";
import { TensorType } from "../../tensor/tensorType.ts";
import type { TensorVariable } from "../../tensor/tensorVariable.ts";
import { arange } from "../create/arange.ts";
import { broadcastRanks, floatZeros } from "../elemwise/elemwise.ts";
import { shapeI } from "../shape/shape.ts";
import { sumTo } from "./setSubtensor.ts";

type Two = readonly [TensorVariable, TensorVariable];
type TwoReaders = readonly [Reader, Reader];

/** The place of an operand that stretches to `at`. */
const within = (v: TensorVariable, at: readonly Expr[]): Expr[] =>
  at.map((e, d) => (v.broadcastable[d] ? int(0) : e));

/** No element may leave its row. */
const inside = (place: Expr, size: Expr): Expr =>
  prim.max(prim.min(prim.cast(place, "int32"), prim.sub(size, 1)), 0);

/** Element j of a row is the one at place y[j]. */
const gather: NonNullable<TensorOpRecord["at"]> = (at, context, node) => {
  const [x, y] = node.inputs as unknown as Two;
  const [value, order] = context.inputs as TwoReaders;
  const [place] = order(within(y, at)) as readonly [Expr];
  const size = context.dims(x)[x.ndim - 1] as Expr;
  return [value(within(x, [...at.slice(0, -1), inside(place, size)]))];
};

/** Element j of a row goes to place y[j]. */
const spread: NonNullable<TensorOpRecord["scatter"]> = (context, node) => {
  const [x, y] = node.inputs as unknown as Two;
  const [value, order] = context.inputs as TwoReaders;
  const [dims] = context.outputs as readonly [readonly Expr[]];
  return {
    base: () => Array.from({ length: partsOf(x.dtype) }, () => prim.number(0, partOf(x.dtype))),
    domain: dims,
    at(at) {
      const [place] = order(within(y, at)) as readonly [Expr];
      return [...at.slice(0, -1), inside(place, dims[dims.length - 1] as Expr)];
    },
    value: (at) => value(within(x, at)),
  };
};

/** The elements of each row in the order that the second operand says, or the other way round. */
export const permuteOp: (inverse: boolean) => TensorOp = /* @__PURE__ */ opFamily((inverse) =>
  tensorOp({
    name: "PermuteRowElements",
    params: { inverse },
    type([x, y]) {
      const { dtype, broadcastable } = x as TensorVariable;
      return [
        new TensorType(
          dtype,
          broadcastable.map((b, d) => b && ((y as TensorVariable).broadcastable[d] as boolean)),
        ),
      ];
    },
    shape(shapes, context, node) {
      const inputs = node.inputs as readonly TensorVariable[];
      const dims = inputs[0]?.broadcastable.map((_, d) => {
        const sizes = shapes.flatMap((s, i) => (inputs[i]?.broadcastable[d] ? [] : [s[d] as Expr]));
        const say = (valueOf: (e: Expr) => number): string =>
          `Cannot permute the rows of ${inputs[0]} by ${inputs[1]}: sizes along dimension ${d} are ${sizes.map(valueOf).join(" and ")}`;
        return sizes.length === 0 ? int(1) : context.same(sizes, say);
      });
      return [dims ?? []];
    },
    ...(inverse ? { scatter: spread } : { at: gather }),
    connection: () => [[true], [false]],
    grad([v, order], _, [g]) {
      // Elements do not move smoothly with their order.
      if (g === disconnected || !g) return [disconnected, disconnected];
      const x = v as TensorVariable;
      // The other way round brings each gradient back to where its element came from.
      return [
        isDiscrete(x.dtype) ? floatZeros(x) : sumTo(x, permuteOp(!inverse).call(g, order as TensorVariable)),
        disconnected,
      ];
    },
    rop: ([, order], [direction]) => [
      direction ? permuteOp(inverse).call(direction, order as TensorVariable) : null,
    ],
  }),
);

/** Which way. */
export interface PermuteOptions {
  /** Whether `order` says where elements go, instead of where they come from. */
  readonly inverse?: boolean | undefined;
}

/**
 * `x` with the elements of each row in the order that `order`, a permutation of 0, 1, … in each row, says. The two
 * broadcast. Throws a TypeError for an order that is no integer. As `theano.tensor.permute_row_elements`.
 */
export function permuteRowElements<X extends TensorLike>(
  x: X,
  order: TensorLike,
  { inverse = false }: PermuteOptions = {},
): TensorVariable<SoleDType<X>, number> {
  const [input, places] = broadcastRanks([asTensor(x), asTensor(order)]) as unknown as Two;
  if (!isInteger(places.dtype))
    throw new TheanoTypeError(`Cannot order elements by ${places}: ${places.type}: places are integers`);
  return permuteOp(inverse).call(input, places) as TensorVariable<SoleDType<X>, number>;
}

/** The permutation that undoes `order`, in each row of it. As `theano.tensor.inverse_permutation`. */
export function inversePermutation<X extends TensorLike>(order: X): TensorVariable<SoleDType<X>, number> {
  const places = asTensor(order);
  const sequence = arange(shapeI(places, places.ndim - 1), { dtype: places.dtype });
  return permuteRowElements(sequence, places, { inverse: true }) as TensorVariable as TensorVariable<
    SoleDType<X>,
    number
  >;
}
