import {
  allocate,
  type Backend,
  type DeviceBuffer,
  isBig,
  isComplex,
  isFloat,
  partsOf,
  rangeOf,
  type TypedArray,
} from "@theano-ts/kernel";
import { TheanoTypeError, ValueError } from "../errors.ts";
import type { SizeSource } from "../lower/sizes.ts";
import type { Cell, SharedVariable } from "../tensor/shared.ts";
import type { TensorVariable } from "../tensor/tensorVariable.ts";
import { asNDArray } from "../value/convert.ts";
import { NDArray } from "../value/ndarray.ts";
import { contiguous } from "../value/storage.ts";
import { copyOn } from "./deviceCopies.ts";
import type { In } from "./io.ts";

/** One argument of a function: takes values, checks them, and has them ready to run with. */
export class Slot {
  readonly spec: In;
  readonly variable: TensorVariable;
  /** The data of the value taken last. */
  #data: TypedArray;
  readonly #allowDowncast: boolean | null;
  /** For a plain number, so that nothing is allocated. */
  readonly #scratch: TypedArray;
  readonly #takesNumber: "float" | "integer" | undefined;
  readonly #range: { readonly min: number; readonly max: number };
  /** Which size parameters are this input's dimensions and elements. */
  readonly #dims: readonly { readonly axis: number; readonly at: number }[];
  readonly #values: readonly { readonly place: number; readonly at: number }[];
  readonly #needed: boolean;
  #default: NDArray | undefined;
  /** The value taken last; undefined where that is the plain number in `#scratch`. */
  #array: NDArray | undefined;

