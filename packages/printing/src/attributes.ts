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

const texts = {
  __str__: (x: NDArray) => String(x),
  __repr__: (x: NDArray) => x.repr(),
  shape: (x: NDArray) => tuple(x.shape),
  dtype: (x: NDArray): string => x.dtype,
  ndim: (x: NDArray) => String(x.ndim),
  size: (x: NDArray) => String(x.size),
  min: (x: NDArray) => extreme(x, (a, b) => a < b),
  max: (x: NDArray) => extreme(x, (a, b) => a > b),
  mean: (x: NDArray) => average(mean(x), x),
  std: (x: NDArray) => average(deviation(x), x),
} satisfies Record<string, (x: NDArray) => string>;

/** What can be printed of a value, under Theano's names: the text of it, what it is like, what its elements are like. */
export type Attribute = keyof typeof texts;

/** All attributes. */
export const attributeNames: readonly Attribute[] = /* @__PURE__ */ Object.keys(texts) as Attribute[];

/** Those that only real numbers have. */
export const ofRealNumbers: readonly Attribute[] = ["min", "max", "mean", "std"];

/** The text of an attribute of `value`, as NumPy prints it. */
export const attributeText = (name: Attribute, value: NDArray): string => texts[name](value);
