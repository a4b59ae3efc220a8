import { type DType, isComplex, kindOf, partsOf, type TypedArray } from "@theano-ts/kernel";
import { IndexError, TheanoTypeError, ValueError } from "../errors.ts";
import { type Closeness, isClose, isEqual } from "./compare.ts";
import { castData, type ElementOf, readItem, readReal } from "./element.ts";
import { formatRepr, formatStr } from "./format.ts";
import { broadcastShapes, broadcastStrides, checkBounds, type Index, select } from "./indexing.ts";
import type { IndexRank } from "./indexRank.ts";
import { type Nested, readContents } from "./nested.ts";
import {
  contiguous,
  gather,
  isRowMajor,
  isStrided,
  type Layout,
  positions,
  rowMajor,
  type Storage,
  type Strided,
  sizeOf,
} from "./storage.ts";

/** What an array's elements are nested in when they become plain JavaScript. */
export type NestedArray<T, N extends number> = 0 extends 1 & N
  ? Unknown
  : number extends N
    ? Unknown
    : N extends keyof Nestings<T>
      ? Nestings<T>[N]
      : Unknown;
type Nestings<T> = { 0: T; 1: T[]; 2: T[][]; 3: T[][][]; 4: T[][][][] };
// biome-ignore lint/suspicious/noExplicitAny: unknown could not be indexed, and the depth is not known
type Unknown = any;

/**
 * An n-dimensional array of numbers: what functions take and return. Garbage collected, and not changed by anything
 * but `set` and writes to `data`.
 *
 * Make one with `array`, `zeros`, `arange` … or `asNDArray`. `get`, `reshape` and `transpose` give views that share
 * memory with the array wherever NumPy's do.
 */
export class NDArray<D extends DType = DType, N extends number = number> implements Strided {
  readonly dtype: D;
  /** The length of each axis. */
  readonly shape: readonly number[];
  /** Where the first element lies in `data`, in elements. */
  readonly offset: number;
  /** @internal */
  readonly storage: Storage;
  /** Worked out when asked for: an array that was just computed is rarely asked. */
  private steps: readonly number[] | undefined;

  /**
   * @internal An array over `storage`, without a copy: row-major from its start unless `strides` and `offset` say
   * where else. Nothing is checked.
   */
  constructor(storage: Storage, dtype: D, shape: readonly number[], strides?: readonly number[], offset = 0) {
    this.dtype = dtype;
    this.shape = shape;
    this.offset = offset;
    this.storage = storage;
    this.steps = strides;
  }

  /** The number of axes. */
  get ndim(): N {
    return this.shape.length as N;
  }

  /** The number of elements. */
  get size(): number {
    return sizeOf(this.shape);
  }

  /** How far apart neighbours along each axis lie in `data`, in elements. */
  get strides(): readonly number[] {
    this.steps ??= rowMajor(this.shape);
    return this.steps;
  }

  /** Whether the elements lie in row-major order without gaps. */
  get isContiguous(): boolean {
    return this.steps === undefined || isRowMajor(this);
  }

  /**
   * The memory itself: bool as bytes 0 and 1, float16 as its bits, complex interleaved, 64-bit integers as bigints.
   * That of a view holds other elements too: see `offset` and `strides`, or use `copy().data`.
   */
  get data(): TypedArray {
    // Whoever holds the memory can write it, so copies kept elsewhere can no longer be trusted.
    this.storage.revision = undefined;
    return this.storage.data;
  }

  /**
   * The part that `index` names, one item per axis: integers (negative from the end), `slice(start, stop, step)`, text
   * such as `"1:"`, `"::-1"`, `"..."`, `null` for a new axis, arrays of integers or booleans.
   *
   * A view, but a copy if arrays pick. As `numpy.ndarray.__getitem__`, except that one element is an array with no
   * axes. Throws an `IndexError` beyond an axis or for too many items.
   */
  get<const I extends readonly Index[]>(...index: I): NDArray<D, IndexRank<N, I>> {
    const part = select(this, index);
    return "places" in part
      ? wrap(gather(this.storage.data, this.dtype, part.places), this.dtype, part.shape)
      : this.view(part);
  }

