/**
 * The Chebyshev series Σ `coefficients`[k]·Tₖ(t) for -1 ≤ t ≤ 1.
 *
 * Errors by rounding are a few units of 2⁻⁵³·Σ|coefficients|. The series of this folder were computed from the
 * functions' definitions with 50 digits and cut where the terms fall below 2⁻⁵⁷ of the largest.
 * Source: C. W. Clenshaw, "A note on the summation of Chebyshev series", MTAC 9 (1955).
 */
export function chebyshev(coefficients: readonly number[], t: number): number {
  let next = 0;
  let afterNext = 0;
  for (let k = coefficients.length - 1; k > 0; k--) {
    const here = 2 * t * next - afterNext + coefficients[k]!;
    afterNext = next;
    next = here;
  }
  return t * next - afterNext + coefficients[0]!;
}
