import { type Expr, int, isDiscrete } from "@theano-ts/kernel";
import * as prim from "@theano-ts/kernel/prims";
import * as reducer from "@theano-ts/kernel/reducers";
import { IndexError } from "../../errors.ts";
import type { Apply } from "../../graph/apply.ts";
import { opFamily } from "../../graph/family.ts";
import { disconnected, type GradientTerm } from "../../graph/op.ts";
import { isConstant } from "../../tensor/constant.ts";
import type { Dims, Reader, RunCheck, ShapeContext, ValueContext } from "../../tensor/meaning.ts";
import { TensorOp, tensorOp } from "../../tensor/tensorOp.ts";
import { TensorType } from "../../tensor/tensorType.ts";
import { isTensor, type TensorVariable } from "../../tensor/tensorVariable.ts";
import type { NDArray } from "../../value/ndarray.ts";
import { Slice } from "../../value/slice.ts";
import { zerosLike } from "../elemwise/basic.ts";
import { castParts, floatZeros } from "../elemwise/elemwise.ts";
import { trueAt } from "./nonzero.ts";
import { sumTo } from "./setSubtensor.ts";
import { basicIndex, type Entry, type Range, rangesOf } from "./subtensor.ts";

// Indices with arrays of integers in them, by NumPy's rules: the arrays broadcast together, and their dimensions stand
// where the arrays stood if those were neighbours, else in front.

/** One dimension's share: a slice, or which of the operation's inputs has the places along it. */
type Share = { readonly slice: Entry } | { readonly array: number };

/** An index with arrays in it taken apart. */
export interface AdvancedIndex {
  readonly shares: readonly Share[];
}

/** Where the dimensions of the arrays stand among those of the result, and how many there are. */
interface Layout {
  readonly first: number;
  readonly count: number;
  readonly arrays: readonly number[];
}

function layoutOf({ shares }: AdvancedIndex, indices: readonly TensorVariable[]): Layout {
  const at = shares.flatMap((s, d) => ("array" in s ? [d] : []));
  const arrays = at.map((d) => (shares[d] as { array: number }).array);
  const neighbours = at.every((d, i) => d === (at[0] as number) + i);
  return {
    first: neighbours ? (at[0] as number) : 0,
    count: Math.max(...arrays.map((i) => (indices[i] as TensorVariable).ndim)),
    arrays,
  };
}

/** The coordinates of an array that is broadcast to the last of `at`. */
const within = (array: TensorVariable, at: readonly Expr[]): Expr[] =>
  at.slice(at.length - array.ndim).map((e, d) => (array.broadcastable[d] ? int(0) : e));

/** The sizes that the arrays broadcast to. Demands that they do. */
function arraySizes(layout: Layout, indices: readonly TensorVariable[], context: ShapeContext): Expr[] {
  return Array.from({ length: layout.count }, (_, d) => {
    const sizes = layout.arrays.flatMap((i) => {
      const array = indices[i] as TensorVariable;
      const own = d - layout.count + array.ndim;
      return own < 0 || array.broadcastable[own] ? [] : [context.dims(array)[own] as Expr];
    });
    const [size = int(1), ...others] = sizes;
    for (const other of others)
      context.demand(
        prim.eq(size, other),
        (valueOf) => `Cannot index with arrays of different sizes: ${valueOf(size)} and ${valueOf(other)}`,
        "index",
      );
    return size;
  });
}

/** The sizes of the part: those of the slices around those of the arrays. */
function partSizes(
  form: AdvancedIndex,
  node: Apply,
  dims: Dims,
  indices: readonly TensorVariable[],
  context: ShapeContext,
): Expr[] {
  const layout = layoutOf(form, indices);
  const ranges = slicesOf(form, node, dims, indices, context);
  const sizes = ranges.flatMap((r, d) => (r && !isArray(form, d) ? [r.size] : []));
  sizes.splice(layout.first, 0, ...arraySizes(layout, indices, context));
  return sizes;
}

/** The inputs of `node` but for the first `count`. */
const inputsAfter = (node: Apply, count: number): readonly TensorVariable[] =>
  (node.inputs as readonly TensorVariable[]).slice(count);

const isArray = ({ shares }: AdvancedIndex, d: number): boolean => "array" in (shares[d] ?? {});

