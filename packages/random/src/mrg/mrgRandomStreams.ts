import {
  add,
  asTensor,
  cast,
  constant,
  type FloatX,
  floatX,
  knownLength,
  lt,
  mul,
  NDArray,
  NotImplementedError,
  type SharedVariable,
  shapeI,
  shared,
  sub,
  type TensorLike,
  type TensorVariable,
  TheanoTypeError,
  trueDiv,
  ValueError,
} from "@theano-ts/core";
import { type DType, promoteAll } from "@theano-ts/kernel";
import { type DrawMethod, type DrawOptions, drawMethod } from "../drawMethod.ts";
import type { DrawSize } from "../size.ts";
import { choiceFromUniform, multinomialFromUniform } from "./fromUniform.ts";
import { modulus1, modulus2, nextStream, nextSubstream, stateWords } from "./mrg31k3p.ts";
import { type MrgDType, mrgUniform } from "./mrgUniform.ts";
import { boxMuller } from "./normal.ts";
import { guessStreams, readSize } from "./size.ts";

/** One integer above 0 and below 2147462579, or six (see {@link MRG_RandomStreams}). */
export type MrgSeed = number | readonly number[];

/** The states of a variable's streams. */
export type MrgStates = SharedVariable<"int32", 2>;

/** Of a variable: its states, what they become, the size it was asked for, and how many streams were asked for. */
export type MrgUpdate = readonly [
  states: MrgStates,
  after: TensorVariable<"int32", 2>,
  size: DrawSize,
  nstreams: number | undefined,
];

/** What there is to know about a variable that is drawn anew in each call. */
export interface FromStreams {
  /** The states it is drawn from. */
  readonly rstate: MrgStates;
  readonly update: readonly [states: MrgStates, after: TensorVariable<"int32", 2>];
}

/** How many streams take turns: found from the size if left out. */
interface Streams {
  readonly nstreams?: number;
}

/**
 * Random variables that draw Theano's numbers by the generator MRG31k3p, made to run many streams at once: variables
 * take their streams in the order in which they are made. As `theano.sandbox.rng_mrg.MRG_RandomStreams`.
 *
 * The seed is 12345 if left out; one integer stands for six, of which the first three are below 2147483647, the last
 * three below 2147462579, and neither three all 0.
 */
export class MRG_RandomStreams {
  /** The start of the next variable's streams: six words. */
  rstate!: NDArray<"int32", 1>;
  readonly stateUpdates: MrgUpdate[] = [];
  readonly #seed: MrgSeed;

  constructor(seed: MrgSeed | { readonly seed?: MrgSeed } = 12345) {
    const given = typeof seed === "object" && "seed" in seed ? (seed.seed ?? 12345) : (seed as MrgSeed);
    this.#seed = given;
    this.setRstate(given);
  }

