import seedrandom from "seedrandom";

/** A seed: an integer 0 … 2^32 − 1, several of them, or any text. */
export type Seed = number | ArrayLike<number> | string;

/** `seed` as the integers that a generator starts from: of a text, eight words that it stands for. */
export const seedWords = (seed: Seed): number | ArrayLike<number> =>
  typeof seed === "string" ? wordsOf(seedrandom(seed)) : seed;

/** Eight words of the system's entropy. */
export const entropy = (): number[] => wordsOf(seedrandom());

const wordsOf = (generator: seedrandom.PRNG): number[] =>
  Array.from({ length: 8 }, () => generator.int32() >>> 0);
