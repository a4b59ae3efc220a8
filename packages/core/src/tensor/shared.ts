import {
  after,
  type Backend,
  type DeviceBuffer,
  type DType,
  partOf,
  type Soon,
  type TypedArray,
} from "@theano-ts/kernel";
import { floatX } from "../config.ts";
import { about, TheanoTypeError } from "../errors.ts";
import { type ArrayInput, asNDArray } from "../value/convert.ts";
import { NDArray, wrap } from "../value/ndarray.ts";
import { contiguous } from "../value/storage.ts";
import { TensorType, tensorType } from "./tensorType.ts";
import { TensorVariable } from "./tensorVariable.ts";

/**
 * The value of a shared variable: one array, and copies of it on the backends that use it. Whoever writes last has the
 * value; the others fetch it when they need it.
 */
export class Cell {
  readonly dtype: DType;
  #shape: readonly number[];
  #host: NDArray | undefined;
  readonly #devices = new Map<Backend, DeviceBuffer>();
  /** The backends whose copy is the value as it is now. */
  readonly #fresh = new Set<Backend>();
  /** Grows with every change of the value. */
  #version = 0;
  /** One of those, and its copy: nearly always the one that is asked for. */
  #handy: { readonly backend: Backend; readonly buffer: DeviceBuffer } | undefined;

  constructor(value: NDArray) {
    this.dtype = value.dtype;
    this.#shape = value.shape;
    this.#host = value;
  }

  get shape(): readonly number[] {
    return this.#shape;
  }

  /** The value as it is now. Throws if only a backend that answers later has it. */
  get value(): NDArray {
    const value = this.fetched();
    if (value instanceof Promise) {
      value.catch(() => {});
      throw new TheanoTypeError("the value is on a device that answers later: use await getValueAsync()", {
        code: "answers-later",
      });
    }
    return value;
  }

