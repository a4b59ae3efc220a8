import { type Expr, int, isComplex, isDiscrete } from "@theano-ts/kernel";
import * as prim from "@theano-ts/kernel/prims";
import { NotImplementedError, TheanoTypeError } from "../../errors.ts";
import { opFamily } from "../../graph/family.ts";
import { disconnected, type GradientTerm } from "../../graph/op.ts";
import { asTensor, type TensorLike } from "../../tensor/constant.ts";
import type { Piece, Reader } from "../../tensor/meaning.ts";
import { type TensorOp, TensorOp as TensorOpClass, tensorOp } from "../../tensor/tensorOp.ts";
import type { TensorVariable } from "../../tensor/tensorVariable.ts";
import { zerosLike } from "../elemwise/basic.ts";
import { castParts, floatZeros } from "../elemwise/elemwise.ts";
import { restoreDims } from "../reduce/reduce.ts";
import { sum } from "../reduce/sum.ts";
import { addbroadcast } from "../shape/broadcast.ts";
import { dimshuffle } from "../shape/dimshuffle.ts";
import { advancedIncrement, advancedOf } from "./advanced.ts";
import { type Entry, indexName, rangesOf, subtensorEntries, subtensorOp } from "./subtensor.ts";

/** Sets the part of the first input that the index names to the second, or adds it there. */
export const incSubtensorOp: (entries: readonly Entry[], set: boolean) => TensorOp = /* @__PURE__ */ opFamily(
  (entries, set) =>
    tensorOp({
      name: `IncSubtensor{${set ? "Set" : "Inc"};${indexName(entries)}}`,
      params: { incSubtensor: entries, set },
      indicesFrom: 2,
      uses: (node) => node.inputs.map((_, i) => (i < 2 ? "elements" : "size")),
      type: ([x]) => [(x as TensorVariable).type],
      shape([x = [], y = []], context, node) {
        const [whole, value, ...indices] = node.inputs as readonly TensorVariable[];
        const sizes = rangesOf(entries, x, indices, context, whole as TensorVariable).flatMap((r) =>
          r.dropped ? [] : [r.size],
        );
        const added = sizes.length - y.length;
        y.forEach((n, d) => {
          const size = sizes[d + added] as Expr;
          context.demand(
            prim.or(prim.eq(n, size), prim.eq(n, 1)),
            (valueOf) =>
              `Cannot put ${value}: ${(value as TensorVariable).dtype}(${y.map(valueOf).join(", ")}) into a part of ${whole} of shape (${sizes.map(valueOf).join(", ")})`,
          );
        });
        return [x];
      },
      pieces(context, node): Piece[] {
        const [x, y, ...indices] = node.inputs as readonly [
          TensorVariable,
          TensorVariable,
          ...TensorVariable[],
        ];
        const [readX, readY] = context.inputs as readonly [Reader, Reader];
        const dims = context.dims(x);
        const ranges = rangesOf(entries, dims, indices, context, x);
        const kept = ranges.flatMap((r, d) => (r.dropped ? [] : [d]));
        const sizes = context.dims(y);
        const whole: Piece = {
          start: dims.map(() => int(0)),
          step: dims.map(() => int(1)),
          size: dims,
          at: readX,
        };
        const valueAt = (at: readonly Expr[]): ReturnType<Reader> => {
          const own = kept.slice(kept.length - y.ndim).map((d, i): Expr => {
            if (y.broadcastable[i]) return int(0);
            return prim.select(prim.eq(sizes[i] as Expr, 1), int(0), at[d] as Expr);
          });
          return castParts(readY(own), x.dtype);
        };
        const region: Piece = {
          start: ranges.map((r) => r.start),
          step: ranges.map((r) => r.step),
          size: ranges.map((r) => r.size),
          at(at) {
            const value = valueAt(at);
            if (set) return value;
            const old = readX(ranges.map((r, d) => prim.add(r.start, prim.mul(at[d] as Expr, r.step))));
            return value.map((e, i) =>
              e.dtype === "bool" ? prim.or(old[i] as Expr, e) : prim.add(old[i] as Expr, e),
            );
          },
        };
        return [whole, region];
      },
      connection: (node) => node.inputs.map((_, i) => [i < 2]),
      grad([v, w, ...indices], _, [g]) {
        const rest = indices.map((): GradientTerm => disconnected);
        if (g === disconnected || !g) return [disconnected, disconnected, ...rest];
        const [x, y] = [v, w] as [TensorVariable, TensorVariable];
        if (isDiscrete(x.dtype)) return [floatZeros(x), floatZeros(y), ...rest];
        if (isComplex(x.dtype))
          throw new NotImplementedError("Cannot take the gradient of setSubtensor of complex numbers");
        const part = subtensorOp(entries).call(g, ...indices);
        const first = set ? incSubtensorOp(entries, true).call(g, zerosLike(y), ...indices) : g;
        return [first, sumTo(y, part), ...rest];
      },
      rop([, , ...indices], [dx, dy], node) {
        if (!dx || !dy) {
          const [x, y] = node.inputs as readonly [TensorVariable, TensorVariable];
          if (!dx && !dy) return [null];
          return [incSubtensorOp(entries, set).call(dx ?? zerosLike(x), dy ?? zerosLike(y), ...indices)];
        }
        return [incSubtensorOp(entries, set).call(dx, dy, ...indices)];
      },
    }),
);

