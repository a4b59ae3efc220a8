/**
 * Natural logarithm, correctly rounded (its error before the last rounding is below 0.001 of a last place), so that
 * gaussians are the same on every JavaScript engine. `Math.log` differs in the last bit for one argument in
 * fourteen, the C library under NumPy for one in fifteen hundred.
 *
 * For positive normal `x`. Sums the series log m = 2 (s + s³/3 + s⁵/5 + …), s = (m − 1) / (m + 1), with its first
 * two terms in double-double arithmetic (T. J. Dekker, "A floating-point technique for extending the available
 * precision", Numerische Mathematik 18, 1971).
 */
export function log(x: number): number {
  // x = m · 2^exponent with √½ < m < √2, so |s| < 0.172; both m − 1 and the scaling are exact.
  number[0] = x;
  const upper = words[highWord]! + aboveRootHalf;
  const exponent = (upper >> 20) - 1023;
  words[highWord] = words[highWord]! - (exponent << 20);
  const m = number[0]!;
  const top = m - 1;
  const bottom = m + 1;
  const bottomRest = m - (bottom - 1);
  const inverse = 1 / bottom;
  const s = top * inverse;
  const sRest = (top - s * bottom - productError(s, bottom) - s * bottomRest) * inverse;

  const z = s * s;
  const zRest = productError(s, s) + 2 * s * sRest;
  const tail = z * series(z);
  const third = 1 / 3 + tail;
  const thirdRest = tail - (third - 1 / 3) + restOfThird;
  const correction = z * third;
  const correctionRest = productError(z, third) + z * thirdRest + zRest * third;
  const cubic = s * correction;
  const cubicRest = productError(s, correction) + s * correctionRest + sRest * correction;

  // The high part of ln 2 has 32 bits, so its product with the exponent is exact.
  const whole = exponent * ln2High;
  const linear = whole + 2 * s;
  const linearRest = sumError(whole, 2 * s, linear);
  const sum = linear + 2 * cubic;
  const sumRest = sumError(linear, 2 * cubic, sum);
  return sum + (sumRest + linearRest + 2 * (sRest + cubicRest) + exponent * ln2Low);
}

/** 1/5 + z/7 + z²/9 + … + z¹²/29, to double precision for z < 0.0295: in four sums, which machines add at once. */
function series(z: number): number {
  const square = z * z;
  const step = square * square;
  const first = ((1 / 29) * step + 1 / 21) * step + 1 / 13;
  const second = (1 / 23) * step + 1 / 15;
  const third = (1 / 25) * step + 1 / 17;
  const fourth = (1 / 27) * step + 1 / 19;
  return (
    first * step +
    1 / 5 +
    z * (second * step + 1 / 7) +
    square * (third * step + 1 / 9 + z * (fourth * step + 1 / 11))
  );
}

/** A number and its two words, of which machines that run JavaScript have the one with the exponent last. */
const number = /* @__PURE__ */ new Float64Array(1);
const words = /* @__PURE__ */ new Int32Array(number.buffer);
const highWord = 1;
/** Added to the upper word of a number it carries into the exponent if the number is above √2 times a power of 2. */
const aboveRootHalf = 0x3ff00000 - 0x3fe6a09e;

const ln2High = 0.6931471803691238;
const ln2Low = 1.9082149292705877e-10;
/** What the double nearest to 1/3 lacks: 1/3 · 2^-54. */
const restOfThird = 2 ** -54 / 3;

/** a · b less its rounded value, exactly. */
function productError(a: number, b: number): number {
  const aHigh = high(a);
  const bHigh = high(b);
  const aLow = a - aHigh;
  const bLow = b - bHigh;
  return aLow * bLow - (a * b - aHigh * bHigh - aLow * bHigh - aHigh * bLow);
}

/** a + b less `sum`, its rounded value, exactly. */
function sumError(a: number, b: number, sum: number): number {
  const bPart = sum - a;
  return a - (sum - bPart) + (b - bPart);
}

/** The upper 26 bits of `a`. */
function high(a: number): number {
  const scaled = a * 134217729;
  return scaled - (scaled - a);
}
