import { type DType, isInteger } from "@theano-ts/kernel";
import { IndexError, TheanoTypeError, ValueError } from "../errors.ts";
import { readReal } from "./element.ts";
import { type Nested, readContents } from "./nested.ts";
import { ellipsis, parseIndexString, Slice, sliceBounds } from "./slice.ts";
import { contiguous, isStrided, type Layout, positions, rowMajor, sizeOf } from "./storage.ts";

/**
 * One item of an index: an integer, a slice, text such as `"1:"`, `"::-1"` or `"..."`, `null` for a new axis,
 * or an array (or list) of integers or booleans that picks elements.
 */
export type Index = number | bigint | null | string | Slice | Nested;

/** Elements picked by arrays: their places in the storage, in row-major order of `shape`. */
export interface Picked {
  readonly shape: readonly number[];
  readonly places: Int32Array;
}

/**
 * The part of `layout` that `index` names, by NumPy's rules: a layout (a view) if no array picks, else places.
 *
 * Arrays broadcast together; their axes stand where they stood if they were neighbours, else in front.
 * Throws an `IndexError` for an integer beyond its axis or too many items, a `TypeError` for what is no index.
 */
export function select(layout: Layout, index: readonly Index[]): Layout | Picked {
  const items = expandEllipsis(index.flatMap(readItems), layout.shape.length);
  const picks = items.some(isArrayItem);
  const shape: number[] = [];
  const strides: number[] = [];
  const arrays: Pick[] = [];
  let { offset } = layout;
  let axis = 0;
  for (const [position, item] of items.entries()) {
    if (item === null) {
      shape.push(1);
      strides.push(0);
    } else if (item instanceof Slice) {
      const size = layout.shape[axis]!;
      const { start, step, length } = sliceBounds(item.start, item.stop, item.step, size);
      // An empty slice may start behind the end: no element is there to be read.
      offset += length === 0 ? 0 : start * layout.strides[axis]!;
      shape.push(length);
      strides.push(step * layout.strides[axis++]!);
    } else {
      const pick = typeof item === "number" ? { values: Int32Array.of(item), shape: [] } : item;
      const checked = pick.values.map((i) => checkBounds(i, layout.shape[axis]!, axis));
      const stride = layout.strides[axis++]!;
      if (picks) arrays.push({ ...pick, values: checked, stride, position, before: shape.length });
      else offset += checked[0]! * stride;
    }
  }
  return picks ? pickFrom({ shape, strides, offset }, arrays) : { shape, strides, offset };
}

/** An array of integers, one axis's share of an index. */
interface ArrayItem {
  readonly values: Int32Array;
  readonly shape: readonly number[];
}

interface Pick extends ArrayItem {
  readonly stride: number;
  /** Where it stands among the items. */
  readonly position: number;
  /** Axes that the other items gave before it. */
  readonly before: number;
}

type Item = number | null | typeof ellipsis | Slice<number | null, number | null, number | null> | ArrayItem;

const isArrayItem = (item: Item): item is ArrayItem =>
  typeof item === "object" && item !== null && !(item instanceof Slice);

/** One argument of `get` as plain items; a boolean array of n axes is n arrays of integers. */
function readItems(index: Index): Item[] {
  if (index === null) return [null];
  if (typeof index === "string") return parseIndexString(index);
  if (typeof index === "number" || typeof index === "bigint") return [asInteger(index)];
  if (index instanceof Slice)
    return [new Slice(asBound(index.start), asBound(index.stop), asBound(index.step))];
  if (typeof index === "boolean" || index === undefined)
    throw new TheanoTypeError(`Cannot index with ${index}: use null for a new axis, or an array of booleans`);
  return readArray(index);
}

function readArray(index: Nested): Item[] {
  const { data, dtype, shape } = readContents(index);
  if (dtype === "bool") return trueAt(data as Uint8Array, shape);
  const given = typeof index === "object" && (isStrided(index) || ArrayBuffer.isView(index));
  if (!isInteger(dtype) && (given || dtype.startsWith("complex")))
    throw new TheanoTypeError(`Cannot index with an array of ${dtype}: indices are integers or booleans`);
  const values = Int32Array.from({ length: sizeOf(shape) }, (_, i) => asInteger(readReal(data, dtype, i)));
  return shape.length === 0 ? [values[0]!] : [{ values, shape }];
}

/** The coordinates of the true elements, axis by axis. */
function trueAt(data: Uint8Array, shape: readonly number[]): ArrayItem[] {
  const places = Int32Array.from(data.keys()).filter((place) => data[place] !== 0);
  return rowMajor(shape).map((stride, axis) => ({
    values: places.map((place) => Math.floor(place / stride) % shape[axis]!),
    shape: [places.length],
  }));
}

