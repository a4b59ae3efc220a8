import type { DrawnDType } from "./integers.ts";

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

/** How many numbers to draw. */
export interface SizeOption<S extends Size = undefined> {
  /** The shape of the result, or its length; one number if left out. */
  readonly size?: S;
}

/** What {@link Distributions.uniform} takes. */
export interface UniformOptions<S extends Size = undefined> extends SizeOption<S> {
  /** 0 if left out. */
  readonly low?: number;
  /** 1 if left out. */
  readonly high?: number;
}

/** What {@link Distributions.normal} takes. */
export interface NormalOptions<S extends Size = undefined> extends SizeOption<S> {
  /** The mean; 0 if left out. */
  readonly loc?: number;
  /** The standard deviation; 1 if left out. */
  readonly scale?: number;
}

/** What {@link Distributions.randint} takes. */
export interface RandintOptions<S extends Size = undefined, D extends DrawnDType = "int64">
  extends SizeOption<S> {
  readonly low: number | bigint;
  /** One above the greatest; left out, integers are drawn from 0 up to `low`. */
  readonly high?: number | bigint;
  /** int64 if left out. */
  readonly dtype?: D;
}

/** What {@link Distributions.randomIntegers} takes. */
export interface RandomIntegersOptions<S extends Size = undefined> extends SizeOption<S> {
  readonly low: number | bigint;
  /** The greatest; left out, integers are drawn from 1 to `low`. */
  readonly high?: number | bigint;
}

/** What {@link Distributions.binomial} takes. */
export interface BinomialOptions<S extends Size = undefined> extends SizeOption<S> {
  /** How many trials. */
  readonly n: number;
  /** The probability of success of each. */
  readonly p: number;
}

/** What {@link Distributions.multinomial} takes. */
export interface MultinomialOptions<S extends Size = undefined> extends SizeOption<S> {
  /** How many trials. */
  readonly n: number;
  /** The probability of each outcome; that of the last is what is left to 1. */
  readonly pvals: ArrayLike<number>;
}

/** What {@link Distributions.poisson} takes. */
export interface PoissonOptions<S extends Size = undefined> extends SizeOption<S> {
  /** The rate; 1 if left out. */
  readonly lam?: number;
}

/** What {@link Distributions.exponential} takes. */
export interface ExponentialOptions<S extends Size = undefined> extends SizeOption<S> {
  /** The mean; 1 if left out. */
  readonly scale?: number;
}

/** What {@link Distributions.gamma} takes. */
export interface GammaOptions<S extends Size = undefined> extends SizeOption<S> {
  readonly shape: number;
  /** 1 if left out. */
  readonly scale?: number;
}

/** What {@link Distributions.beta} takes. */
export interface BetaOptions<S extends Size = undefined> extends SizeOption<S> {
  readonly a: number;
  readonly b: number;
}

/** What {@link Distributions.choice} takes. */
export interface ChoiceOptions<S extends Size = undefined> extends SizeOption<S> {
  /** Whether the same may be chosen again; true if left out. */
  readonly replace?: boolean;
  /** The probability of each; all as likely if left out. */
  readonly p?: ArrayLike<number>;
}
