import type { Engine } from "./engine.ts";
import { interval, wideInterval } from "./legacy.ts";

/** The dtypes of integers that can be drawn. */
export type DrawnDType = "bool" | `${"" | "u"}int${8 | 16 | 32 | 64}`;

/** Bits of a draw, and whether values below 0 are in range. */
const widths: Readonly<Record<DrawnDType, readonly [bits: number, signed: boolean]>> = {
  bool: [1, false],
  int8: [8, true],
  int16: [16, true],
  int32: [32, true],
  int64: [64, true],
  uint8: [8, false],
  uint16: [16, false],
  uint32: [32, false],
  uint64: [64, false],
};

/**
 * `size` integers from `low` up to, but without, `high`, each as likely, as NumPy's `RandomState.randint` of this dtype
 * draws them: those of 8 and 16 bits, and bools, share a word.
 *
 * Throws a RangeError if there are none, or not all are of the dtype.
 */
export function drawIntegers(
  engine: Engine,
  size: number,
  low: bigint,
  high: bigint,
  dtype: DrawnDType,
): bigint[] | number[] {
  const [bits, signed] = widths[dtype];
  const [least, beyond] = signed
    ? [-(1n << BigInt(bits - 1)), 1n << BigInt(bits - 1)]
    : [0n, 1n << BigInt(bits)];
  if (low >= high)
    throw new RangeError(`Cannot draw integers from ${low} up to ${high}: low must be below high`);
  if (low < least) throw new RangeError(`Cannot draw integers from ${low}: it is out of bounds for ${dtype}`);
  if (high > beyond)
    throw new RangeError(`Cannot draw integers up to ${high}: it is out of bounds for ${dtype}`);
  const last = high - low - 1n;
  if (bits === 64) return Array.from({ length: size }, () => low + wide(engine, last));
  const [first, range] = [Number(low), Number(last)];
  const next = bits === 32 ? () => interval(engine, range) : shared(engine, bits, range);
  return Array.from({ length: size }, () => first + next());
}

const wide = (engine: Engine, last: bigint): bigint =>
  last > 0xffffffffn ? wideInterval(engine, last) : BigInt(interval(engine, Number(last)));

/** Uniform over 0 … last from a few bits at a time, low ones first, of words that are used up. */
function shared(engine: Engine, bits: number, last: number): () => number {
  const [perWord, mask] = [32 / bits, 0xffffffff >>> Math.clz32(last)];
  let [word, left] = [0, 0];
  const take = (): number => {
    if (left === 0) [word, left] = [engine.uint32(), perWord];
    else word >>>= bits;
    left--;
    return word & (2 ** bits - 1) & mask;
  };
  return () => {
    if (last === 0) return 0;
    for (;;) {
      const value = take();
      if (value <= last) return value;
    }
  };
}
