/** What makes random words: the distributions are written for any of these. */
export interface Engine {
  /** A word: uniform over the integers 0 … 2^32 − 1. */
  uint32(): number;
  /** Two words, the first one high. */
  uint64(): bigint;
  /** Uniform over [0, 1), of 53 bits. */
  double(): number;
  /** The second gaussian of the last pair, until it is used. */
  spareGaussian: number | undefined;
}
