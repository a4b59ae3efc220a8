import { type Expr, int, isInteger } from "@theano-ts/kernel";
import * as prim from "@theano-ts/kernel/prims";
import { IndexError, TheanoTypeError } from "../../errors.ts";
import type { Apply } from "../../graph/apply.ts";
import { opFamily } from "../../graph/family.ts";
import { disconnected, type GradientTerm } from "../../graph/op.ts";
import { asTensor, constant, isConstant, type TensorLike } from "../../tensor/constant.ts";
import type { Dims, Reader, ShapeContext } from "../../tensor/meaning.ts";
import type { RankOf, SoleDType } from "../../tensor/signatures.ts";
import { type TensorOp, TensorOp as TensorOpClass, tensorOp } from "../../tensor/tensorOp.ts";
import { TensorType } from "../../tensor/tensorType.ts";
import { isTensor, type TensorVariable } from "../../tensor/tensorVariable.ts";
import type { IndexRank } from "../../value/indexRank.ts";
import { NDArray } from "../../value/ndarray.ts";
import { ellipsis, parseIndexString, Slice, slice } from "../../value/slice.ts";
import { floatZeros } from "../elemwise/elemwise.ts";
import { dimshuffle } from "../shape/dimshuffle.ts";
import { advancedSubtensor } from "./advanced.ts";
import { incSubtensorOp } from "./setSubtensor.ts";

/**
 * One item of an index: an integer or an integer scalar, a slice whose bounds may be symbolic, text such as `"1:"`,
 * `"::-1"` or `"..."`, `null` for a new axis, integer or bool arrays and variables to pick elements.
 */
export type SymbolicIndex = number | bigint | null | string | Slice | TensorLike;

/** One dimension's share of a basic index: the operation's input that has the integer, or those of the slice's bounds. */
export type Entry =
  | { readonly integer: number; readonly dtype: string }
  | { readonly start: Place; readonly stop: Place; readonly step: Place };
type Place = { readonly input: number; readonly dtype: string } | null;

/** A basic index taken apart: its form, and the integers in it as variables. */
export interface BasicIndex {
  readonly entries: readonly Entry[];
  readonly inputs: readonly TensorVariable[];
}

/** As Theano prints the form of an index: `int64, int64:int64:`. */
export const indexName = (entries: readonly Entry[]): string =>
  entries
    .map((e) => ("integer" in e ? e.dtype : [e.start, e.stop, e.step].map((p) => p?.dtype ?? "").join(":")))
    .join(", ");

/** What a basic index takes along one dimension: `size` elements from `start` by `step`; an integer takes one, and the dimension goes. */
export interface Range {
  readonly start: Expr;
  readonly step: Expr;
  readonly size: Expr;
  readonly dropped: boolean;
}

/** The ranges of `dims` that `entries` take; dimensions without an entry are taken whole. Demands that integers fit. */
export function rangesOf(
  entries: readonly Entry[],
  dims: Dims,
  indices: readonly TensorVariable[],
  context: ShapeContext,
  of: TensorVariable,
): Range[] {
  const value = (place: Place): Expr | null =>
    place ? context.scalar(indices[place.input] as TensorVariable) : null;
  return dims.map((n, d) => {
    const entry = entries[d];
    if (!entry) return { start: int(0), step: int(1), size: n, dropped: false };
    if (!("integer" in entry))
      return sliceRange(value(entry.start), value(entry.stop), value(entry.step), n, context, of);
    const i = context.scalar(indices[entry.integer] as TensorVariable);
    context.demand(
      prim.and(prim.lt(i, n), prim.ge(i, prim.neg(n))),
      (valueOf) =>
        `Cannot take element ${valueOf(i)} along dimension ${d} of ${of}: ${of.type}: its size is ${valueOf(n)}${valueOf(n) === 0 && d === 0 && isLoop(of) ? ", as the loop that makes its rows made no steps" : ""}`,
      "index",
    );
    return { start: fromEnd(i, n), step: int(1), size: int(1), dropped: true };
  });
}

/** Whether a loop makes the rows of `v`, or those that `v` is a part of. */
function isLoop({ owner }: TensorVariable): boolean {
  if (!(owner?.op instanceof TensorOpClass)) return false;
  const isPart = subtensorEntries(owner.op) !== undefined;
  return owner.op.record.loop !== undefined || (isPart && isLoop(owner.inputs[0] as TensorVariable));
}

/** A negative place counts from the end. */
const fromEnd = (i: Expr, n: Expr): Expr => prim.select(prim.lt(i, 0), prim.add(i, n), i);

