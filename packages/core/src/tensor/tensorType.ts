import { type DType, isBig, isComplex, isDType, isFloat, promote } from "@theano-ts/kernel";
import { config } from "../config.ts";
import { TheanoTypeError, ValueError } from "../errors.ts";
import { type FilterOptions, Type } from "../graph/type.ts";
import { asNDArray, castExactly } from "../value/convert.ts";
import { NDArray } from "../value/ndarray.ts";
import { TensorVariable } from "./tensorVariable.ts";

/** Theano's names for the patterns that have one. */
const names: Readonly<Record<string, string>> = {
  "": "scalar",
  F: "vector",
  FF: "matrix",
  TF: "row",
  FT: "col",
  FFF: "3D",
  FFFF: "4D",
  FFFFF: "5D",
  FFFFFF: "6D",
  FFFFFFF: "7D",
};

/**
 * Arrays of one dtype and rank. A dimension declared broadcastable has size 1 and stretches to fit; the sizes of the
 * others are not known before a function is called. As `theano.tensor.TensorType`.
 */
export class TensorType<D extends DType = DType, N extends number = number> extends Type {
  readonly dtype: D;
  readonly broadcastable: readonly boolean[];

  /** Throws a TypeError if `dtype` is not one. */
  constructor(dtype: D, broadcastable: readonly boolean[]) {
    super();
    if (!isDType(dtype)) throw new TheanoTypeError(`Unsupported dtype for TensorType: ${String(dtype)}`);
    this.dtype = dtype;
    this.broadcastable = broadcastable;
  }

  get ndim(): N {
    return this.broadcastable.length as N;
  }

  override equals(other: Type): boolean {
    return (
      other instanceof TensorType &&
      this.dtype === other.dtype &&
      this.ndim === other.ndim &&
      this.broadcastable.every((b, i) => b === other.broadcastable[i])
    );
  }

  /** The same with another dtype. */
  withDType<E extends DType>(dtype: E): TensorType<E, N> {
    return new TensorType(dtype, this.broadcastable);
  }

  override makeVariable(name: string | null = null): TensorVariable<D, N> {
    return new TensorVariable(this, name);
  }

  override toString(): string {
    const pattern = this.broadcastable.map((b) => (b ? "T" : "F")).join("");
    const python = this.broadcastable.map((b) => (b ? "True" : "False"));
    const tuple = python.length === 1 ? `(${python[0]},)` : `(${python.join(", ")})`;
    return `TensorType(${this.dtype}, ${names[pattern] ?? tuple})`;
  }

  /**
   * `value` as an array of this type. Plain numbers and nested arrays become integers if they are exactly that, and
   * floats always; arrays with a dtype become a wider one, but a narrower one only with `allowDowncast`. Throws a
   * TypeError that says what was expected, what came, and what to do.
   */
  override filter(
    value: unknown,
    { strict = false, allowDowncast = null }: FilterOptions = {},
  ): NDArray<D, N> {
    const array = value instanceof NDArray ? value : this.#convert(value, strict);
    if (array.dtype !== this.dtype && strict)
      throw new TheanoTypeError(`expected exactly ${this.dtype}, got ${array.dtype} (strict)`);
    this.#checkShape(array.shape);
    if (array.dtype === this.dtype) return array as NDArray<D, N>;
    if (!this.#holds(array, allowDowncast, hasDType(value))) this.#refuse(array, allowDowncast);
    return array.astype(this.dtype) as NDArray<D, N>;
  }

  /** Throws a TypeError unless arrays of `shape` are of this type. */
  #checkShape(shape: readonly number[]): void {
    if (shape.length !== this.ndim)
      throw new TheanoTypeError(
        `Wrong number of dimensions: expected ${this.ndim}, got ${shape.length} with shape (${shape.join(", ")})`,
      );
    const bad = shape.findIndex((n, i) => this.broadcastable[i] && n !== 1);
    if (bad >= 0)
      throw new TheanoTypeError(
        `Dimension ${bad} is declared broadcastable, so its size must be 1, but the shape is (${shape.join(", ")})`,
      );
  }

  #convert(value: unknown, strict: boolean): NDArray {
    if (strict)
      throw new TheanoTypeError(`expected an NDArray of ${this.dtype} (strict), got ${describe(value)}`);
    if (typeof value === "string" && Number.isNaN(Number(value)))
      throw new ValueError(`could not convert ${describe(value)} to ${this}: give numbers`);
    if (typeof value === "string" || value === null || value === undefined || typeof value === "function")
      throw new TheanoTypeError(`expected ${this}, got ${describe(value)}`);
    // A number that is an exact member needs no detour by way of float64.
    if (isBig(this.dtype) && !hasDType(value) && allIntegers(value))
      return asNDArray(value, { dtype: this.dtype });
    return asNDArray(value);
  }

  #holds(array: NDArray, allowDowncast: boolean | null, dtyped: boolean): boolean {
    const { dtype } = this;
    if (allowDowncast) return true;
    if (promote(dtype, array.dtype) === dtype) return true;
    if (dtyped || isComplex(array.dtype)) return false;
    if (isFloat(dtype) || isComplex(dtype)) return allowDowncast === null;
    return castExactly(array, dtype) !== undefined;
  }

  #refuse(array: NDArray, allowDowncast: boolean | null): never {
    const values = array.size === 1 ? ` (${array.item()})` : "";
    const remedy =
      allowDowncast === null
        ? `convert it with astype("${this.dtype}"), or allow it with allowInputDowncast: true`
        : `convert it with astype("${this.dtype}")`;
    throw new TheanoTypeError(
      `expected ${this.dtype}, got ${array.dtype}${values}, which would lose precision: ${remedy}`,
    );
  }
}

/** Whether the values `value` is made of come with a dtype of their own. */
const hasDType = (value: unknown): boolean =>
  value instanceof NDArray ||
  ArrayBuffer.isView(value) ||
  (typeof value === "object" && value !== null && "dtype" in value);

const allIntegers = (value: unknown): boolean =>
  Array.isArray(value)
    ? value.every(allIntegers)
    : typeof value === "bigint" ||
      (typeof value === "number" && Number.isSafeInteger(value)) ||
      typeof value === "boolean";

function describe(value: unknown): string {
  if (typeof value === "string") return `the string "${value}"`;
  if (typeof value === "function") return "a function";
  return String(value);
}

/** The type with no broadcastable dimensions, of `ndim` dimensions. */
export const tensorType = <D extends DType, N extends number>(dtype: D, ndim: N): TensorType<D, N> =>
  new TensorType(dtype, new Array<boolean>(ndim).fill(false));

/** `config.floatX` with no broadcastable dimensions. */
export const floatType = (ndim: number): TensorType => tensorType(config.floatX, ndim);
