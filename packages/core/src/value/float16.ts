/**
 * The bits of the half-precision number nearest to `x`, ties to even.
 *
 * Exact from double: it never rounds by way of float32. From 65520 up it is infinity; below 2⁻²⁵ it is zero, with
 * the sign of `x`. Every NaN becomes the quiet NaN 0x7e00. Source: IEEE 754-2019, section 3.4, binary16.
 */
export function toHalf(x: number): number {
  if (Number.isNaN(x)) return 0x7e00;
  const sign = x < 0 || Object.is(x, -0) ? 0x8000 : 0;
  const size = Math.abs(x);
  if (size >= 65520) return sign | 0x7c00;
  if (size < 2 ** -14) return sign | roundToEven(size * 2 ** 24);
  const exponent = exponentOf(size);
  // The 11-bit significand carries its leading 1 into the exponent field; so does a significand rounded up to 2¹¹.
  return sign | ((exponent + 14) * 1024 + roundToEven(size * 2 ** (10 - exponent)));
}

/** The value of the half-precision number whose bits are `bits`; exact. */
export function fromHalf(bits: number): number {
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  const size =
    exponent === 0
      ? fraction * 2 ** -24
      : exponent < 31
        ? (1024 + fraction) * 2 ** (exponent - 25)
        : fraction === 0
          ? Number.POSITIVE_INFINITY
          : Number.NaN;
  return bits & 0x8000 ? -size : size;
}

/** `x` rounded to half precision, as `Math.fround` does for single. */
export const roundToHalf = (x: number): number => fromHalf(toHalf(x));

/** Halves go to even: adding 2⁵² leaves no bit for the fraction. For 0 ≤ x < 2⁵¹. */
const roundToEven = (x: number): number => x + 2 ** 52 - 2 ** 52;

/** The integer e with 2ᵉ ≤ x < 2ᵉ⁺¹; `Math.log2` may be off by one beside a power of two. */
function exponentOf(x: number): number {
  const guess = Math.floor(Math.log2(x));
  return 2 ** guess > x ? guess - 1 : 2 ** (guess + 1) <= x ? guess + 1 : guess;
}