/** As Python's `slice.indices`: bounds beyond the dimension are clipped. */
function sliceRange(
  start: Expr | null,
  stop: Expr | null,
  step: Expr | null,
  n: Expr,
  context: ShapeContext,
  of: TensorVariable,
): Range {
  const by = step ?? int(1);
  if (step) context.demand(prim.ne(by, 0), () => `Cannot take a slice of ${of} with step 0`);
  const forward = prim.gt(by, 0);
  if (!start && !stop && by.kind === "const" && by.value === 1)
    return { start: int(0), step: by, size: n, dropped: false };
  const last = prim.sub(n, 1);
  const [low, high] = [prim.select(forward, int(0), int(-1)), prim.select(forward, n, last)];
  const clip = (e: Expr): Expr => prim.min(prim.max(fromEnd(e, n), low), high);
  const from = start ? clip(start) : prim.select(forward, int(0), last);
  const to = stop ? clip(stop) : prim.select(forward, n, int(-1));
  const distance = prim.select(forward, prim.sub(to, from), prim.sub(from, to));
  const stride = prim.abs(by);
  const size = prim.max(prim.floorDiv(prim.add(distance, prim.sub(stride, 1)), stride), 0);
  return { start: from, step: by, size, dropped: false };
}

/** The place in the whole of the element at coordinates `at` of the part. */
function placeIn(ranges: readonly Range[], at: readonly Expr[]): Expr[] {
  let next = 0;
  return ranges.map((r) => (r.dropped ? r.start : prim.add(r.start, prim.mul(at[next++] as Expr, r.step))));
}

/** The part of its operand that an index of this form names; the integers are the other inputs. */
export const subtensorOp: (entries: readonly Entry[]) => TensorOp = /* @__PURE__ */ opFamily((entries) => {
  const ranges = (node: Apply, context: ShapeContext, dims: Dims): Range[] => {
    const [x, ...indices] = node.inputs as readonly TensorVariable[];
    return rangesOf(entries, dims, indices, context, x as TensorVariable);
  };
  return tensorOp({
    name: `Subtensor{${indexName(entries)}}`,
    params: { subtensor: entries },
    indicesFrom: 1,
    cost: 0,
    uses: (node) => node.inputs.map((_, i) => (i === 0 ? "elements" : "size")),
    type([v, ...indices]) {
      const x = v as TensorVariable;
      const pattern = x.broadcastable.flatMap((b, d) => {
        const entry = entries[d];
        if (!entry) return [b];
        return "integer" in entry ? [] : [b && keepsOne(entry, indices)];
      });
      return [new TensorType(x.dtype, pattern)];
    },
    shape: ([x = []], context, node) => [
      ranges(node, context, x).flatMap((r) => (r.dropped ? [] : [r.size])),
    ],
    at(at, context, node) {
      const place = placeIn(ranges(node, context, context.dims(node.inputs[0] as TensorVariable)), at);
      return [(context.inputs[0] as Reader)(place)];
    },
    connection: (node) => node.inputs.map((_, i) => [i === 0]),
    grad([v, ...indices], _, [g]) {
      const rest = indices.map((): GradientTerm => disconnected);
      if (g === disconnected || !g) return [disconnected, ...rest];
      const x = v as TensorVariable;
      if (isInteger(x.dtype) || x.dtype === "bool") return [floatZeros(x), ...rest];
      return [incSubtensorOp(entries, false).call(floatZeros(x), g, ...indices), ...rest];
    },
    rop: ([, ...indices], [direction]) => [
      direction ? subtensorOp(entries).call(direction, ...indices) : null,
    ],
  });
});

/** Whether a slice of a dimension of size 1 surely keeps its only element. */
function keepsOne(entry: Exclude<Entry, { integer: number }>, indices: readonly TensorVariable[]): boolean {
  const known = (place: Place): number | undefined => {
    const v = place ? indices[place.input] : undefined;
    return isConstant(v) ? Number(v.data.item()) : undefined;
  };
  const startsAtZero = entry.start === null || known(entry.start) === 0;
  const stop = known(entry.stop);
  return startsAtZero && (entry.stop === null || (stop !== undefined && stop > 0));
}

/** Whether `op` takes a basic part, and the form of its index. */
export function subtensorEntries(op: unknown): readonly Entry[] | undefined {
  return op instanceof TensorOpClass
    ? (op.record.params as { subtensor?: readonly Entry[] } | undefined)?.subtensor
    : undefined;
}

/**
 * The part of `x` that `index` names, one item per dimension, by NumPy's rules: Theano's `x[…]`. Slices clip their
 * bounds; an integer beyond its dimension is an IndexError when called.
 *
 * Throws an IndexError for more items than dimensions, a TypeError for what is no index.
 */
export function subtensor<X extends TensorLike, const I extends readonly SymbolicIndex[]>(
  x: X,
  ...index: I
): TensorVariable<SoleDType<X>, IndexRank<RankOf<X>, I>> {
  const input = asTensor(x);
  const items = expand(index.flatMap(readItem), input);
  return part(input, items) as TensorVariable<SoleDType<X>, IndexRank<RankOf<X>, I>>;
}