function slicesOf(
  form: AdvancedIndex,
  node: Apply,
  dims: Dims,
  indices: readonly TensorVariable[],
  context: ShapeContext,
): Range[] {
  const whole: Entry = { start: null, stop: null, step: null };
  const entries = form.shares.map((s) => ("slice" in s ? s.slice : whole));
  return rangesOf(entries, dims, indices, context, node.inputs[0] as TensorVariable);
}

/** The place in the whole array of the element at coordinates `at` of the part. */
function placeOf(
  form: AdvancedIndex,
  node: Apply,
  indices: readonly TensorVariable[],
  readers: readonly Reader[],
  context: ValueContext,
  at: readonly Expr[],
): Expr[] {
  const layout = layoutOf(form, indices);
  const dims = context.dims(node.inputs[0] as TensorVariable);
  const ranges = slicesOf(form, node, dims, indices, context);
  const picked = at.slice(layout.first, layout.first + layout.count);
  const rest = [...at.slice(0, layout.first), ...at.slice(layout.first + layout.count)];
  let next = 0;
  return dims.map((n, d) => {
    const share = form.shares[d];
    if (share && "array" in share) {
      const array = indices[share.array] as TensorVariable;
      const [i] = (readers[share.array] as Reader)(within(array, picked)) as readonly [Expr];
      // No load may leave its array: what a check will have refused is brought inside.
      const place = prim.cast(i, "int32");
      const counted = prim.select(prim.lt(place, 0), prim.add(place, n), place);
      return prim.max(prim.min(counted, prim.sub(n, 1)), 0);
    }
    const range = ranges[d] as Range;
    return prim.add(range.start, prim.mul(rest[next++] as Expr, range.step));
  });
}

/** Demands that places known beforehand are within `dims`. */
function demandInside(
  form: AdvancedIndex,
  dims: Dims,
  indices: readonly TensorVariable[],
  context: ShapeContext,
): void {
  form.shares.forEach((share, d) => {
    const array = "array" in share ? indices[share.array] : undefined;
    if (!isConstant(array)) return;
    const n = dims[d] as Expr;
    const values = integersOf(array.data);
    for (const i of new Set([Math.min(...values), Math.max(...values)]))
      if (Number.isFinite(i))
        context.demand(
          i < 0 ? prim.ge(n, -i) : prim.gt(n, i),
          (valueOf) => `Cannot take element ${i} along dimension ${d}: its size is ${valueOf(n)}`,
          "index",
        );
  });
}

/** What places that are known only when a function runs must fulfil: to be within `dims`. */
function checksInside(form: AdvancedIndex, node: Apply, first: number, context: ValueContext): RunCheck[] {
  const dims = context.dims(node.inputs[0] as TensorVariable);
  return form.shares.flatMap((share, d): RunCheck[] => {
    const at = "array" in share ? share.array + first : undefined;
    const array = at === undefined ? undefined : (node.inputs[at] as TensorVariable);
    if (at === undefined || !array || isConstant(array)) return [];
    const n = prim.cast(dims[d] as Expr, "int64");
    return [
      {
        domain: context.dims(array),
        holds(place) {
          const [i] = (context.inputs[at] as Reader)(place) as readonly [Expr];
          const wide = prim.cast(i, "int64");
          return prim.and(prim.ge(wide, prim.neg(n)), prim.lt(wide, n));
        },
        sentence: `Cannot take elements of ${node.inputs[0]} along dimension ${d} by ${array}: a place is outside of it`,
        kind: "index",
      },
    ];
  });
}

const integersOf = (data: NDArray): number[] => {
  const flat = data.reshape([-1]);
  return Array.from({ length: data.size }, (_, i) => Number(flat.get(i).item()));
};

/** As Theano names the simplest of these apart: one vector of places along the first dimension. */
function nameOf(form: AdvancedIndex, indices: readonly TensorVariable[]): string {
  const [first, ...rest] = form.shares;
  const simple = first && "array" in first && rest.every((s) => "slice" in s && isWholeEntry(s.slice));
  return simple && (indices[first.array] as TensorVariable).ndim === 1 ? "1" : "";
}

const isWholeEntry = (e: Entry): boolean => !("integer" in e) && !e.start && !e.stop && !e.step;

