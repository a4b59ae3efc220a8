import { ValueError } from "../../errors.ts";
import { asTensors, constant, type TensorLike } from "../../tensor/constant.ts";
import type { PairDType } from "../../tensor/signatures.ts";
import type { TensorVariable } from "../../tensor/tensorVariable.ts";
import { slice } from "../../value/slice.ts";
import { mul } from "../elemwise/arithmetic.ts";
import { subtensor } from "../index/subtensor.ts";
import { patternbroadcast } from "../shape/broadcast.ts";
import { dimshuffle } from "../shape/dimshuffle.ts";
import { join } from "../shape/join.ts";
import { reshapeTo } from "../shape/reshape.ts";
import { makeVector, shape } from "../shape/shape.ts";
import { batchedDot } from "./batchedDot.ts";
import { dot } from "./dot.ts";

/** Which dimensions meet: so many last ones and first ones, or a list for each tensor (a number is a list of one). */
export type TensordotAxes = number | readonly [number | readonly number[], number | readonly number[]];

/**
 * The sum of products over `axes`: as many last dimensions of `x` and first ones of `y`, two by default, or the listed
 * ones of each. What is left of `x` comes before what is left of `y`.
 *
 * Throws a ValueError for axes that are not there or not as many in both. As `theano.tensor.tensordot`.
 */
export function tensordot<A extends TensorLike, B extends TensorLike>(
  x: A,
  y: B,
  axes: TensordotAxes = 2,
): TensorVariable<PairDType<A, B>, number> {
  const [a, b] = asTensors([x, y]) as [TensorVariable, TensorVariable];
  return asMatrices(a, b, axes, 0) as TensorVariable<PairDType<A, B>, number>;
}

/** `tensordot` of each element along the first dimension, which both have. As `theano.tensor.batched_tensordot`. */
export function batchedTensordot<A extends TensorLike, B extends TensorLike>(
  x: A,
  y: B,
  axes: TensordotAxes = 2,
): TensorVariable<PairDType<A, B>, number> {
  const [a, b] = asTensors([x, y]) as [TensorVariable, TensorVariable];
  return asMatrices(a, b, axes, 1) as TensorVariable<PairDType<A, B>, number>;
}

/** Reshaped to (batches of) matrices, multiplied, and reshaped back. */
function asMatrices(x: TensorVariable, y: TensorVariable, axes: TensordotAxes, batch: 0 | 1): TensorVariable {
  if (typeof axes !== "number") return arranged(x, y, axes, batch);
  for (const v of [x, y])
    if (!Number.isInteger(axes) || axes < 0 || axes + batch > v.ndim)
      throw new ValueError(
        `Cannot sum over ${axes} dimensions of ${v}: ${v.type}${batch ? ", whose first one stays" : ""}`,
      );
  const size = (v: TensorVariable, d: number): TensorVariable => subtensor(shape(v), d) as TensorVariable;
  const cut = x.ndim - axes;
  const product = (sizes: readonly TensorVariable[]): TensorVariable =>
    sizes.reduce((all, n) => mul(all, n) as TensorVariable, constant(1, { dtype: "int64" }));
  // Sizes that are counted from the end, as Theano counts them.
  const last = (v: TensorVariable, count: number): TensorVariable[] =>
    range(count).map((i) => size(v, -1 - i));
  const next = (v: TensorVariable, count: number): TensorVariable[] =>
    range(count).map((i) => size(v, batch + i));
  const batches = (v: TensorVariable): TensorVariable[] => range(batch).map((i) => size(v, i));
  const left = [...batches(x), product(next(x, cut - batch)), product(last(x, axes))];
  const right = [...batches(y), product(next(y, axes)), product(last(y, y.ndim - axes - batch))];
  const multiply = batch ? batchedDot : dot;
  const matrix = (v: TensorVariable, sizes: readonly TensorVariable[]): TensorVariable =>
    reshapeTo(v, makeVector(sizes, "int64"), 2 + batch);
  const flat = multiply(matrix(x, left), matrix(y, right)) as TensorVariable;
  const sizes = join(
    0,
    subtensor(shape(x), slice(0, cut)),
    subtensor(shape(y), slice(batch + axes, y.ndim)),
  ) as TensorVariable;
  const pattern = [...x.broadcastable.slice(0, cut), ...y.broadcastable.slice(batch + axes)];
  return patternbroadcast(reshapeTo(flat, sizes, pattern.length), pattern) as TensorVariable;
}

const range = (n: number): number[] => [...Array(n).keys()];

/** The dimensions that meet brought together, last in `x` and first in `y`. */
function arranged(
  x: TensorVariable,
  y: TensorVariable,
  axes: Exclude<TensordotAxes, number>,
  batch: 0 | 1,
): TensorVariable {
  const [ofX, ofY] = [x, y].map((v, i) => {
    const list = axes[i] as number | readonly number[];
    return (typeof list === "number" ? [list] : list).map((d) => {
      const front = d < 0 ? d + v.ndim : d;
      if (!Number.isInteger(front) || front < batch || front >= v.ndim)
        throw new ValueError(`Cannot sum over dimension ${d} of ${v}: ${v.type}`);
      return front;
    });
  }) as [number[], number[]];
  if (ofX.length !== ofY.length)
    throw new ValueError(
      `Cannot sum over ${ofX.length} dimensions of ${x} and ${ofY.length} of ${y}: as many must meet`,
    );
  const others = (v: TensorVariable, used: readonly number[]): number[] =>
    [...Array(v.ndim).keys()].filter((d) => d >= batch && !used.includes(d));
  const first = [...Array(batch).keys()];
  const left = dimshuffle(x, ...first, ...others(x, ofX), ...ofX);
  const right = dimshuffle(y, ...first, ...ofY, ...others(y, ofY));
  return asMatrices(left, right, ofX.length, batch);
}
