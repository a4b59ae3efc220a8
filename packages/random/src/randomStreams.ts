import {
  type FloatX,
  permuteRowElements,
  shape,
  shared,
  subtensor,
  type TensorLike,
  type TensorVariable,
} from "@theano-ts/core";
import type { DType } from "@theano-ts/kernel";
import { type DrawMethod, drawMethod } from "./drawMethod.ts";
import { RandomState, type RandomStateVariable } from "./randomState.ts";
import * as rawRandom from "./rawRandom.ts";
import type { Seed } from "./seeds.ts";

/** A state, and what it becomes when it was drawn from. */
export type StateUpdate = readonly [state: RandomStateVariable, after: TensorVariable<"uint32", 1>];

/** What there is to know about a variable that is drawn anew in each call. */
export interface FromState {
  /** The state it is drawn from. */
  readonly rng: RandomStateVariable;
  /** What that becomes. */
  readonly update: StateUpdate;
}

/** A variable that is drawn anew in each call. */
export type RandomVariable<D extends DType = DType, N extends number = number> = TensorVariable<D, N> &
  FromState;

/** Rows in random order, with the permutations that made them so. */
export type Shuffled<X extends TensorVariable> = X & {
  readonly permutation: RandomVariable<"int64", number>;
};

/**
 * Random variables that draw Theano's and NumPy's numbers: each has a generator (MT19937) of its own, seeded in turn
 * from the streams' seed. Functions that use one move its generator on. As
 * `theano.tensor.shared_randomstreams.RandomStreams`.
 *
 * What its methods draw they take from the function of the same name in `rawRandom`.
 */
export class RandomStreams {
  /** For each variable drawn so far its state, and what that becomes. */
  readonly stateUpdates: StateUpdate[] = [];
  /** Where the seeds of the next variables come from. */
  readonly #seeds: RandomState;
  readonly #seed: Seed | undefined;

  /** `seed` as for `RandomState`; left out, from the system's entropy. */
  constructor(seed?: Seed | { readonly seed?: Seed }) {
    const given = isSeed(seed) ? seed : seed.seed;
    this.#seed = given;
    this.#seeds = new RandomState(given);
  }

  /** Uniform over [low, high): 0 and 1 if left out. */
  readonly uniform: DrawMethod<{ readonly low?: TensorLike; readonly high?: TensorLike }, FloatX, FromState> =
    drawMethod((options) => this.gen((state) => rawRandom.uniform(state, options)));

  /** Gaussians of mean `avg` and standard deviation `std`: 0 and 1 if left out. */
  readonly normal: DrawMethod<{ readonly avg?: TensorLike; readonly std?: TensorLike }, FloatX, FromState> =
    drawMethod((options) => this.gen((state) => rawRandom.normal(state, options)));

  /** How many of `n` trials succeed with probability `p`: 1 and one half if left out. */
  readonly binomial: DrawMethod<{ readonly n?: TensorLike; readonly p?: TensorLike }, "int64", FromState> =
    drawMethod((options) => this.gen((state) => rawRandom.binomial(state, options)));

  /** Integers low … high, both included: 0 and 1 if left out. */
  readonly randomIntegers: DrawMethod<
    { readonly low?: TensorLike; readonly high?: TensorLike },
    "int64",
    FromState
  > = drawMethod((options) => this.gen((state) => rawRandom.randomIntegers(state, options)));

  /** Events of Poisson processes of rate `lam`: 1 if left out. */
  readonly poisson: DrawMethod<{ readonly lam?: TensorLike }, "int64", FromState> = drawMethod((options) =>
    this.gen((state) => rawRandom.poisson(state, options)),
  );

  /** Elements of the vector `a`, or of 0 … a − 1. */
  readonly choice: DrawMethod<rawRandom.DrawChoice, "int64", FromState> = drawMethod((options) =>
    this.gen((state) => rawRandom.choice(state, options)),
  );

  /** Permutations of 0 … n − 1, along a dimension more than `size` has. */
  readonly permutation: DrawMethod<{ readonly n?: number | TensorVariable }, "int64", FromState> = drawMethod(
    (options) => this.gen((state) => rawRandom.permutation(state, options)),
  );

  /** How `n` trials fall on outcomes of the probabilities in the rows of `pvals`. */
  readonly multinomial: DrawMethod<
    { readonly n?: TensorLike; readonly pvals?: TensorLike },
    "int64",
    FromState
  > = drawMethod((options) => this.gen((state) => rawRandom.multinomial(state, options)));

  /** `x` with the elements of each row (of the last dimension) in random order. */
  shuffleRowElements<X extends TensorVariable>(x: X): Shuffled<X> {
    const sizes = Array.from({ length: x.ndim }, (_, d) => subtensor(shape(x), d) as TensorVariable);
    const permutation = this.permutation({ size: sizes.slice(0, -1), n: sizes.at(-1) as TensorVariable });
    return Object.assign(permuteRowElements(x, permutation), {
      permutation,
    }) as TensorVariable as Shuffled<X>;
  }

  /** A variable that `draw` draws from a new state: the way to distributions of one's own. */
  gen(draw: (state: RandomStateVariable) => rawRandom.Draw): RandomVariable {
    const rng = shared(nextState(this.#seeds)) as RandomStateVariable;
    const [after, drawn] = draw(rng);
    rng.defaultUpdate = after;
    const update: StateUpdate = [rng, after];
    this.stateUpdates.push(update);
    return Object.assign(drawn, { rng, update });
  }

  /** Starts all states over, from `seed`, or from the one that the streams were made with. */
  seed(seed?: Seed): void {
    const seeds = new RandomState(seed ?? this.#seed);
    for (const [state] of this.stateUpdates) state.setValue(nextState(seeds));
  }

  /** As pairs for a function's `updates`. */
  updates(): StateUpdate[] {
    return [...this.stateUpdates];
  }
}

/** The generator of the next variable. */
const nextState = (seeds: RandomState): RandomState =>
  new RandomState(Number(seeds.randint({ low: 2 ** 30 }).item()));

const isSeed = (x: Seed | { readonly seed?: Seed } | undefined): x is Seed | undefined =>
  typeof x !== "object" || "length" in x;
