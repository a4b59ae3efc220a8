import { chebyshev } from "./chebyshev.ts";

/**
 * The error function, (2/√π)·∫₀ˣ exp(-t²) dt. Relative error below 4·2⁻⁵³.
 *
 * Odd: keeps -0. ±1 at ±∞.
 */
export function erf(x: number): number {
  const size = Math.abs(x);
  if (size < 1) return x * chebyshev(nearZero, 2 * x * x - 1);
  return x < 0 ? erfc(size) - 1 : 1 - erfc(x);
}

/**
 * The complement `1 - erf(x)`, without cancellation. Relative error below 8·2⁻⁵³ where the result is normal
 * (x < 26.5), else below the smallest number.
 */
export function erfc(x: number): number {
  if (x < 0.5) return x < -0.5 ? 2 - erfc(-x) : 1 - erf(x);
  return expMinusSquare(x) * erfcx(x);
}

/**
 * The scaled complement exp(x²)·erfc(x). Relative error below 8·2⁻⁵³.
 *
 * 0 at +∞; overflows to +∞ below -26.63.
 *
 * Source of the method: M. M. Shepherd and J. G. Laframboise, "Chebyshev approximation of (1 + 2x)·exp(x²)·erfc(x) in
 * 0 ≤ x < ∞", Math. Comp. 36 (1981); the series was computed anew.
 */
export function erfcx(x: number): number {
  // So that it is exactly 1 at 0.
  if (Math.abs(x) < 2 ** -54) return 1;
  if (x < 0) return 2 * expSquare(x) - erfcx(-x);
  // Beyond 2⁵⁰ the terms of the expansion in 1/x² after the first are below half a unit; and x = ∞ has no t.
  if (x > 2 ** 50) return 0.5641895835477563 / x;
  return chebyshev(scaled, (x - 3.75) / (x + 3.75)) / (1 + 2 * x);
}

/** exp(-x²), relative error below 4·2⁻⁵³: the square of the leading 24 bits is exact, the rest is small. */
function expMinusSquare(x: number): number {
  const lead = Math.fround(x);
  return x * x > 800 ? 0 : Math.exp(-lead * lead) * Math.exp((lead - x) * (lead + x));
}

/** exp(x²), in the same way. */
export function expSquare(x: number): number {
  const lead = Math.fround(x);
  return x * x > 800 ? Number.POSITIVE_INFINITY : Math.exp(lead * lead) * Math.exp((x - lead) * (x + lead));
}

/** erf(x)/x in 2x² - 1, 0 ≤ x ≤ 1. */
const nearZero: readonly number[] = [
  0.9754769393826541, -0.14226120510371365, 0.010035582187599796, -0.0005768764699767485,
  0.00002741993125219606, -0.0000011043175507344507, 3.8488755420345036e-8, -1.1808582533875466e-9,
  3.2334215826050907e-11, -7.991015947004549e-13, 1.7990725113961456e-14, -3.718635487818693e-16,
  7.103599003714253e-18,
];

/** (1 + 2x)·erfcx(x) in (x - 3.75)/(x + 3.75), 0 ≤ x. */
const scaled: readonly number[] = [
  1.1775789345674017, -0.004590054580646478, -0.08424913336651792, 0.05920993999819189, -0.026658668435305753,
  0.009074997670705265, -0.002413163540417608, 0.0004907758365258086, -0.00006916973302501207,
  0.00000413902798607301, 7.74038306619849e-7, -2.1886401049234397e-7, 1.076499946567091e-8,
  4.521959811218287e-9, -7.754400208831351e-10, -6.318088340886684e-11, 2.86879501093067e-11,
  1.9455868545777347e-13, -9.65469674843344e-13, 3.25254814814874e-14, 3.3478119482868056e-14,
  -1.864562880419313e-15, -1.2507950530688648e-15, 7.418235256624044e-17, 5.068148904796111e-17,
];