  /** The value as it is now, from wherever it is. */
  fetched(): Soon<NDArray> {
    if (this.#host) return this.#host;
    const [shape, version] = [this.#shape, this.#version];
    const keep = (data: TypedArray): NDArray => {
      const value = wrap(data, this.dtype, shape);
      if (this.#version === version) this.#host = value;
      return value;
    };
    return after(this.#fetch(), keep);
  }

  set value(value: NDArray) {
    this.#host = value;
    this.#shape = value.shape;
    this.#version++;
    this.#fresh.clear();
    this.#handy = undefined;
  }

  #fetch(): Soon<TypedArray> {
    const [backend] = this.#fresh;
    const buffer = backend && this.#devices.get(backend);
    if (!buffer) throw new Error("internal: a shared value that nobody has");
    return backend.read(buffer);
  }

  /** The value on `backend`, brought there if it is not: later, if it is on one that answers later. */
  on(backend: Backend): Soon<DeviceBuffer> {
    if (this.#handy?.backend === backend) return this.#handy.buffer;
    const here = this.#fresh.has(backend) ? this.#devices.get(backend) : undefined;
    if (here) return this.#at(backend, here);
    return after(this.fetched(), (v) => this.#at(backend, this.#bring(v, backend)));
  }

  #at(backend: Backend, buffer: DeviceBuffer): DeviceBuffer {
    this.#handy = { backend, buffer };
    return buffer;
  }

  #bring(value: NDArray, backend: Backend): DeviceBuffer {
    let buffer = this.#devices.get(backend);
    const data = contiguous(value);
    if (buffer && buffer.length !== data.length) {
      backend.release(buffer);
      buffer = undefined;
    }
    if (!buffer) {
      buffer = backend.allocate(partOf(this.dtype), data.length);
      this.#devices.set(backend, buffer);
      releaseWhenCollected.register(this, { backend, buffer }, buffer);
    }
    backend.write(buffer, data);
    this.#fresh.add(backend);
    return buffer;
  }

  /** Says that a run on `backend` has written its copy: that is the value now. */
  wrote(backend: Backend): void {
    this.#host = undefined;
    this.#version++;
    if (this.#fresh.size === 1 && this.#handy?.backend === backend) return;
    this.#fresh.clear();
    this.#fresh.add(backend);
    this.#handy = undefined;
  }
}

/** Gives a collected cell's device memory back. A backstop: nobody has to dispose of anything. */
const releaseWhenCollected: FinalizationRegistry<{ backend: Backend; buffer: DeviceBuffer }> =
  /* @__PURE__ */ new FinalizationRegistry(({ backend, buffer }) => backend.release(buffer));

/** What a shared variable's value is to its user: an array; of a variable that may be of any kind, whatever it has. */
// biome-ignore lint/suspicious/noExplicitAny: a variable of some kind is one of unknown kind
export type SharedValue<D extends DType, N extends number> = DType extends D ? any : NDArray<D, N>;

/**
 * A variable with a value that outlives calls: functions read it, and `updates` change it. `V` is what its user sees of
 * the value; a kind of its own, such as a random state, says how that is stored.
 */
export class SharedVariable<
  D extends DType = DType,
  N extends number = number,
  V = SharedValue<D, N>,
> extends TensorVariable<D, N> {
  /** Where the value is; clones of this variable have the same. */
  readonly cell: Cell;
  /**
   * What the value becomes after each call of a function that reads this variable and says nothing else about it
   * (`updates`, `noDefaultUpdates`); null if it stays. So random streams move on.
   */
  defaultUpdate: TensorVariable<D, N> | null = null;

  constructor(type: TensorType<D, N>, cell: Cell, name: string | null = null) {
    super(type, name);
    this.cell = cell;
  }

  /** The value. With `borrow` it may be the very memory functions use, where that can be; else it is a copy. */
  getValue(options: { borrow?: boolean } = {}): V {
    const { value } = this.cell;
    return this.present((options.borrow ? value : value.copy()) as NDArray<D, N>);
  }

  /** The value, from a backend that answers later too. */
  async getValueAsync(): Promise<V> {
    return this.present((await this.cell.fetched()).copy() as NDArray<D, N>);
  }

  /** What the user sees of the stored value. */
  protected present(stored: NDArray<D, N>): V {
    return stored as V;
  }

  /**
   * Replaces the value; the shape may change, dtype and rank may not. With `borrow` the array may be used without a
   * copy. Throws a TypeError if `value` is not of this variable's type, and changes nothing then.
   */
  setValue(value: V | ArrayInput, options: { borrow?: boolean } = {}): void {
    const array = this.#fitting(value);
    this.cell.value = array === value && !options.borrow ? array.copy() : array;
  }

  #fitting(value: V | ArrayInput): NDArray<D, N> {
    try {
      return this.type.filter(value, { allowDowncast: null });
    } catch (error) {
      const name = this.name === null ? "a shared variable" : `shared variable ${this.name}`;
      throw about(`Cannot set ${name} of ${this.type}`, error, {
        origin: this.origin,
        code: "bad-shared-value",
      });
    }
  }

  /** A variable with the same value, now and later. */
  override clone(): SharedVariable<D, N, V> {
    return new SharedVariable(this.type, this.cell, this.name);
  }
}

/** What {@link shared} takes beside a value. */
export interface SharedOptions {
  readonly name?: string;
  /** Whether the value may be used without a copy. */
  readonly borrow?: boolean;
  /** The dtype of numbers and nested arrays. */
  readonly dtype?: DType;
  /** Which dimensions have size 1 for ever, so that they stretch; none by default. */
  readonly broadcastable?: readonly boolean[];
}

/** A value of a type of its own, such as a random state, that knows what kind of shared variable it is to be. */
export interface Shareable {
  toShared(options: SharedOptions): SharedVariable;
}

const isShareable = (value: unknown): value is Shareable =>
  typeof value === "object" && value !== null && "toShared" in value;

/** A shared variable like `s`, with a value of its own that is equal now. */
export const separateCopy = (s: SharedVariable): SharedVariable =>
  new SharedVariable(s.type, new Cell(s.cell.value.copy()), s.name);

/** Whether `v` is a shared variable. */
export const isShared = (v: unknown): v is SharedVariable => v instanceof SharedVariable;

/**
 * A shared variable with this value. A number is a float (`config.floatX`), a bigint an int64, unless `dtype` says
 * otherwise; arrays keep their dtype. No dimension is broadcastable unless `broadcastable` says so. A value that has
 * a `toShared` method decides for itself. As `theano.shared`.
 */
export function shared(value: ArrayInput | Shareable, options: SharedOptions = {}): SharedVariable {
  if (isShareable(value)) return value.toShared(options);
  const plain = !(value instanceof NDArray) && !ArrayBuffer.isView(value);
  const array = asNDArray(value, options.dtype ? { dtype: options.dtype } : {});
  const typed = plain && !options.dtype && array.dtype === "float64" ? array.astype(floatX()) : array;
  const type = options.broadcastable
    ? new TensorType(typed.dtype, options.broadcastable)
    : tensorType(typed.dtype, typed.ndim);
  type.filter(typed);
  const own = typed === value && !options.borrow ? typed.copy() : typed;
  return new SharedVariable(type, new Cell(own), options.name ?? null);
}
