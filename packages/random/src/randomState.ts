import { Distributions } from "./distributions.ts";
import { MT19937, type MT19937State } from "./mt19937.ts";
import { entropy, type Seed, seedWords } from "./seeds.ts";

/**
 * NumPy's `numpy.random.RandomState`: for the same seed and the same calls, the same numbers, on every engine.
 * (A gaussian may differ in its last bit where the C library under NumPy rounds a logarithm wrongly.)
 */
export class RandomState extends Distributions {
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
}
