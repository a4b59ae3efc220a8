import { ValueError } from "../../errors.ts";
import { asTensors, constant, type TensorLike } from "../../tensor/constant.ts";
import type { PairDType } from "../../tensor/signatures.ts";
import type { TensorVariable } from "../../tensor/tensorVariable.ts";
import { mul } from "../elemwise/arithmetic.ts";
import { subtensor } from "../index/subtensor.ts";
import { patternbroadcast } from "../shape/broadcast.ts";
import { dimshuffle } from "../shape/dimshuffle.ts";
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
  const [sizesX, sizesY] = [sizesOf(x), sizesOf(y)];
  const cut = x.ndim - axes;
  const product = (sizes: readonly TensorVariable[]): TensorVariable =>
    sizes.length === 0
      ? constant(1, { dtype: "int64" })
      : sizes.length === 1
        ? (sizes[0] as TensorVariable)
        : mul(...sizes);
  const vector = (sizes: readonly TensorVariable[]): TensorVariable => makeVector(sizes, "int64");
  const left = vector([
    ...sizesX.slice(0, batch),
    product(sizesX.slice(batch, cut)),
    product(sizesX.slice(cut)),
  ]);
  const right = vector([
    ...sizesY.slice(0, batch),
    product(sizesY.slice(batch, batch + axes)),
    product(sizesY.slice(batch + axes)),
  ]);
  const multiply = batch ? batchedDot : dot;
  const flat = multiply(reshapeTo(x, left, 2 + batch), reshapeTo(y, right, 2 + batch)) as TensorVariable;
  const sizes = [...sizesX.slice(0, cut), ...sizesY.slice(batch + axes)];
  const pattern = [...x.broadcastable.slice(0, cut), ...y.broadcastable.slice(batch + axes)];
  return patternbroadcast(reshapeTo(flat, vector(sizes), sizes.length), pattern) as TensorVariable;
}

function sizesOf(x: TensorVariable): TensorVariable[] {
  const sizes = shape(x);
  return Array.from({ length: x.ndim }, (_, d) => subtensor(sizes, d) as TensorVariable);
}

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