  /** Uniform over (low, high): 0 and 1 if left out. The size is needed. */
  readonly uniform: DrawMethod<
    Streams & { readonly low?: TensorLike; readonly high?: TensorLike },
    FloatX,
    FromStreams
  > = drawMethod((options) => this.#uniform(options));

  /** Whether each trial succeeds, with probability `p`, one half if left out. `n` must be 1. */
  readonly binomial: DrawMethod<
    Streams & { readonly n?: number; readonly p?: TensorLike },
    "int64",
    unknown
  > = drawMethod(({ n = 1, p = 0.5, dtype = "int64", ...rest }) => {
    if (n !== 1) throw new NotImplementedError(`MRG_RandomStreams.binomial takes n = 1 only, not ${n}`);
    return cast(lt(this.#uniform(rest), asTensor(p, floatX())), dtype) as TensorVariable;
  });

  /** Gaussians of mean `avg` and standard deviation `std`: 0 and 1 if left out; with `truncate` within two of it. */
  readonly normal: DrawMethod<Streams & Gaussian & { readonly truncate?: boolean }, FloatX, unknown> =
    drawMethod((options) => this.#normal(options));

  /** Gaussians within 2 of their mean, in units of what `normal` takes, stretched so that `std` is their own. */
  readonly truncatedNormal: DrawMethod<Streams & Gaussian, FloatX, unknown> = drawMethod(
    ({ std = 1, ...rest }) =>
      this.#normal({
        ...rest,
        std: trueDiv(std, constant(truncatedDeviation)) as TensorVariable,
        truncate: true,
      }),
  );

  /** How `n` trials, 1 if left out, fall on outcomes of the probabilities in the rows of the matrix `pvals`. */
  multinomial<D extends DType = "int64">(
    options: Streams & { readonly n?: number; readonly pvals?: TensorLike; readonly dtype?: D },
  ): TensorVariable<D, 2> {
    const { n = 1, pvals, dtype = "int64", nstreams } = options;
    if (pvals === undefined)
      throw new TheanoTypeError("Cannot draw multinomials without pvals: they must be given");
    refuse("multinomial", options, ["size", "ndim"]);
    const p = matrix(asTensor(pvals));
    const uniform = this.#perRow(p, n, nstreams);
    return multinomialFromUniform(p, uniform, constant(n), dtype) as TensorVariable<D, 2>;
  }

  /** `size` different outcomes, 1 if left out, of the probabilities in the rows of the matrix `p`. */
  choice<D extends DType = "int64">(
    options: Streams & {
      readonly size?: number;
      readonly replace?: boolean;
      readonly p?: TensorLike;
      readonly dtype?: D;
    },
  ): TensorVariable<D, 2> {
    const { size = 1, replace = true, p, dtype = "int64", nstreams } = options;
    if (replace)
      throw new NotImplementedError("MRG_RandomStreams.choice is without replacement: say replace: false");
    refuse("choice", options, ["a", "ndim"]);
    if (p === undefined) throw new TheanoTypeError("Cannot choose without p: it must be given");
    const likely = matrix(asTensor(p));
    const uniform = this.#perRow(likely, size, nstreams);
    return choiceFromUniform(dtype).call(likely, uniform, constant(size)) as TensorVariable as TensorVariable<
      D,
      2
    >;
  }

  /** `n` different outcomes of the probabilities in the rows of `pvals`. @deprecated Use `choice`. */
  multinomialWoReplacement<D extends DType = "int64">(
    options: Streams & { readonly n?: number; readonly pvals?: TensorLike; readonly dtype?: D },
  ): TensorVariable<D, 2> {
    const { n = 1, pvals, ...rest } = options;
    return this.choice({ ...rest, size: n, replace: false, ...(pvals === undefined ? {} : { p: pvals }) });
  }

  /** Sets where the next variable's streams start. Throws a ValueError or TypeError for what is no seed. */
  setRstate(seed: MrgSeed): void {
    this.rstate = row(checkedSeed(seed));
  }

  /** Starts all states over, from `seed`, or from the one that the streams were made with. */
  seed(seed?: MrgSeed): void {
    this.setRstate(seed ?? this.#seed);
    for (const [states, , size, nstreams] of this.stateUpdates)
      states.setValue(this.getSubstreamRstates(nstreams ?? this.nStreams(size)), { borrow: true });
  }

  /** Goes on to the next stream, 2^134 steps away. */
  incRstate(): void {
    this.rstate = row(nextStream(wordsOf(this.rstate)));
  }

  /** The states of `count` streams, each 2^72 steps from the one before, a row each; then goes on to the next stream. */
  getSubstreamRstates(
    count: number,
    _dtype?: string,
    options: { readonly incRstate?: boolean } = {},
  ): NDArray<"int32", 2> {
    if (!(Number.isInteger(count) && count > 0))
      throw new ValueError(`Cannot start ${count} streams: their number is an integer above 0`);
    const words = new Int32Array(count * stateWords);
    let state = wordsOf(this.rstate);
    for (let i = 0; i < count; i++) {
      words.set(state, i * stateWords);
      state = nextSubstream(state);
    }
    if (options.incRstate !== false) this.incRstate();
    return new NDArray({ data: words, revision: 0 }, "int32", [count, stateWords]);
  }

  /** How many streams a draw of this size has. */
  nStreams(size: DrawSize): number {
    return guessStreams(readSize(size));
  }

  /** The pairs for a function's `updates`. */
  updates(): MrgUpdate[] {
    return [...this.stateUpdates];
  }

  #uniform(options: DrawOptions & Streams & Bounds): TensorVariable & FromStreams {
    const { ndim, nstreams, size } = options;
    const [low, high] = [asTensor(options.low ?? 0), asTensor(options.high ?? 1)];
    const dtype = (options.dtype ?? promoteAll([floatX(), low.dtype, high.dtype])) as MrgDType;
    const read = readSize(size);
    const states = shared(this.getSubstreamRstates(nstreams ?? guessStreams(read)), {
      borrow: true,
    }) as MrgStates;
    const axes = ndim ?? read.listed?.length ?? lengthOf(read.vector);
    const [after, drawn] = mrgUniform(dtype, axes).apply(states, read.vector) as unknown as [
      TensorVariable<"int32", 2>,
      TensorVariable,
    ];
    states.defaultUpdate = after;
    this.stateUpdates.push([states, after, size, nstreams]);
    const [from, to] = [cast(low, dtype), cast(high, dtype)];
    const result = add(mul(drawn, sub(to, from)), from) as TensorVariable;
    return Object.assign(result, { rstate: states, update: [states, after] as const });
  }

  #normal(options: DrawOptions & Streams & Gaussian & { readonly truncate?: boolean }): TensorVariable {
    const [avg, std] = [asTensor(options.avg ?? 0), asTensor(options.std ?? 1)];
    const { truncate = false, nstreams } = options;
    const dtype = options.dtype ?? promoteAll([floatX(), avg.dtype, std.dtype]);
    const { vector, listed } = readSize(options.size);
    const streams = nstreams === undefined ? {} : { nstreams };
    const standard = boxMuller(
      (count, low) => this.#uniform({ size: [count], low, high: 1, ndim: 1, dtype, ...streams }),
      vector,
      options.ndim ?? listed?.length ?? lengthOf(vector),
      dtype,
      truncate,
    );
    return add(mul(standard, cast(std, dtype)), cast(avg, dtype)) as TensorVariable;
  }

  /** `n` uniform numbers for each row of `p`. */
  #perRow(p: TensorVariable, n: number, nstreams: number | undefined): TensorVariable {
    if (!(Number.isInteger(n) && n > 0))
      throw new ValueError(`Cannot draw ${n} times: it must be an integer above 0`);
    const count = mul(shapeI(p, 0), n) as TensorVariable;
    return this.#uniform({ size: [count], ndim: 1, ...(nstreams === undefined ? {} : { nstreams }) });
  }
}

