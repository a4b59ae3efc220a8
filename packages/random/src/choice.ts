import type { Engine } from "./engine.ts";
import { interval, permuted } from "./legacy.ts";

/** How to choose. */
export interface ChoiceRules {
  /** Whether the same may be chosen again. */
  readonly replace: boolean;
  /** The probability of each; all as likely if left out. */
  readonly p?: ArrayLike<number> | undefined;
}

/**
 * `count` of the integers 0 … n − 1 as NumPy's `RandomState.choice` chooses them.
 *
 * Throws a RangeError if there is nothing to choose from, if `p` is no probability for each, or if without replacement
 * there are too few.
 */
export function choose(engine: Engine, n: number, count: number, { replace, p }: ChoiceRules): number[] {
  if (n === 0 && count > 0) throw new RangeError("Cannot choose from nothing");
  if (p) checkProbabilities(p, n);
  if (!replace && count > n)
    throw new RangeError(`Cannot choose ${count} of ${n} without taking one twice (replace: false)`);
  if (replace && !p) return Array.from({ length: count }, () => interval(engine, n - 1));
  if (!p) return Array.from(permuted(engine, n).subarray(0, count), Number);
  if (!replace) return withoutReplacement(engine, Array.from(p), count);
  const sums = cumulated(p);
  return Array.from({ length: count }, () => placeOf(engine.double(), sums));
}

/** Draws as many as are missing, drops what was drawn twice, and goes on with the probabilities of the rest. */
function withoutReplacement(engine: Engine, p: number[], count: number): number[] {
  const possible = p.filter((x) => x > 0).length;
  if (possible < count)
    throw new RangeError(
      `Cannot choose ${count} different ones: only ${possible} have a probability above 0`,
    );
  const found: number[] = [];
  while (found.length < count) {
    const drawn = Array.from({ length: count - found.length }, () => engine.double());
    for (const i of found) p[i] = 0;
    const sums = cumulated(p);
    found.push(...new Set(drawn.map((u) => placeOf(u, sums))));
  }
  return found;
}

/** Sums of all up to each, the last being 1. */
function cumulated(p: ArrayLike<number>): number[] {
  let sum = 0;
  const sums = Array.from(p, (x) => (sum += x));
  return sums.map((x) => x / sum);
}

/** The first of `sums` above `u`. */
function placeOf(u: number, sums: readonly number[]): number {
  let [low, high] = [0, sums.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sums[middle] as number) <= u) low = middle + 1;
    else high = middle;
  }
  return low;
}

function checkProbabilities(p: ArrayLike<number>, n: number): void {
  if (p.length !== n)
    throw new RangeError(`Cannot choose from ${n} by ${p.length} probabilities: there must be one for each`);
  const list = Array.from(p);
  if (list.some((x) => !(x >= 0))) throw new RangeError("Cannot choose by probabilities below 0, or NaN");
  const sum = list.reduce((a, b) => a + b, 0);
  // The square root of the double's precision, as NumPy has it.
  if (Math.abs(sum - 1) > 2 ** -26)
    throw new RangeError(`Cannot choose by probabilities whose sum is ${sum}: it must be 1`);
}
