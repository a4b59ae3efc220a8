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
import { TheanoTypeError } from "../errors.ts";
import type { SizeSource } from "../lower/sizes.ts";
import type { TensorVariable } from "../tensor/tensorVariable.ts";
import { NDArray } from "../value/ndarray.ts";
import { contiguous } from "../value/storage.ts";
import { copyOn } from "./deviceCopies.ts";
import type { In } from "./io.ts";

/** One argument of a function: takes values, checks them, and has them ready to run with. */
export class Slot {
  readonly spec: In;
  readonly variable: TensorVariable;
  /** The data of the value taken last. */
  data: TypedArray | DeviceBuffer;
  readonly #allowDowncast: boolean | null;
  /** For a plain number, so that nothing is allocated. */
  readonly #scratch: TypedArray;
  readonly #takesNumber: "float" | "integer" | undefined;
  readonly #range: { readonly min: number; readonly max: number };
  /** Which size parameters are this input's dimensions and elements. */
  readonly #dims: readonly { readonly axis: number; readonly at: number }[];
  readonly #values: readonly { readonly place: number; readonly at: number }[];
  readonly #backend: Backend | undefined;
  #default: NDArray | undefined;

  /** `needed`: whether the program reads the elements; else only sizes matter. */
  constructor(
    spec: In,
    sources: readonly SizeSource[],
    allowDowncast: boolean | null,
    backend: Backend | undefined,
  ) {
    this.spec = spec;
    this.variable = spec.variable as TensorVariable;
    const { dtype, ndim } = this.variable;
    this.#allowDowncast = spec.allowDowncast === undefined ? allowDowncast : spec.allowDowncast;
    this.#scratch = allocate(dtype, 1);
    this.data = this.#scratch;
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
    this.#backend = backend;
  }

  /** Takes `value`, and puts the sizes that depend on it into `sizes`. Throws a TypeError if it does not fit. */
  take(value: unknown, sizes: number[]): void {
    if (typeof value === "number" && this.#takesNumber && this.#takeNumber(value)) {
      for (const { at } of this.#values) sizes[at] = value;
      return;
    }
    const array = this.#filter(value);
    for (const { axis, at } of this.#dims) sizes[at] = array.shape[axis] as number;
    if (this.#values.length > 0) this.#takeSizes(contiguous(array), sizes);
    this.data = (this.#backend && copyOn(this.#backend, array)) ?? contiguous(array);
  }

  /** Takes the default. Throws a TypeError if there is none. */
  takeDefault(sizes: number[]): void {
    if (this.spec.value === undefined)
      throw new TheanoTypeError(`Missing required input: ${describe(this.spec)}`, {
        origin: this.variable.origin,
      });
    this.#default ??= this.#filter(this.spec.value);
    this.take(this.#default, sizes);
  }

  #takeNumber(value: number): boolean {
    if (
      this.#takesNumber === "integer" &&
      !(Number.isInteger(value) && value >= this.#range.min && value <= this.#range.max)
    )
      return false;
    this.#scratch[0] = value;
    this.data = this.#scratch;
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

  #filter(value: unknown): NDArray {
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

/** How messages name an input. */
export const describe = (spec: In): string => {
  const { type } = spec.variable;
  return spec.name === null ? `an unnamed input of ${type}` : `${spec.name}: ${type}`;
};
