import type { Engine } from "./engine.ts";
import { log } from "./log.ts";

// The distributions of NumPy's RandomState, whose streams NumPy keeps frozen: which words are drawn, in which
// order, is part of the contract. Each function fills `out` in order and returns it.

/** Uniform over [low, high), float64. */
export function fillUniform(engine: Engine, out: Float64Array, low = 0, high = 1): Float64Array {
  const range = high - low;
  for (let i = 0; i < out.length; i++) out[i] = low + range * engine.double();
  return out;
}

/** Gaussian with mean `loc` and standard deviation `scale`, float64. */
export function fillNormal(engine: Engine, out: Float64Array, loc = 0, scale = 1): Float64Array {
  let i = 0;
  if (engine.spareGaussian !== undefined && i < out.length) out[i++] = loc + scale * gaussian(engine);
  // Whole pairs need not wait in the engine, where a number is an object of its own.
  for (; i + 1 < out.length; i += 2) {
    const { x, y, factor } = pair(engine);
    out[i] = loc + scale * (factor * y);
    out[i + 1] = loc + scale * (factor * x);
  }
  if (i < out.length) out[i] = loc + scale * gaussian(engine);
  return out;
}

/** The integers 0 … n − 1 in random order: where each place of a shuffled axis takes its element from. */
export function permuted(engine: Engine, n: number): BigInt64Array {
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
export function gaussian(engine: Engine): number {
  const { spareGaussian } = engine;
  engine.spareGaussian = undefined;
  if (spareGaussian !== undefined) return spareGaussian;
  const { x, y, factor } = pair(engine);
  engine.spareGaussian = factor * x;
  return factor * y;
}

/** A point in the circle, and what makes gaussians of its coordinates. */
function pair(engine: Engine): { x: number; y: number; factor: number } {
  for (;;) {
    const x = 2 * engine.double() - 1;
    const y = 2 * engine.double() - 1;
    const square = x * x + y * y;
    if (square < 1 && square !== 0) return { x, y, factor: Math.sqrt((-2 * log(square)) / square) };
  }
}

/** Uniform over 0 … last, for last < 2^32: words, cut to the bits of `last`, until one is not above it. */
export function interval(engine: Engine, last: number): number {
  if (last === 0) return 0;
  const mask = 0xffffffff >>> Math.clz32(last);
  for (;;) {
    const value = (engine.uint32() & mask) >>> 0;
    if (value <= last) return value;
  }
}

/** As `interval`, from pairs of words. */
export function wideInterval(engine: Engine, last: bigint): bigint {
  const bits = last.toString(2).length;
  for (;;) {
    const value = BigInt.asUintN(bits, engine.uint64());
    if (value <= last) return value;
  }
}
