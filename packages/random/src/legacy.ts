import { log } from "./log.ts";
import type { MT19937 } from "./mt19937.ts";

// The distributions of NumPy's RandomState, whose streams NumPy keeps frozen: which words are drawn, in which
// order, is part of the contract. Each function fills `out` in order and returns it.

/** Uniform over [low, high), float64. */
export function fillUniform(engine: MT19937, out: Float64Array, low = 0, high = 1): Float64Array {
  const range = high - low;
  for (let i = 0; i < out.length; i++) out[i] = low + range * engine.double();
  return out;
}

/** Gaussian with mean `loc` and standard deviation `scale`, float64. */
export function fillNormal(engine: MT19937, out: Float64Array, loc = 0, scale = 1): Float64Array {
  for (let i = 0; i < out.length; i++) out[i] = loc + scale * gaussian(engine);
  return out;
}

/** Integers low … high − 1, each as likely. Throws a RangeError if there are none, or not all are int64. */
export function fillIntegers(engine: MT19937, out: BigInt64Array, low: bigint, high: bigint): BigInt64Array {
  if (low >= high)
    throw new RangeError(`Cannot draw integers from ${low} up to ${high}: low must be below high`);
  if (low < -(2n ** 63n))
    throw new RangeError(`Cannot draw integers from ${low}: it is out of bounds for int64`);
  if (high > 2n ** 63n)
    throw new RangeError(`Cannot draw integers up to ${high}: it is out of bounds for int64`);
  const last = high - low - 1n;
  if (last > 0xffffffffn) {
    for (let i = 0; i < out.length; i++) out[i] = low + wideInterval(engine, last);
  } else {
    for (let i = 0; i < out.length; i++) out[i] = low + BigInt(interval(engine, Number(last)));
  }
  return out;
}

/** The integers 0 … n − 1 in random order: where each place of a shuffled axis takes its element from. */
export function permuted(engine: MT19937, n: number): BigInt64Array {
  const order = BigInt64Array.from({ length: n }, (_, i) => BigInt(i));
  // Fisher and Yates, from the end.
  for (let i = n - 1; i > 0; i--) {
    const j = interval(engine, i);
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
}

/**
 * A standard gaussian, by G. Marsaglia's polar method ("A convenient method for generating normal variables",
 * SIAM Review 6, 1964), which makes two: the second waits in the engine.
 */
function gaussian(engine: MT19937): number {
  const { spareGaussian } = engine;
  engine.spareGaussian = undefined;
  if (spareGaussian !== undefined) return spareGaussian;
  let x: number;
  let y: number;
  let square: number;
  do {
    x = 2 * engine.double() - 1;
    y = 2 * engine.double() - 1;
    square = x * x + y * y;
  } while (square >= 1 || square === 0);
  const factor = Math.sqrt((-2 * log(square)) / square);
  engine.spareGaussian = factor * x;
  return factor * y;
}

/** Uniform over 0 … last, for last < 2^32: words, cut to the bits of `last`, until one is not above it. */
function interval(engine: MT19937, last: number): number {
  if (last === 0) return 0;
  const mask = 0xffffffff >>> Math.clz32(last);
  for (;;) {
    const value = (engine.uint32() & mask) >>> 0;
    if (value <= last) return value;
  }
}

/** As `interval`, from pairs of words. */
function wideInterval(engine: MT19937, last: bigint): bigint {
  const bits = last.toString(2).length;
  for (;;) {
    const value = BigInt.asUintN(bits, engine.uint64());
    if (value <= last) return value;
  }
}