function asInteger(value: number | bigint): number {
  const index = Number(value);
  if (Number.isSafeInteger(index)) return index;
  throw new TheanoTypeError(`Cannot index with ${value}: it is not an integer`);
}

function asBound(bound: unknown): number | null {
  if (bound === null || bound === undefined) return null;
  if (typeof bound === "number" || typeof bound === "bigint") return asInteger(bound);
  if (isStrided(bound) && bound.shape.length === 0 && isInteger(bound.dtype as DType))
    return asInteger(readReal(contiguous(bound), bound.dtype, 0));
  throw new TheanoTypeError(
    `Cannot slice an array with the bound ${String(bound)}: bounds are integers or null`,
  );
}

/** `index` counted from the front. Throws an `IndexError` unless it is an integer within `axis`. */
export function checkBounds(index: number, size: number, axis: number): number {
  if (index >= -size && index < size && Number.isInteger(index)) return index < 0 ? index + size : index;
  throw new IndexError(`Cannot take element ${index} of axis ${axis}: its size is ${size}`);
}

/** The items with `...` (at the end, if there is none) written out as whole slices. */
function expandEllipsis(items: readonly Item[], ndim: number): Exclude<Item, typeof ellipsis>[] {
  const used = items.filter((item) => item !== null && item !== ellipsis).length;
  if (used > ndim)
    throw new IndexError(
      `Cannot index an array of ${ndim} dimension${ndim === 1 ? "" : "s"} with ${used} indices`,
    );
  const at = items.indexOf(ellipsis);
  if (at !== items.lastIndexOf(ellipsis)) throw new IndexError('Cannot index with more than one "..."');
  const rest = Array.from({ length: ndim - used }, () => new Slice(null, null, null));
  const expanded = at < 0 ? [...items, ...rest] : [...items.slice(0, at), ...rest, ...items.slice(at + 1)];
  return expanded as Exclude<Item, typeof ellipsis>[];
}

/** The elements at the picked indices of the axes that `picks` removed, for every element of the `rest`. */
function pickFrom(rest: Layout, picks: readonly Pick[]): Picked {
  const shape = broadcastShapes(picks.map((pick) => pick.shape));
  const offsets = new Int32Array(sizeOf(shape));
  for (const { values, shape: own, stride } of picks) {
    const places = positions({ shape, strides: broadcastStrides(own, rowMajor(own), shape), offset: 0 });
    for (let i = 0; i < offsets.length; i++) offsets[i]! += values[places[i]!]! * stride;
  }
  const first = picks[0]!;
  const neighbours = picks.every((pick, i) => pick.position === first.position + i);
  const cut = neighbours ? first.before : 0;
  const outer = positions({
    shape: rest.shape.slice(0, cut),
    strides: rest.strides.slice(0, cut),
    offset: 0,
  });
  const inner = positions({ shape: rest.shape.slice(cut), strides: rest.strides.slice(cut), offset: 0 });
  const places = new Int32Array(outer.length * offsets.length * inner.length);
  let at = 0;
  for (const before of outer)
    for (const picked of offsets)
      for (const after of inner) places[at++] = rest.offset + before + picked + after;
  return { shape: [...rest.shape.slice(0, cut), ...shape, ...rest.shape.slice(cut)], places };
}

/** The shape that all `shapes` stretch to. Throws a `ValueError` if two lengths differ and neither is 1. */
export function broadcastShapes(shapes: readonly (readonly number[])[]): number[] {
  const ndim = Math.max(0, ...shapes.map((shape) => shape.length));
  return Array.from({ length: ndim }, (_, axis) =>
    shapes.reduce((length, shape) => {
      const own = shape[axis - ndim + shape.length] ?? 1;
      if (own !== 1 && length !== 1 && own !== length)
        throw new ValueError(
          `Cannot broadcast shapes ${shapes.map((each) => `[${each.join(", ")}]`).join(" and ")} together`,
        );
      return length === 1 ? own : length;
    }, 1),
  );
}

/** Strides that show an array of shape `from` as one of shape `to`: 0 along the axes that are stretched. */
export const broadcastStrides = (
  from: readonly number[],
  strides: readonly number[],
  to: readonly number[],
): number[] =>
  to.map((_, axis) => {
    const own = axis - to.length + from.length;
    return own < 0 || from[own] === 1 ? 0 : strides[own]!;
  });
