/** `x` rounded to the nearest integer, halves to the even one; keeps the sign of zero, as `numpy.rint`. Exact. */
export function roundHalfEven(x: number): number {
  // From 2⁵² on every number is an integer. Below, adding 2⁵² leaves no bit for the fraction.
  const size = Math.abs(x);
  if (!(size < 2 ** 52)) return x;
  const rounded = size + 2 ** 52 - 2 ** 52;
  return x < 0 || Object.is(x, -0) ? -rounded : rounded;
}
