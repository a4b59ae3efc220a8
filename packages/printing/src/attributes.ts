import { makers, type NDArray } from "@theano-ts/core";
import { isBig, isFloat } from "@theano-ts/kernel";

const tuple = (sizes: readonly number[]): string =>
  sizes.length === 1 ? `(${sizes[0]},)` : `(${sizes.join(", ")})`;

const numbers = (x: NDArray): Float64Array => x.astype("float64").data as Float64Array;
const mean = (x: NDArray): number => numbers(x).reduce((sum, n) => sum + n, 0) / x.size;

function deviation(x: NDArray): number {
  const center = mean(x);
  return Math.sqrt(numbers(x).reduce((sum, n) => sum + (n - center) ** 2, 0) / x.size);
}

/** The mean, or what is like it, as NumPy prints it: of integers it is a float64. */
function average(value: number, { dtype }: NDArray): string {
  return String(makers.full([], value, { dtype: isFloat(dtype) ? dtype : "float64" }));
}

/** The first element that none comes `before`; a NaN if there is one. */
function extreme(x: NDArray, before: (a: Ordered, b: Ordered) => boolean): string {
  if (x.size === 0) return "nan";
  const elements: ArrayLike<Ordered> = isBig(x.dtype) ? (x.copy().data as BigInt64Array) : numbers(x);
  let best = 0;
  for (let i = 1; i < elements.length && !Number.isNaN(elements[best]); i++) {
    const element = elements[i] as Ordered;
    if (Number.isNaN(element) || before(element, elements[best] as Ordered)) best = i;
  }
  return String(x.reshape([-1]).get(best));
}
type Ordered = number | bigint;

/** What can be printed of a value, under Theano's names: the text of it, what it is like, what its elements are like. */
export type Attribute =
  | "__str__"
  | "__repr__"
  | "shape"
  | "dtype"
  | "ndim"
  | "size"
  | "min"
  | "max"
  | "mean"
  | "std";

const texts: Readonly<Record<Attribute, (x: NDArray) => string>> = {
  __str__: (x) => String(x),
  __repr__: (x) => x.repr(),
  shape: (x) => tuple(x.shape),
  dtype: (x) => x.dtype,
  ndim: (x) => String(x.ndim),
  size: (x) => String(x.size),
  min: (x) => extreme(x, (a, b) => a < b),
  max: (x) => extreme(x, (a, b) => a > b),
  mean: (x) => average(mean(x), x),
  std: (x) => average(deviation(x), x),
};

/** All attributes. */
export const attributeNames: readonly Attribute[] = /* @__PURE__ */ Object.keys(texts) as Attribute[];

/** Those that only real numbers have. */
export const ofRealNumbers: readonly Attribute[] = ["min", "max", "mean", "std"];

/** The text of an attribute of `value`, as NumPy prints it. */
export const attributeText = (name: Attribute, value: NDArray): string => texts[name](value);
