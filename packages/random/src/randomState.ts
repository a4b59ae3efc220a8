import {
  Cell,
  type FilterOptions,
  NDArray,
  type Shareable,
  type SharedOptions,
  SharedVariable,
  TensorType,
  TheanoTypeError,
  type Type,
} from "@theano-ts/core";
import { Distributions } from "./distributions.ts";
import { MT19937, type MT19937State } from "./mt19937.ts";
import { entropy, type Seed, seedWords } from "./seeds.ts";
import { fromVector, stateLength, toVector } from "./stateVector.ts";

/**
 * NumPy's `numpy.random.RandomState`: for the same seed and the same calls, the same numbers, on every engine.
 * (A gaussian may differ in its last bit where the C library under NumPy rounds a logarithm wrongly.)
 */
export class RandomState extends Distributions implements Shareable {
  readonly #engine: MT19937;

  /** `seed` as for {@link RandomState.seed}. */
  constructor(seed?: Seed) {
    const engine = new MT19937(seedWords(seed ?? entropy()));
    super(engine);
    this.#engine = engine;
  }

  /**
   * Starts over from an integer 0 … 2^32 − 1, from several (a longer seed), or from a text; left out, from the system's
   * entropy. Throws a RangeError for other numbers.
   */
  seed(seed?: Seed): void {
    this.#engine.seed(seedWords(seed ?? entropy()));
  }

  /** A copy of everything that decides the numbers still to come. */
  getState(): MT19937State {
    return this.#engine.getState();
  }

  /** Goes on from `state`, which is copied. Throws a RangeError if it is malformed. */
  setState(state: MT19937State): void {
    this.#engine.setState(state);
  }

  /** `theano.shared(state)` is a variable that holds a copy of it. */
  toShared(options: SharedOptions): RandomStateVariable {
    return new RandomStateVariable(new Cell(stored(this)), options.name ?? null);
  }
}

/** The states of NumPy's generator, kept as one vector of words. As `theano.tensor.raw_random.RandomStateType`. */
export class RandomStateType extends TensorType<"uint32", 1> {
  constructor() {
    super("uint32", [false]);
  }

  override equals(other: Type): boolean {
    return other instanceof RandomStateType;
  }

  override toString(): string {
    return "RandomStateType";
  }

  /** The words of a `RandomState`, or of a vector that holds them already. Throws a TypeError for all else. */
  override filter(value: unknown, options?: FilterOptions): NDArray<"uint32", 1> {
    if (value instanceof RandomState) return stored(value);
    if (value instanceof NDArray && value.dtype === "uint32" && value.size === stateLength)
      return super.filter(value, options);
    throw new TheanoTypeError(`expected a RandomState, got ${String(value)}`);
  }
}

/** A shared variable whose value is a `RandomState`. */
export class RandomStateVariable extends SharedVariable<"uint32", 1, RandomState> {
  constructor(cell: Cell, name: string | null = null) {
    super(new RandomStateType(), cell, name);
  }

  /** A `RandomState` of its own that goes on from here: what is drawn from it changes nothing until it is set. */
  protected override present(words: NDArray<"uint32", 1>): RandomState {
    const state = new RandomState(0);
    state.setState(fromVector(words.data as Uint32Array));
    return state;
  }

  override clone(): RandomStateVariable {
    return new RandomStateVariable(this.cell, this.name);
  }
}

const stored = (state: RandomState): NDArray<"uint32", 1> =>
  new NDArray({ data: toVector(state.getState()), revision: 0 }, "uint32", [stateLength]);