  /** `needed`: whether the program reads the elements; else only sizes matter. */
  constructor(spec: In, sources: readonly SizeSource[], allowDowncast: boolean | null, needed: boolean) {
    this.spec = spec;
    this.variable = spec.variable as TensorVariable;
    const { dtype, ndim } = this.variable;
    this.#allowDowncast = spec.allowDowncast === undefined ? allowDowncast : spec.allowDowncast;
    this.#scratch = allocate(dtype, 1);
    this.#data = this.#scratch;
    const plain =
      ndim === 0 &&
      !spec.strict &&
      !isBig(dtype) &&
      !isComplex(dtype) &&
      dtype !== "float16" &&
      dtype !== "bool";
    this.#takesNumber = plain ? (isFloat(dtype) ? "float" : "integer") : undefined;
    const range = isFloat(dtype) || isComplex(dtype) ? { min: 0n, max: 0n } : rangeOf(dtype);
    this.#range = { min: Number(range.min), max: Number(range.max) };
    this.#dims = sources.flatMap((s, at) =>
      s.kind === "dim" && s.of === this.variable ? [{ axis: s.axis, at }] : [],
    );
    this.#values = sources.flatMap((s, at) =>
      s.kind === "value" && s.of === this.variable ? [{ place: s.at, at }] : [],
    );
    this.#needed = needed;
  }

  /** The data of the value taken last, to run with on `backend`: a copy that is there already, or host data. */
  on(backend: Backend): TypedArray | DeviceBuffer {
    const array = this.#array;
    return (array && this.#needed && copyOn(backend, array)) || this.#data;
  }

  /** Takes `value`, and puts the sizes that depend on it into `sizes`. Throws a TypeError if it does not fit. */
  take(value: unknown, sizes: number[]): void {
    if (typeof value === "number" && this.#takesNumber && this.#takeNumber(value)) {
      for (const { at } of this.#values) sizes[at] = value;
      return;
    }
    const array = this.filter(value);
    for (const { axis, at } of this.#dims) sizes[at] = array.shape[axis] as number;
    if (this.#values.length > 0) this.#takeSizes(contiguous(array), sizes);
    this.#data = contiguous(array);
    this.#array = array;
  }

  /** Takes `array`, which the caller vouches for: of exactly this input's dtype and rank. */
  trust(array: unknown, sizes: number[]): void {
    const { shape } = array as NDArray;
    for (const { axis, at } of this.#dims) sizes[at] = shape[axis] as number;
    const data = contiguous(array as NDArray);
    if (this.#values.length > 0) this.#takeSizes(data, sizes);
    this.#data = data;
    this.#array = array as NDArray;
  }

  /** Takes the default. Throws a TypeError if there is none. */
  takeDefault(sizes: number[]): void {
    if (!this.hasDefault)
      throw new TheanoTypeError(`Missing required input: ${describe(this.spec)}`, {
        origin: this.variable.origin,
        code: "missing-argument",
      });
    this.take(this.value, sizes);
  }

  get hasDefault(): boolean {
    return this.#default !== undefined || this.spec.value !== undefined;
  }

  /** The default; of an input without one, what the last call gave it. Throws a ValueError if there was none. */
  get value(): NDArray {
    if (this.hasDefault) return (this.#default ??= this.filter(this.spec.value));
    if (!this.#array && this.#data !== this.#scratch)
      throw new ValueError(`Input ${describe(this.spec)} has no value yet`);
    return this.current.copy();
  }

  /** The value taken last, default or not. */
  get current(): NDArray {
    return this.#array ?? asNDArray(this.#scratch[0] as number).astype(this.variable.dtype);
  }

  /** Sets the default. Throws a TypeError if it does not fit. */
  set value(value: unknown) {
    this.#default = this.filter(value).copy();
  }

  /** Undoes what `take` did to state, after a call that failed. */
  undo(): void {}

  /** After a call that went well: there is nothing to undo any more. */
  keep(): void {}

  /** Forgets the value of the last call, so that its memory is not held. */
  forget(): void {
    this.#data = this.#scratch;
    this.#array = undefined;
  }

  #takeNumber(value: number): boolean {
    if (
      this.#takesNumber === "integer" &&
      !(Number.isInteger(value) && value >= this.#range.min && value <= this.#range.max)
    )
      return false;
    this.#scratch[0] = value;
    this.#data = this.#scratch;
    this.#array = undefined;
    return true;
  }

  #takeSizes(data: TypedArray, sizes: number[]): void {
    const parts = partsOf(this.variable.dtype);
    for (const { place, at } of this.#values) {
      const x = data[place * parts];
      if (x === undefined)
        throw new TheanoTypeError(`${describe(this.spec)} has too few elements for the shape it gives`);
      sizes[at] = Number(x);
    }
  }

  /** `value` as an array of this input's type. */
  protected filter(value: unknown): NDArray {
    const { type } = this.variable;
    if (
      value instanceof NDArray &&
      value.dtype === type.dtype &&
      value.shape.length === type.ndim &&
      !type.broadcastable.includes(true)
    )
      return value;
    const { strict } = this.spec;
    return type.filter(value, { strict, allowDowncast: this.#allowDowncast });
  }
}

/** An input that is state of the function's own: a shared variable nobody else has, which a call may set. */
export class StateSlot extends Slot {
  readonly #cell: Cell;
  #before: NDArray | undefined;

  /** `state` stands for the input in the graph. */
  constructor(spec: In, state: SharedVariable, allowDowncast: boolean | null) {
    super(spec, [], allowDowncast, false);
    this.#cell = state.cell;
  }

  override take(value: unknown): void {
    this.#before ??= this.#cell.value;
    this.#cell.value = this.filter(value);
  }

  override trust(array: unknown): void {
    this.take(array);
  }

  override takeDefault(): void {
    this.#before = undefined;
  }

  override get hasDefault(): boolean {
    return true;
  }

  override get value(): NDArray {
    return this.#cell.value.copy();
  }

  override set value(value: unknown) {
    this.#cell.value = this.filter(value).copy();
  }

  override undo(): void {
    if (this.#before) this.#cell.value = this.#before;
    this.#before = undefined;
  }

  override keep(): void {
    this.#before = undefined;
  }

  override forget(): void {}
}

/** How messages name an input. */
export const describe = (spec: In): string => {
  const { type } = spec.variable;
  return spec.name === null ? `an unnamed input of ${type}` : `${spec.name}: ${type}`;
};
