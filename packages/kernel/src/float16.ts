const float = /* @__PURE__ */ new Float32Array(1);
const bits = /* @__PURE__ */ new Uint32Array(float.buffer);

/** The IEEE half-precision bits of `x`, rounded once to nearest, ties to even. */
export function toHalf(x: number): number {
  // Adding and removing 2^k leaves a number whose last bit is the half's: one correctly rounded double operation.
  const magnitude = Math.abs(x);
  const sign = x < 0 || Object.is(x, -0) ? 0x8000 : 0;
  if (x !== x) return 0x7e00;
  if (magnitude >= 65520) return sign | 0x7c00;
  const exponent = Math.max(-14, exponentOf(magnitude));
  const unit = 2 ** (exponent - 10);
  const steps = magnitude / unit;
  const whole = Math.floor(steps);
  const rest = steps - whole;
  const rounded = rest > 0.5 || (rest === 0.5 && whole % 2 === 1) ? whole + 1 : whole;
  // A carry out of the fraction moves on into the exponent by itself.
  return sign | (rounded + (exponent + 14) * 1024);
}

/** ⌊log₂ x⌋ of a positive number; very small ones give something below -14. */
function exponentOf(x: number): number {
  float[0] = x;
  const e = (bits[0] as number) >>> 23;
  // Rounding to float32 may reach the next power of two: the double decides.
  return 2 ** (e - 127) > x ? e - 128 : e - 127;
}

/** The number that half-precision `half` bits stand for. */
export function fromHalf(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >> 10) & 31;
  const fraction = half & 1023;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1024 + fraction) * 2 ** (exponent - 25);
}

/** `x` rounded to half precision. */
export const roundHalf = (x: number): number => fromHalf(toHalf(x));
