import { isDiscrete, isInteger } from "@theano-ts/kernel";
import { TheanoTypeError, ValueError } from "../../errors.ts";
import { asTensor, knownInteger, type TensorLike } from "../../tensor/constant.ts";
import type { SoleDType } from "../../tensor/signatures.ts";
import { isTensor, type TensorVariable } from "../../tensor/tensorVariable.ts";
import { slice } from "../../value/slice.ts";
import { alloc, type SizeLike } from "../create/alloc.ts";
import { arange } from "../create/arange.ts";
import { mod, mul, neg } from "../elemwise/arithmetic.ts";
import { cast } from "../elemwise/basic.ts";
import { ge } from "../elemwise/comparison.ts";
import { subtensor } from "../index/subtensor.ts";
import { cumsum } from "../reduce/cumulative.ts";
import { sum } from "../reduce/sum.ts";
import { dimshuffle } from "./dimshuffle.ts";
import { join } from "./join.ts";
import { flatten, reshape } from "./reshape.ts";
import { shape } from "./shape.ts";

const sizesOf = (x: TensorVariable): TensorVariable[] => {
  const sizes = shape(x);
  return Array.from({ length: x.ndim }, (_, d) => subtensor(sizes, d) as TensorVariable);
};

/** A size times a number of times; what is once stays as it is. */
const times = (n: SizeLike, count: SizeLike): SizeLike => {
  if (knownInteger(count) === 1) return n;
  if (knownInteger(n) === 1) return count;
  return mul(n, count) as TensorVariable;
};

/**
 * `x` repeated as a whole `reps` times along each dimension; the fewer of dimensions and repetitions are filled up with
 * ones in front. Throws a ValueError for repetitions that are no integers, or more than `ndim`. As `theano.tensor.tile`.
 */
export function tile<X extends TensorLike>(
  x: X,
  reps: SizeLike | readonly SizeLike[],
  options: { readonly ndim?: number | undefined } = {},
): TensorVariable<SoleDType<X>, number> {
  const input = asTensor(x);
  const list: readonly SizeLike[] = Array.isArray(reps) ? reps : [reps as SizeLike];
  for (const r of list)
    if (isTensor(r) ? r.ndim !== 0 || !isDiscrete(r.dtype) : !Number.isInteger(Number(r)))
      throw new ValueError(`Cannot tile ${input} ${r} times: repetitions are integer scalars`);
  const ndim = options.ndim ?? Math.max(list.length, input.ndim);
  if (list.length > ndim)
    throw new ValueError(`Cannot tile ${input} along ${list.length} dimensions: ndim is ${ndim}`);
  const counts: readonly SizeLike[] = [...Array<SizeLike>(ndim - list.length).fill(1), ...list];
  const sizes: readonly SizeLike[] = [...Array<SizeLike>(ndim - input.ndim).fill(1), ...sizesOf(input)];
  // All repetitions in front, then each beside the dimension it repeats, then the two made one.
  const copies = alloc(input, ...counts, ...sizes);
  const order = Array.from({ length: 2 * ndim }, (_, i) => (i % 2 === 0 ? i / 2 : ndim + (i - 1) / 2));
  const beside = dimshuffle(copies, ...order);
  return reshape(
    beside,
    sizes.map((n, d) => times(n, counts[d] as SizeLike)),
  ) as TensorVariable<SoleDType<X>, number>;
}

/** Along which axis; over all elements in a row if null or left out. */
export interface OverAxis {
  readonly axis?: number | null | undefined;
}

/**
 * Each element of `x` `repeats` times in a row, along `axis`; without, of all elements in a row. A vector says it for
 * each element.
 *
 * Throws a TypeError for repeats that are no integers, a ValueError for an axis `x` has not. As `theano.tensor.repeat`.
 */
export function repeat<X extends TensorLike>(
  x: X,
  repeats: TensorLike,
  { axis = null }: OverAxis = {},
): TensorVariable<SoleDType<X>, number> {
  const input = asTensor(x);
  const count = asTensor(repeats);
  if (!isInteger(count.dtype))
    throw new TheanoTypeError(`Cannot repeat ${input} ${count}: ${count.type} times: it takes integers`);
  if (count.ndim > 1)
    throw new ValueError(
      `Cannot repeat ${input} ${count}: ${count.type} times: it takes a scalar or a vector`,
    );
  if (axis !== null && (axis >= input.ndim || axis < -input.ndim))
    throw new ValueError(`Cannot repeat ${input}: ${input.type} along axis ${axis}`);
  const d = axis === null ? 0 : axis < 0 ? axis + input.ndim : axis;
  const from = axis === null ? flatten(input) : input;
  const single =
    count.ndim === 0 ? count : count.broadcastable[0] ? (subtensor(count, 0) as TensorVariable) : undefined;
  const result = single ? repeatAll(from, single, d) : repeatEach(from, count, d);
  return result as TensorVariable<SoleDType<X>, number>;
}

function repeatAll(x: TensorVariable, count: TensorVariable, axis: number): TensorVariable {
  const sizes = sizesOf(x);
  const order: (number | "x")[] = [...Array(x.ndim).keys()];
  order.splice(axis + 1, 0, "x");
  const stretched: SizeLike[] = [...sizes];
  stretched.splice(axis + 1, 0, count);
  const copies = alloc(dimshuffle(x, ...order), ...stretched);
  return reshape(
    copies,
    sizes.map((n, d) => (d === axis ? (mul(n, count) as TensorVariable) : n)),
  ) as TensorVariable;
}

/** Takes element i of `axis` as often as `counts` says: the one that the place's number falls to. */
function repeatEach(x: TensorVariable, counts: TensorVariable, axis: number): TensorVariable {
  const ends = cumsum(cast(counts, "int64"), 0);
  const places = arange(sum(counts));
  // The element a place belongs to is the number of elements that end at or before it.
  const passed = ge(dimshuffle(places, 0, "x"), dimshuffle(ends, "x", 0));
  return subtensor(x, ...Array(axis).fill(slice()), sum(passed, { axis: 1 })) as TensorVariable;
}

/**
 * `x` with its elements moved on by `shift` along `axis`, those that fall off coming in at the other end; without an
 * axis, of all elements in a row. As `theano.tensor.roll`.
 */
export function roll<X extends TensorLike>(
  x: X,
  shift: SizeLike,
  { axis = null }: OverAxis = {},
): TensorVariable<SoleDType<X>, number> {
  return rolled(asTensor(x), shift, axis) as TensorVariable<SoleDType<X>, number>;
}

function rolled(x: TensorVariable, shift: SizeLike, axis: number | null): TensorVariable {
  if (axis === null && x.ndim > 1)
    return reshape(rolled(flatten(x), shift, 0), shape(x), { ndim: x.ndim }) as TensorVariable;
  const given = axis ?? 0;
  if (given >= x.ndim || given < -x.ndim)
    throw new ValueError(`Cannot roll ${x}: ${x.type} along axis ${given}`);
  const d = given < 0 ? given + x.ndim : given;
  const by = mod(shift, subtensor(shape(x), d));
  const before = Array(d).fill(slice());
  const back = neg(by);
  const [front, end] = [slice(back, null), slice(0, back)].map(
    (s) => subtensor(x, ...before, s) as TensorVariable,
  );
  return join(d, front as TensorVariable, end as TensorVariable);
}
