import { NDArray } from "@theano-ts/core";
import { allocate, type DType, isBig, type TypedArray } from "@theano-ts/kernel";
import { choose } from "./choice.ts";
import type { Engine } from "./engine.ts";
import { type DrawnDType, drawIntegers } from "./integers.ts";
import { fillNormal, fillUniform, permuted } from "./legacy.ts";
import { beta, exponential, gamma } from "./legacyContinuous.ts";
import { binomial, multinomial, poisson } from "./legacyDiscrete.ts";
import type {
  BetaOptions,
  BinomialOptions,
  ChoiceOptions,
  ExponentialOptions,
  GammaOptions,
  MultinomialOptions,
  NormalOptions,
  PoissonOptions,
  RandintOptions,
  RandomIntegersOptions,
  RankOf,
  Size,
  UniformOptions,
} from "./options.ts";

type Floats<S extends Size> = NDArray<"float64", RankOf<S>>;
type Counts<S extends Size> = NDArray<"int64", RankOf<S>>;

/**
 * What NumPy's `RandomState` can draw, from any source of words. Each method takes its words in NumPy's order, so that
 * from NumPy's words come NumPy's numbers. All throw a RangeError for parameters that have no distribution.
 */
export class Distributions {
  /** Where the words come from. */
  protected readonly engine: Engine;

  constructor(engine: Engine) {
    this.engine = engine;
  }

  /** Uniform over [0, 1), float64, of the given shape. */
  rand<const S extends readonly number[]>(...shape: S): NDArray<"float64", S["length"]> {
    return float64(shape, (out) => fillUniform(this.engine, out));
  }

  /** Standard gaussians, float64, of the given shape. */
  randn<const S extends readonly number[]>(...shape: S): NDArray<"float64", S["length"]> {
    return float64(shape, (out) => fillNormal(this.engine, out));
  }

  /** Uniform over [0, 1), float64. */
  randomSample<const S extends Size = undefined>(size?: S): Floats<S> {
    return float64(shapeOf(size), (out) => fillUniform(this.engine, out));
  }

  /** Uniform over [low, high), float64. Throws a RangeError if they are not finite. */
  uniform<const S extends Size = undefined>(options: UniformOptions<S> = {}): Floats<S> {
    const { low = 0, high = 1, size } = options;
    if (!Number.isFinite(high - low))
      throw new RangeError(`Cannot draw uniformly from ${low} to ${high}: the range is not finite`);
    return float64(shapeOf(size), (out) => fillUniform(this.engine, out, low, high));
  }

  /** Standard gaussians, float64. */
  standardNormal<const S extends Size = undefined>(size?: S): Floats<S> {
    return float64(shapeOf(size), (out) => fillNormal(this.engine, out));
  }

  /** Gaussians with mean `loc` and standard deviation `scale`, float64. Throws a RangeError if scale is negative. */
  normal<const S extends Size = undefined>(options: NormalOptions<S> = {}): Floats<S> {
    const { loc = 0, scale = 1, size } = options;
    if (!(scale >= 0))
      throw new RangeError(`Cannot draw gaussians of scale ${scale}: it must not be negative`);
    return float64(shapeOf(size), (out) => fillNormal(this.engine, out, loc, scale));
  }

  /** Exponential of mean `scale`, float64. */
  exponential<const S extends Size = undefined>(options: ExponentialOptions<S> = {}): Floats<S> {
    const { scale = 1, size } = options;
    notNegative("exponentials", { scale });
    return this.#floats(size, () => scale * exponential(this.engine));
  }

  /** Gamma of this shape, times `scale`, float64. */
  gamma<const S extends Size = undefined>(options: GammaOptions<S>): Floats<S> {
    const { shape, scale = 1, size } = options;
    notNegative("gammas", { shape, scale });
    return this.#floats(size, () => scale * gamma(this.engine, shape));
  }

  /** Beta of these parameters, above 0, float64. */
  beta<const S extends Size = undefined>({ a, b, size }: BetaOptions<S>): Floats<S> {
    if (!(a > 0 && b > 0)) throw new RangeError(`Cannot draw betas of ${a} and ${b}: both must be above 0`);
    return this.#floats(size, () => beta(this.engine, a, b));
  }

  /** How many of `n` trials succeed, int64. */
  binomial<const S extends Size = undefined>({ n, p, size }: BinomialOptions<S>): Counts<S> {
    checkTrials("binomials", n);
    if (!(p >= 0 && p <= 1))
      throw new RangeError(`Cannot draw binomials of p = ${p}: p < 0, p > 1 or p is NaN`);
    return this.#counts(size, () => binomial(this.engine, n, p));
  }

  /** Events of a Poisson process of rate `lam`, int64. */
  poisson<const S extends Size = undefined>(options: PoissonOptions<S> = {}): Counts<S> {
    const { lam = 1, size } = options;
    // Above, counts are not exact.
    if (!(lam >= 0 && lam <= 2 ** 53))
      throw new RangeError(`Cannot draw Poisson counts of lam = ${lam}: lam < 0, too large or NaN`);
    return this.#counts(size, () => poisson(this.engine, lam));
  }