/** The part of its operand that an index of this form names; the arrays and integers are the other inputs. */
export const advancedOp: (form: AdvancedIndex, suffix: string) => TensorOp = /* @__PURE__ */ opFamily(
  (form, suffix) =>
    tensorOp({
      name: `AdvancedSubtensor${suffix}`,
      params: { advanced: form },
      cost: 1,
      uses: (node) => usesOf(form, node, 1),
      type([v, ...indices]) {
        const x = v as TensorVariable;
        const layout = layoutOf(form, indices);
        const pattern = x.broadcastable.flatMap((b, d) =>
          isArray(form, d) ? [] : [b && isWholeEntry(sliceAt(form, d))],
        );
        const picked = Array.from({ length: layout.count }, (_, d) =>
          layout.arrays.every((i) => {
            const array = indices[i] as TensorVariable;
            return array.broadcastable[d - layout.count + array.ndim] ?? true;
          }),
        );
        pattern.splice(layout.first, 0, ...picked);
        return [new TensorType(x.dtype, pattern)];
      },
      shape([x = []], context, node) {
        const indices = inputsAfter(node, 1);
        demandInside(form, x, indices, context);
        return [partSizes(form, node, x, indices, context)];
      },
      at(at, context, node) {
        const indices = inputsAfter(node, 1);
        const place = placeOf(form, node, indices, context.inputs.slice(1), context, at);
        return [(context.inputs[0] as Reader)(place)];
      },
      checks: (context, node) => checksInside(form, node, 1, context),
      connection: (node) => node.inputs.map((_, i) => [i === 0]),
      grad([v, ...indices], _, [g]) {
        const rest = indices.map((): GradientTerm => disconnected);
        if (g === disconnected || !g) return [disconnected, ...rest];
        const x = v as TensorVariable;
        if (isDiscrete(x.dtype)) return [floatZeros(x), ...rest];
        return [advancedIncrement(zerosLike(x), g, form, indices, false), ...rest];
      },
      rop: ([, ...indices], [direction]) => [
        direction ? advancedOp(form, suffix).call(direction, ...indices) : null,
      ],
    }),
);

const sliceAt = (form: AdvancedIndex, d: number): Entry => {
  const share = form.shares[d];
  return share && "slice" in share ? share.slice : { start: null, stop: null, step: null };
};

/** Arrays of places are read like operands, bounds of slices only for sizes; `first` inputs are operands. */
function usesOf({ shares }: AdvancedIndex, node: Apply, first: number): ("elements" | "size")[] {
  const arrays = new Set(shares.flatMap((s) => ("array" in s ? [s.array + first] : [])));
  return node.inputs.map((_, i) => (i < first || arrays.has(i) ? "elements" : "size"));
}

/** Whether `op` takes a part by arrays of places, and the form of its index. */
export const advancedOf = (op: unknown): AdvancedIndex | undefined =>
  op instanceof TensorOp
    ? (op.record.params as { advanced?: AdvancedIndex } | undefined)?.advanced
    : undefined;

/** `x` with `y` set or added at the places that an index of this form names, in row-major order of the part. */
export const advancedIncrement = (
  x: TensorVariable,
  y: TensorVariable,
  form: AdvancedIndex,
  indices: readonly TensorVariable[],
  set: boolean,
): TensorVariable => advancedIncrementOp(form, nameOf(form, indices), set).call(x, y, ...indices);