/** `g` summed over the dimensions in which `y` was stretched to its shape. */
export function sumTo(y: TensorVariable, g: TensorVariable): TensorVariable {
  const added = g.ndim - y.ndim;
  const axes = [...Array(g.ndim).keys()].filter(
    (d) => d < added || (y.broadcastable[d - added] && !g.broadcastable[d]),
  );
  if (axes.length === 0) return g;
  const total: TensorVariable = sum(g, { axis: axes });
  const stretched = axes.flatMap((d) => (d < added ? [] : [d - added]));
  return stretched.length === 0 ? total : restoreDims(total, stretched, y.ndim);
}

function change(part: TensorLike, value: TensorLike, set: boolean): TensorVariable {
  const x = asTensor(part);
  const y = asTensor(value, x.dtype);
  const what = set ? "set" : "increment";
  if (y.ndim > x.ndim)
    throw new TheanoTypeError(
      `Cannot ${what} ${x}: ${x.type}, which has ${x.ndim} dimensions, by ${y}: ${y.type}, which has ${y.ndim}`,
    );
  const node = x.owner;
  const entries = node && subtensorEntries(node.op);
  const fitted = addbroadcast(y, ...fixedDims(x, y));
  if (node && entries) {
    const [whole, ...indices] = node.inputs as readonly TensorVariable[];
    return incSubtensorOp(entries, set).call(whole as TensorVariable, fitted, ...indices);
  }
  const advanced = node && advancedOf(node.op);
  if (node && advanced) {
    const [whole, ...indices] = node.inputs as readonly TensorVariable[];
    return advancedIncrement(whole as TensorVariable, fitted, advanced, indices, set);
  }
  if (node && /DimShuffle/.test(String(node.op))) return throughDimshuffle(x, fitted, set);
  throw new TheanoTypeError(`Cannot ${what} ${x}: it is not a part of something: give x.get(…)`);
}

/** The dimensions of `y` that must have size 1 because those of the part have. */
const fixedDims = (x: TensorVariable, y: TensorVariable): number[] =>
  [...Array(y.ndim).keys()].filter((d) => x.broadcastable[d + x.ndim - y.ndim] && !y.broadcastable[d]);

/** A part with new axes: the value without them goes into the part before they were added. */
function throughDimshuffle(x: TensorVariable, y: TensorVariable, set: boolean): TensorVariable {
  const node = x.owner as NonNullable<typeof x.owner>;
  const before = node.inputs[0] as TensorVariable;
  const order = /\{(.*)\}/.exec(String(node.op))?.[1]?.split(",") ?? [];
  const added = x.ndim - y.ndim;
  const back = Array.from({ length: before.ndim }, (_, d): number | "x" => {
    const at = order.indexOf(String(d)) - added;
    return at >= 0 ? at : "x";
  });
  return change(before, dimshuffle(y, ...back), set);
}

/**
 * The whole array of which `part` is a part, made by `x.get(…)`, with the part replaced by `value`, which broadcasts and
 * takes the array's dtype. The array itself does not change.
 *
 * Throws a TypeError if `part` is no part or `value` has more dimensions. As `theano.tensor.set_subtensor`.
 */
export function setSubtensor(part: TensorLike, value: TensorLike): TensorVariable {
  return change(part, value, true);
}

/** As `setSubtensor`, but `value` is added to the part; where an index names an element twice, twice. As `theano.tensor.inc_subtensor`. */
export function incSubtensor(part: TensorLike, value: TensorLike): TensorVariable {
  return change(part, value, false);
}

/** Whether `op` sets or increments a basic part, and the form of its index. */
export function incSubtensorEntries(op: unknown): readonly Entry[] | undefined {
  return op instanceof TensorOpClass
    ? (op.record.params as { incSubtensor?: readonly Entry[] } | undefined)?.incSubtensor
    : undefined;
}
