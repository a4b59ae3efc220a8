import { NDArray } from "@theano-ts/core";
import type { DType, TypedArray } from "@theano-ts/kernel";
import { fillIntegers, fillNormal, fillUniform, permuted } from "./legacy.ts";
import { MT19937, type MT19937State } from "./mt19937.ts";

/** A shape, or the length of a vector; left out, for a result without axes. */
export type Size = number | readonly number[] | undefined;

/** The number of axes that a size asks for. */
export type RankOf<S extends Size> = S extends undefined
  ? 0
  : S extends readonly number[]
    ? S["length"]
    : S extends number
      ? 1
      : number;

/** What {@link RandomState.uniform} takes. */
export interface UniformOptions<S extends Size = undefined> {
  /** 0 if left out. */
  readonly low?: number;
  /** 1 if left out. */
  readonly high?: number;
  readonly size?: S;
}

/** What {@link RandomState.normal} takes. */
export interface NormalOptions<S extends Size = undefined> {
  /** The mean; 0 if left out. */
  readonly loc?: number;
  /** The standard deviation; 1 if left out. */
  readonly scale?: number;
  readonly size?: S;
}

/** What {@link RandomState.randint} takes. */
export interface RandintOptions<S extends Size = undefined> {
  readonly low: number | bigint;
  /** One above the greatest; left out, integers are drawn from 0 up to `low`. */
  readonly high?: number | bigint;
  readonly size?: S;
}

/**
 * NumPy's `numpy.random.RandomState`: for the same seed and the same calls, the same numbers, on every engine.
 * (A gaussian may differ in its last bit where the C library under NumPy rounds a logarithm wrongly.)
 */
export class RandomState {
  readonly #engine: MT19937;

  /** `seed` as for {@link RandomState.seed}. */
  constructor(seed?: number | ArrayLike<number>) {
    this.#engine = new MT19937(seed ?? entropy());
  }

  /**
   * Starts over from an integer, or from several (a longer seed), each 0 … 2^32 − 1; left out, from the system's
   * entropy. Throws a RangeError for other numbers.
   */
  seed(seed?: number | ArrayLike<number>): void {
    this.#engine.seed(seed ?? entropy());
  }

  /** A copy of everything that decides the numbers still to come. */
  getState(): MT19937State {
    return this.#engine.getState();
  }

  /** Goes on from `state`, which is copied. Throws a RangeError if it is malformed. */
  setState(state: MT19937State): void {
    this.#engine.setState(state);
  }

  /** Uniform over [0, 1), float64, of the given shape. */
  rand<const S extends readonly number[]>(...shape: S): NDArray<"float64", S["length"]> {
    return float64(shape, (out) => fillUniform(this.#engine, out));
  }

  /** Standard gaussians, float64, of the given shape. */
  randn<const S extends readonly number[]>(...shape: S): NDArray<"float64", S["length"]> {
    return float64(shape, (out) => fillNormal(this.#engine, out));
  }

  /** Uniform over [low, high), float64. Throws a RangeError if they are not finite. */
  uniform<const S extends Size = undefined>(options: UniformOptions<S> = {}): NDArray<"float64", RankOf<S>> {
    const { low = 0, high = 1, size } = options;
    if (!Number.isFinite(high - low))
      throw new RangeError(`Cannot draw uniformly from ${low} to ${high}: the range is not finite`);
    return float64(shapeOf(size), (out) => fillUniform(this.#engine, out, low, high));
  }

  /** Gaussians with mean `loc` and standard deviation `scale`, float64. Throws a RangeError if scale is negative. */
  normal<const S extends Size = undefined>(options: NormalOptions<S> = {}): NDArray<"float64", RankOf<S>> {
    const { loc = 0, scale = 1, size } = options;
    if (scale < 0) throw new RangeError(`Cannot draw gaussians of scale ${scale}: it must not be negative`);
    return float64(shapeOf(size), (out) => fillNormal(this.#engine, out, loc, scale));
  }

  /**
   * Integers low … high − 1, each as likely, int64. Throws a RangeError if there are none, if a bound is no integer,
   * or if it is beyond int64.
   */
  randint<const S extends Size = undefined>(options: RandintOptions<S>): NDArray<"int64", RankOf<S>> {
    const [low, high] = options.high === undefined ? [0, options.low] : [options.low, options.high];
    const shape = shapeOf(options.size);
    return owning(
      fillIntegers(this.#engine, new BigInt64Array(sizeOf(shape)), bound(low), bound(high)),
      "int64",
      shape,
    );
  }

  /** The integers 0 … n − 1 in random order, int64; or a copy of `x` with its first axis in random order. */
  permutation(n: number): NDArray<"int64", 1>;
  permutation<X extends NDArray>(x: X): X;
  permutation(of: number | NDArray): NDArray {
    if (typeof of === "number") return this.#order(of);
    return of.get(this.#order(lengthOf(of, "permute")));
  }

  /** Puts the first axis of `x` in random order, in place. Throws a TypeError if it has no axes. */
  shuffle(x: NDArray): void {
    x.set(x.get(this.#order(lengthOf(x, "shuffle"))));
  }

  #order(n: number): NDArray<"int64", 1> {
    return owning(permuted(this.#engine, sizeOf([n])), "int64", [n]);
  }
}

const float64 = <N extends number>(
  shape: readonly number[],
  fill: (out: Float64Array) => Float64Array,
): NDArray<"float64", N> => owning(fill(new Float64Array(sizeOf(shape))), "float64", shape);

/** An array over `data`, which nobody else holds: so a copy of it on a device stays good until it is written. */
const owning = <D extends DType, N extends number>(
  data: TypedArray,
  dtype: D,
  shape: readonly number[],
): NDArray<D, N> => new NDArray({ data, revision: 0 }, dtype, shape);

const sizeOf = (shape: readonly number[]): number => {
  for (const length of shape)
    if (!(Number.isInteger(length) && length >= 0))
      throw new RangeError(`Cannot draw an array of shape [${shape}]: a length is an integer, 0 or more`);
  return shape.reduce((product, length) => product * length, 1);
};

const shapeOf = (size: Size): readonly number[] =>
  size === undefined ? [] : typeof size === "number" ? [size] : size;

function lengthOf(x: NDArray, action: string): number {
  const [length] = x.shape;
  if (length === undefined) throw new TypeError(`Cannot ${action} an array without axes`);
  return length;
}

function bound(value: number | bigint): bigint {
  if (typeof value === "bigint" || Number.isInteger(value)) return BigInt(value);
  throw new RangeError(`Cannot draw integers between bounds of which one is ${value}: it must be an integer`);
}

/** Eight words of the system's entropy. */
const entropy = (): Uint32Array => crypto.getRandomValues(new Uint32Array(8));