/** Sets the part of the first input that an index of this form names to the second, or adds it there. */
export const advancedIncrementOp: (form: AdvancedIndex, suffix: string, set: boolean) => TensorOp =
  /* @__PURE__ */ opFamily((form, suffix, set) => {
    const op: TensorOp = tensorOp({
      name:
        suffix === "1"
          ? `AdvancedIncSubtensor1{no_inplace,${set ? "set" : "inc"}}`
          : `AdvancedIncSubtensor{inplace=False,  set_instead_of_inc=${set ? "True" : "False"}}`,
      params: { form, set },
      uses: (node) => usesOf(form, node, 2),
      type: ([x]) => [(x as TensorVariable).type],
      shape([x = [], y = []], context, node) {
        const indices = inputsAfter(node, 2);
        demandInside(form, x, indices, context);
        const sizes = partSizes(form, node, x, indices, context);
        const added = sizes.length - y.length;
        y.forEach((n, d) => {
          const size = sizes[d + added] as Expr;
          context.demand(
            prim.or(prim.eq(n, size), prim.eq(n, 1)),
            (valueOf) =>
              `Cannot put shape (${y.map(valueOf).join(", ")}) into a part of shape (${sizes.map(valueOf).join(", ")})`,
          );
        });
        return [x];
      },
      scatter(context, node) {
        const [x, y, ...indices] = node.inputs as readonly [
          TensorVariable,
          TensorVariable,
          ...TensorVariable[],
        ];
        const [base, value] = context.inputs as readonly [Reader, Reader];
        const sizes = context.dims(y);
        return {
          base,
          domain: partSizes(form, node, context.dims(x), indices, context),
          at: (at) => placeOf(form, node, indices, context.inputs.slice(2), context, at),
          value(at) {
            const own = at.slice(at.length - y.ndim).map((e, d): Expr => {
              if (y.broadcastable[d]) return int(0);
              return prim.select(prim.eq(sizes[d] as Expr, 1), int(0), e);
            });
            return castParts(value(own), x.dtype);
          },
          ...(set ? {} : { combine: x.dtype === "bool" ? reducer.any : reducer.sum }),
        };
      },
      checks: (context, node) => checksInside(form, node, 2, context),
      connection: (node) => node.inputs.map((_, i) => [i < 2]),
      grad([v, w, ...indices], _, [g]) {
        const rest = indices.map((): GradientTerm => disconnected);
        if (g === disconnected || !g) return [disconnected, disconnected, ...rest];
        const [x, y] = [v, w] as [TensorVariable, TensorVariable];
        if (isDiscrete(x.dtype)) return [floatZeros(x), floatZeros(y), ...rest];
        const first = set ? advancedIncrement(g, zerosLike(y), form, indices, true) : g;
        const part = advancedOp(form, suffix).call(g, ...indices);
        return [first, sumTo(y, part), ...rest];
      },
      rop([x, y, ...indices], [dx, dy]) {
        if (!dx && !dy) return [null];
        return [
          op.call(dx ?? zerosLike(x as TensorVariable), dy ?? zerosLike(y as TensorVariable), ...indices),
        ];
      },
    });
    return op;
  });

/** Masks written out as the coordinates of their true elements. */
function withoutMasks(
  x: TensorVariable,
  items: readonly (Slice | TensorVariable)[],
): (Slice | TensorVariable)[] {
  let axis = 0;
  return items.flatMap((item): readonly (Slice | TensorVariable)[] => {
    const at = axis;
    const isMask = isTensor(item) && item.dtype === "bool";
    if (isMask && item.ndim === 0) throw new IndexError(`Cannot index ${x} with a single bool`);
    axis += isMask ? item.ndim : 1;
    return isMask ? trueAt(item, x, at) : [item];
  });
}

/** The part of `x` at places that arrays of integers, or masks, name. */
export function advancedSubtensor(
  x: TensorVariable,
  items: readonly (Slice | TensorVariable)[],
): TensorVariable {
  const spread = withoutMasks(x, items);
  const shares: Share[] = [];
  const inputs: TensorVariable[] = [];
  for (const item of spread) {
    if (item instanceof Slice) {
      const { entries, inputs: bounds } = basicIndex([item]);
      const [entry] = entries as [Exclude<Entry, { integer: number }>];
      const shifted = (p: typeof entry.start): typeof entry.start =>
        p ? { ...p, input: p.input + inputs.length } : null;
      shares.push({
        slice: { start: shifted(entry.start), stop: shifted(entry.stop), step: shifted(entry.step) },
      });
      inputs.push(...bounds);
    } else {
      shares.push({ array: inputs.length });
      inputs.push(item);
    }
  }
  // Whole slices at the end say nothing.
  while (shares.length > 0 && isWholeShare(shares[shares.length - 1] as Share)) shares.pop();
  const form: AdvancedIndex = { shares };
  return advancedOp(form, nameOf(form, inputs)).call(x, ...inputs);
}

const isWholeShare = (share: Share): boolean => "slice" in share && isWholeEntry(share.slice);