  /**
   * Writes `value`, broadcast and cast to this dtype, to the part that `index` names (everything, without index).
   * Views of this array see it.
   */
  set(value: Nested, ...index: readonly Index[]): void {
    const part = select(this, index);
    const source = readContents(value, this.dtype);
    const to = "places" in part ? part.places : positions(part);
    const shape = squeezeFront(source.shape, part.shape.length);
    if (String(broadcastShapes([shape, part.shape])) !== String(part.shape))
      throw new ValueError(`Cannot set shape [${source.shape}] to a part of shape [${part.shape}]`);
    const from = positions({
      shape: part.shape,
      strides: broadcastStrides(shape, rowMajor(shape), part.shape),
      offset: 0,
    });
    const { data } = this.storage;
    const parts = partsOf(this.dtype);
    for (let i = 0; i < to.length; i++)
      for (let k = 0; k < parts; k++) data[parts * to[i]! + k] = source.data[parts * from[i]! + k]!;
    if (this.storage.revision !== undefined) this.storage.revision++;
  }

  /**
   * One element: the only one, the one at a flat position, or at one integer per axis. A boolean for bool,
   * `{ re, im }` for complex. Throws a `ValueError` for a 64-bit integer beyond 2⁵³: see `itemBigInt`.
   */
  item(...index: readonly number[]): ElementOf<D> {
    return readItem(this.storage.data, this.dtype, this.place(index)) as ElementOf<D>;
  }

  /** As `item`, exactly, for integers and bool. Throws a `TypeError` for other dtypes. */
  itemBigInt(...index: readonly number[]): bigint {
    if (!"biu".includes(kindOf(this.dtype)))
      throw new TheanoTypeError(
        `Cannot give an element of a ${this.dtype} array as a bigint: it is not an integer`,
      );
    return BigInt(readReal(this.storage.data, this.dtype, this.place(index)));
  }

  private place(index: readonly number[]): number {
    const { shape } = this;
    if (index.length === 0) {
      // The only element lies at the offset, whatever the strides.
      if (this.size === 1) return this.offset;
      throw new IndexError(
        `Cannot take the only element of an array of shape [${shape}]: it has ${this.size}`,
      );
    }
    const full = index.length === 1 && shape.length !== 1 ? unravel(index[0]!, shape) : index;
    if (full.length !== shape.length)
      throw new IndexError(
        `Cannot take an element of an array of shape [${shape}] by ${full.length} indices`,
      );
    const { strides } = this;
    let place = this.offset;
    for (let axis = 0; axis < shape.length; axis++)
      place += checkBounds(full[axis]!, shape[axis]!, axis) * strides[axis]!;
    return place;
  }

  /** The elements as nested JavaScript arrays, each as `item` gives it. */
  toArray(): NestedArray<ElementOf<D>, N> {
    const data = contiguous(this);
    let next = 0;
    const nest = (axis: number): unknown =>
      axis === this.shape.length
        ? readItem(data, this.dtype, next++)
        : Array.from({ length: this.shape[axis]! }, () => nest(axis + 1));
    return nest(0) as NestedArray<ElementOf<D>, N>;
  }

  /** As `toArray`, so that `JSON.stringify` gives nested lists. */
  toJSON(): NestedArray<ElementOf<D>, N> {
    return this.toArray();
  }

  /** As NumPy's `str`: `[1. 2.]`. */
  toString(): string {
    return formatStr(this);
  }

  /** As NumPy's `repr`: `array([1., 2.])`. */
  repr(): string {
    return formatRepr(this);
  }

  static {
    // What Node's console prints. Not a plain method: isolatedDeclarations cannot name a registered symbol.
    Object.defineProperty(NDArray.prototype, Symbol.for("nodejs.util.inspect.custom"), {
      value(this: NDArray): string {
        return formatRepr(this);
      },
    });
  }

  /** The element of an array without axes, so that `Number(x)` is it; other arrays are themselves. */
  valueOf(): number | boolean | this {
    return this.shape.length === 0 && !isComplex(this.dtype) ? (this.item() as number | boolean) : this;
  }

  /** The parts along the first axis. Throws a `TypeError` for an array without axes. */
  *[Symbol.iterator](): IterableIterator<NDArray<D, IndexRank<N, [number]>>> {
    const [length] = this.shape;
    if (length === undefined) throw new TheanoTypeError("Cannot iterate over an array without axes");
    for (let i = 0; i < length; i++) yield this.get(i);
  }

  /** Whether `other` has the same shape and equal elements; dtypes may differ, NaN equals nothing. */
  equals(other: Nested): boolean {
    return isEqual(this, asStrided(other));
  }