/** An index item as it is used: a slice, a new axis, or integers (a scalar takes one, an array several). */
type Item = Slice | null | TensorVariable;

function part(x: TensorVariable, items: readonly Item[]): TensorVariable {
  if (items.includes(null)) return withNewAxes(x, items);
  const indices = items as readonly (Slice | TensorVariable)[];
  if (indices.some((item) => isTensor(item) && (item.ndim > 0 || item.dtype === "bool")))
    return advancedSubtensor(x, indices);
  const { entries, inputs } = basicIndex(indices);
  return subtensorOp(entries).call(x, ...inputs);
}

/** New axes first, by dimshuffle, then the rest of the index on the result. */
function withNewAxes(x: TensorVariable, items: readonly Item[]): TensorVariable {
  const order: (number | "x")[] = [];
  const rest: (Slice | TensorVariable)[] = [];
  let next = 0;
  for (const item of items) {
    // A mask takes as many dimensions as it has.
    const taken = isTensor(item) && item.dtype === "bool" ? item.ndim : 1;
    if (item === null) order.push("x");
    else for (let i = 0; i < taken; i++) order.push(next++);
    rest.push(item ?? slice());
  }
  while (next < x.ndim) order.push(next++);
  const view = dimshuffle(x, ...order);
  return rest.every((item) => item instanceof Slice && isWhole(item)) ? view : part(view, rest);
}

const isWhole = (item: Slice): boolean => item.start === null && item.stop === null && item.step === null;

/** The form of a basic index, with the integers in it as the inputs. */
export function basicIndex(items: readonly (Slice | TensorVariable)[]): BasicIndex {
  const inputs: TensorVariable[] = [];
  const place = (v: TensorVariable): { input: number; dtype: string } => {
    inputs.push(v);
    return { input: inputs.length - 1, dtype: v.dtype };
  };
  const bound = (b: unknown): Place => (b === null || b === undefined ? null : place(asBound(b)));
  const entries = items.map((item): Entry => {
    if (item instanceof Slice)
      return { start: bound(item.start), stop: bound(item.stop), step: bound(item.step) };
    const { input, dtype } = place(item);
    return { integer: input, dtype };
  });
  return { entries, inputs };
}

const asInteger = (i: number | bigint): TensorVariable => {
  if (typeof i === "number" && !Number.isInteger(i))
    throw new TheanoTypeError(`Cannot index with ${i}: it is not an integer`);
  return constant(i, { dtype: "int64" });
};

function asBound(bound: unknown): TensorVariable {
  if (typeof bound === "number" || typeof bound === "bigint") return asInteger(bound);
  const v = asTensor(bound);
  if (v.ndim !== 0 || !isInteger(v.dtype))
    throw new TheanoTypeError(`Cannot slice with the bound ${v}: ${v.type}: bounds are integer scalars`);
  return v;
}

function readItem(item: SymbolicIndex): (Item | typeof ellipsis)[] {
  if (item === null || item instanceof Slice) return [item];
  if (typeof item === "string")
    return parseIndexString(item).map((i) => (typeof i === "number" ? asInteger(i) : i));
  if (typeof item === "number" || typeof item === "bigint") return [asInteger(item)];
  if (typeof item === "boolean")
    throw new TheanoTypeError(`Cannot index with ${item}: use null for a new axis, or an array of bools`);
  const plain = !isTensor(item) && !(item instanceof NDArray) && Array.isArray(item);
  const v = plain && item.length === 0 ? constant([], { dtype: "int64" }) : asTensor(item);
  if (!isInteger(v.dtype) && v.dtype !== "bool")
    throw new TheanoTypeError(`Cannot index with ${v}: ${v.type}: indices are integers or bools`);
  return [v];
}

/** `items` with the ellipsis written out. */
function expand(items: readonly (Item | typeof ellipsis)[], x: TensorVariable): Item[] {
  const takes = (item: Item | typeof ellipsis): number =>
    item === null || item === ellipsis ? 0 : isTensor(item) && item.dtype === "bool" ? item.ndim : 1;
  const used = items.reduce((n, item) => n + takes(item), 0);
  if (used > x.ndim)
    throw new IndexError(`Cannot index ${x}: ${x.type} with ${used} items: it has ${x.ndim} dimensions`);
  const at = items.indexOf(ellipsis);
  if (at !== items.lastIndexOf(ellipsis)) throw new IndexError('Cannot index with more than one "..."');
  const rest = Array.from({ length: x.ndim - used }, () => slice());
  const expanded = at < 0 ? items : [...items.slice(0, at), ...rest, ...items.slice(at + 1)];
  return expanded as Item[];
}
