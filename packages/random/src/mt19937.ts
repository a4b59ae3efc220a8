/** Everything that decides the numbers still to come; NumPy's `RandomState.get_state()`. */
export interface MT19937State {
  /** The 624 words of the generator. */
  readonly key: Uint32Array;
  /** How many of them are used up, 0 … 624. */
  readonly pos: number;
  /** Whether a second gaussian waits in `cachedGaussian` (they are made in pairs). */
  readonly hasGauss: boolean;
  readonly cachedGaussian: number;
}

const size = 624;
const lag = 397;

/**
 * The Mersenne Twister, with NumPy's words for a seed.
 *
 * M. Matsumoto and T. Nishimura, "Mersenne Twister: a 623-dimensionally equidistributed uniform pseudorandom
 * number generator", ACM TOMACS 8 (1998), in the revision of 2002 (`init_genrand`, `init_by_array`).
 */
export class MT19937 {
  readonly #key = new Uint32Array(size);
  /** The same as signed integers. */
  readonly #words = new Int32Array(this.#key.buffer);
  #pos = size;
  /** The second number of the last pair of gaussians, until it is used; see `gaussian`. */
  spareGaussian: number | undefined;

  /** `seed` as for {@link MT19937.seed}. */
  constructor(seed: number | ArrayLike<number>) {
    this.seed(seed);
  }

  /** Starts over from an integer, or from several (a longer seed), each 0 … 2^32 − 1. Throws a RangeError if not. */
  seed(seed: number | ArrayLike<number>): void {
    if (typeof seed === "number") this.#seedByInteger(checkSeed(seed));
    else this.#seedByArray(Array.from(seed, checkSeed));
    this.#pos = size;
    this.spareGaussian = undefined;
  }

  /** A copy of the state: 624 words and the position in them. */
  getState(): MT19937State {
    const { spareGaussian } = this;
    return {
      key: this.#key.slice(),
      pos: this.#pos,
      hasGauss: spareGaussian !== undefined,
      cachedGaussian: spareGaussian ?? 0,
    };
  }

  /** Goes on from `state`, which is copied. Throws a RangeError if it has not 624 words or `pos` is outside them. */
  setState({ key, pos, hasGauss, cachedGaussian }: MT19937State): void {
    if (key.length !== size)
      throw new RangeError(`Cannot set the random state: key has ${key.length} words, it must have ${size}`);
    if (!(Number.isInteger(pos) && pos >= 0 && pos <= size))
      throw new RangeError(
        `Cannot set the random state: pos is ${pos}, it must be an integer from 0 to ${size}`,
      );
    this.#key.set(key);
    this.#pos = pos;
    this.spareGaussian = hasGauss ? cachedGaussian : undefined;
  }

  /** A word: uniform over the integers 0 … 2^32 − 1. */
  uint32(): number {
    return this.#next() >>> 0;
  }

  /** The same as a signed integer, which engines compute with at once. */
  #next(): number {
    if (this.#pos === size) this.#twist();
    let y = this.#words[this.#pos++]!;
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    return y ^ (y >>> 18);
  }

  /** Two words, the first one high. */
  uint64(): bigint {
    const high = this.uint32();
    return (BigInt(high) << 32n) | BigInt(this.uint32());
  }

  /** Uniform over the multiples of 2^-53 in [0, 1); takes two words (`genrand_res53`). */
  double(): number {
    const high = this.#next() >>> 5;
    const low = this.#next() >>> 6;
    return (high * 0x4000000 + low) / 0x20000000000000;
  }

  #seedByInteger(seed: number): void {
    const key = this.#key;
    key[0] = seed;
    for (let i = 1; i < size; i++) key[i] = Math.imul(1812433253, scramble(key[i - 1]!)) + i;
  }

  #seedByArray(seeds: readonly number[]): void {
    if (seeds.length === 0) throw new RangeError("Cannot seed with no integers: give at least one");
    this.#seedByInteger(19650218);
    const key = this.#key;
    let i = 1;
    const advance = () => {
      if (++i < size) return;
      key[0] = key[size - 1]!;
      i = 1;
    };
    for (let k = 0; k < Math.max(size, seeds.length); k++) {
      const j = k % seeds.length;
      key[i] = (key[i]! ^ Math.imul(scramble(key[i - 1]!), 1664525)) + seeds[j]! + j;
      advance();
    }
    for (let k = 1; k < size; k++) {
      key[i] = (key[i]! ^ Math.imul(scramble(key[i - 1]!), 1566083941)) - i;
      advance();
    }
    key[0] = 0x80000000;
  }

  /** The next 624 words, each from three of the last. */
  #twist(): void {
    const key = this.#words;
    for (let i = 0; i < size - lag; i++) key[i] = key[i + lag]! ^ mixed(key[i]!, key[i + 1]!);
    for (let i = size - lag; i < size - 1; i++) key[i] = key[i + lag - size]! ^ mixed(key[i]!, key[i + 1]!);
    key[size - 1] = key[lag - 1]! ^ mixed(key[size - 1]!, key[0]!);
    this.#pos = 0;
  }
}

/** The upper bit of one word and the others of the next, times the generator's matrix. */
function mixed(word: number, next: number): number {
  const y = (word & 0x80000000) | (next & 0x7fffffff);
  return (y >>> 1) ^ (-(y & 1) & 0x9908b0df);
}

const scramble = (word: number): number => word ^ (word >>> 30);

function checkSeed(seed: number): number {
  if (Number.isInteger(seed) && seed >= 0 && seed <= 0xffffffff) return seed;
  throw new RangeError(
    `Cannot seed with ${seed}: a seed is an integer from 0 to 4294967295 (2^32 - 1), or an array of them`,
  );
}