  /** Whether all elements, broadcast, differ from those of `other` by at most `atol + rtol·|other|`. */
  allclose(other: Nested, closeness: Closeness = {}): boolean {
    return isClose(this, asStrided(other), closeness);
  }

  /** A copy with the elements cast to `dtype`: fractions are dropped, integers wrap, imaginary parts are dropped. */
  astype<To extends DType>(dtype: To): NDArray<To, N> {
    return wrap(castData(contiguous(this), this.dtype, dtype), dtype, this.shape);
  }

  /**
   * The same elements in row-major order under another shape, in which one length may be -1. A view where possible.
   * Throws a `ValueError` if the sizes differ.
   */
  reshape<const S extends readonly number[]>(shape: S): NDArray<D, S["length"]> {
    const full = resolveShape(shape, this.size);
    return this.isContiguous
      ? new NDArray(this.storage, this.dtype, full, rowMajor(full), this.offset)
      : wrap(contiguous(this), this.dtype, full);
  }

  /** A view with the axes in another order: reversed by default. */
  transpose(axes?: readonly number[]): NDArray<D, N> {
    const { shape, strides, offset } = this;
    const order = axes?.map((axis) => (axis < 0 ? axis + shape.length : axis)) ?? [...shape.keys()].reverse();
    if (String([...order].sort((a, b) => a - b)) !== String([...shape.keys()]))
      throw new ValueError(`Cannot transpose an array of shape [${shape}] by the axes [${axes}]`);
    return this.view({
      shape: order.map((axis) => shape[axis]!),
      strides: order.map((axis) => strides[axis]!),
      offset,
    });
  }

  /** The array with its axes reversed; a view. */
  get T(): NDArray<D, N> {
    return this.transpose();
  }

  /** The same elements in memory of their own, in row-major order. */
  copy(): NDArray<D, N> {
    return wrap(this.isContiguous ? contiguous(this).slice() : contiguous(this), this.dtype, this.shape);
  }

  private view<M extends number>({ shape, strides, offset }: Layout): NDArray<D, M> {
    return new NDArray<D, M>(this.storage, this.dtype, shape, strides, offset);
  }
}

/**
 * An array over `data`, row-major and complete, without a copy: for results that nobody else holds. Nothing is
 * checked or computed.
 */
export const wrap = <D extends DType, N extends number>(
  data: TypedArray,
  dtype: D,
  shape: readonly number[],
): NDArray<D, N> => new NDArray<D, N>({ data, revision: 0 }, dtype, shape);

/** As `wrap`, for memory that somebody else may write at any time. */
export const borrow = <D extends DType, N extends number>(
  data: TypedArray,
  dtype: D,
  shape: readonly number[],
): NDArray<D, N> => new NDArray<D, N>({ data, revision: undefined }, dtype, shape);

const asStrided = (value: Nested): Strided => {
  if (isStrided(value)) return value;
  const { data, dtype, shape } = readContents(value);
  return wrap(data, dtype, shape);
};

/** `shape` without the axes of length 1 in front that exceed `ndim`: NumPy assigns `[[1, 2]]` to a vector. */
const squeezeFront = (shape: readonly number[], ndim: number): readonly number[] => {
  const extra = Math.max(0, shape.length - ndim);
  return shape.slice(0, extra).every((length) => length === 1) ? shape.slice(extra) : shape;
};

/** The coordinates of flat position `index`. */
function unravel(index: number, shape: readonly number[]): number[] {
  const size = sizeOf(shape);
  if (!(index >= -size && index < size))
    throw new IndexError(`Cannot take element ${index} of an array of shape [${shape}]: it has ${size}`);
  const flat = index < 0 ? index + size : index;
  return rowMajor(shape).map((stride, axis) => Math.floor(flat / stride) % shape[axis]!);
}

/** `shape` with its -1 worked out. */
function resolveShape(shape: readonly number[], size: number): number[] {
  const known = sizeOf(shape.filter((length) => length !== -1));
  const free = shape.filter((length) => length === -1).length;
  const full = shape.map((length) => (length === -1 ? size / known : length));
  if (free > 1 || sizeOf(full) !== size || !full.every((length) => Number.isInteger(length) && length >= 0))
    throw new ValueError(`Cannot reshape an array of ${size} elements to [${shape}]`);
  return full;
}