interface Bounds {
  readonly low?: TensorLike;
  readonly high?: TensorLike;
}

interface Gaussian {
  readonly avg?: TensorLike;
  readonly std?: TensorLike;
}

/** The standard deviation of the standard gaussian cut off at −2 and 2. */
const truncatedDeviation = 0.87962566103423978;

function checkedSeed(seed: MrgSeed): Int32Array {
  if (typeof seed === "number") {
    if (!Number.isInteger(seed) || seed < 0)
      throw new TheanoTypeError(`Cannot seed with ${seed}: a seed is one integer, or six`);
    if (seed === 0) throw new ValueError("Cannot seed with 0: all would be 0");
    if (seed >= modulus2)
      throw new ValueError(`Cannot seed with ${seed}: it should be less than ${modulus2}`);
    return new Int32Array(stateWords).fill(seed);
  }
  if (!Array.isArray(seed) || seed.length !== stateWords)
    throw new TheanoTypeError(`Cannot seed with ${String(seed)}: a seed is one integer, or six`);
  const halves: readonly (readonly [string, readonly number[], number])[] = [
    ["first", seed.slice(0, 3), modulus1],
    ["last", seed.slice(3), modulus2],
  ];
  for (const [which, three, below] of halves) {
    if (three.every((x) => x === 0))
      throw new ValueError(`Cannot seed with ${seed}: the ${which} 3 are all 0`);
    if (three.some((x) => !(Number.isInteger(x) && x >= 0 && x < below)))
      throw new ValueError(`Cannot seed with ${seed}: the ${which} 3 should be integers less than ${below}`);
  }
  return Int32Array.from(seed);
}

const row = (words: Int32Array): NDArray<"int32", 1> =>
  new NDArray({ data: words, revision: 0 }, "int32", [stateWords]);

const wordsOf = (state: NDArray): Int32Array => Int32Array.from(state.copy().data as Int32Array);

function lengthOf(size: TensorVariable): number {
  const length = knownLength(size);
  if (length !== undefined) return length;
  throw new ValueError(`Cannot draw the size ${size}: its length is not known yet: say it by ndim`);
}

function matrix(p: TensorVariable): TensorVariable {
  if (p.ndim === 2) return p;
  throw new NotImplementedError(`Cannot draw from ${p}: ${p.type}: probabilities are the rows of a matrix`);
}

function refuse(what: string, options: object, names: readonly string[]): void {
  const given = names.find((name) => (options as Record<string, unknown>)[name] !== undefined);
  if (given) throw new ValueError(`MRG_RandomStreams.${what} does not use ${given}: leave it out`);
}