  /** How `n` trials fall on outcomes of probabilities `pvals`: a last axis with a count for each, int64. */
  multinomial<const S extends Size = undefined>({ n, pvals, size }: MultinomialOptions<S>): NDArray<"int64"> {
    checkTrials("multinomials", n);
    const list = Array.from(pvals);
    const sum = list.slice(0, -1).reduce((a, b) => a + b, 0);
    if (list.length === 0 || list.some((p) => !(p >= 0 && p <= 1)) || sum > 1 + 1e-12)
      throw new RangeError(`Cannot draw multinomials of pvals ${list}: they must be probabilities of sum 1`);
    const shape = [...shapeOf(size), list.length];
    const data = new Float64Array(sizeOf(shape));
    for (let at = 0; at < data.length; at += list.length) multinomial(this.engine, n, list, data, at);
    return ofNumbers(data, "int64", shape);
  }

  /**
   * Integers low … high − 1, each as likely. Throws a RangeError if there are none, if a bound is no integer, or if it
   * is beyond the dtype.
   */
  randint<const S extends Size = undefined, D extends DrawnDType = "int64">(
    options: RandintOptions<S, D>,
  ): NDArray<D, RankOf<S>> {
    const [low, high] = options.high === undefined ? [0, options.low] : [options.low, options.high];
    const dtype = options.dtype ?? ("int64" as D);
    const shape = shapeOf(options.size);
    const drawn = drawIntegers(this.engine, sizeOf(shape), bound(low), bound(high), dtype);
    return ofNumbers(drawn, dtype, shape);
  }

  /** Integers low … high, each as likely, int64; 1 … low if `high` is left out. */
  randomIntegers<const S extends Size = undefined>(options: RandomIntegersOptions<S>): Counts<S> {
    const { low, high, size } = options;
    const [first, last] = high === undefined ? [1n, bound(low)] : [bound(low), bound(high)];
    return this.randint({ low: first, high: last + 1n, size: size as S });
  }

  /** Integers 0 … 2^63 − 1, int64. */
  tomaxint<const S extends Size = undefined>(size?: S): Counts<S> {
    const shape = shapeOf(size);
    return ofNumbers(
      Array.from({ length: sizeOf(shape) }, () => this.engine.uint64() >> 1n),
      "int64",
      shape,
    );
  }

  /** So many random bytes. */
  bytes(length: number): Uint8Array {
    const words = Uint32Array.from({ length: Math.ceil(sizeOf([length]) / 4) }, () => this.engine.uint32());
    const view = new DataView(words.buffer);
    words.forEach((word, i) => {
      view.setUint32(4 * i, word, true);
    });
    return new Uint8Array(words.buffer, 0, length);
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

  /** Elements of the vector `a`, or of 0 … a − 1 (int64). */
  choice<const S extends Size = undefined>(a: number, options?: ChoiceOptions<S>): Counts<S>;
  choice<D extends DType, const S extends Size = undefined>(
    a: NDArray<D, 1>,
    options?: ChoiceOptions<S>,
  ): NDArray<D, RankOf<S>>;
  choice(a: number | NDArray, options: ChoiceOptions<Size> = {}): NDArray {
    const { size, replace = true, p } = options;
    const shape = shapeOf(size);
    const n = typeof a === "number" ? sizeOf([a]) : lengthOf(a, "choose from");
    const places = ofNumbers(choose(this.engine, n, sizeOf(shape), { replace, p }), "int64", shape);
    return typeof a === "number" ? places : a.get(places);
  }

  #order(n: number): NDArray<"int64", 1> {
    return owning(permuted(this.engine, sizeOf([n])), "int64", [n]);
  }

  #floats<N extends number>(size: Size, draw: () => number): NDArray<"float64", N> {
    return float64(shapeOf(size), (out) => {
      for (let i = 0; i < out.length; i++) out[i] = draw();
      return out;
    });
  }

  #counts<N extends number>(size: Size, draw: () => number): NDArray<"int64", N> {
    const shape = shapeOf(size);
    return ofNumbers(
      Array.from({ length: sizeOf(shape) }, () => draw()),
      "int64",
      shape,
    );
  }
}

const float64 = <N extends number>(
  shape: readonly number[],
  fill: (out: Float64Array) => Float64Array,
): NDArray<"float64", N> => owning(fill(new Float64Array(sizeOf(shape))), "float64", shape);

function ofNumbers<D extends DType, N extends number>(
  numbers: ArrayLike<number | bigint>,
  dtype: D,
  shape: readonly number[],
): NDArray<D, N> {
  const data = allocate(dtype, numbers.length) as { [i: number]: number | bigint };
  const convert = isBig(dtype) ? BigInt : Number;
  for (let i = 0; i < numbers.length; i++) data[i] = convert(numbers[i] as number);
  return owning(data as unknown as TypedArray, dtype, shape);
}

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

function notNegative(what: string, parameters: Readonly<Record<string, number>>): void {
  for (const [name, x] of Object.entries(parameters))
    if (!(x >= 0)) throw new RangeError(`Cannot draw ${what} of ${name} ${x}: it must not be negative`);
}

function checkTrials(what: string, n: number): void {
  if (!(Number.isSafeInteger(n) && n >= 0))
    throw new RangeError(`Cannot draw ${what} of ${n} trials: n is an integer, 0 or more`);
}
