import { chebyshev } from "./chebyshev.ts";
import { sinPi } from "./gamma.ts";

/**
 * The digamma function, the derivative of log Γ. For x > 0 the relative error is below 8·2⁻⁵³, also near the zero
 * 1.4616…; for x < 0 the error is below 16·2⁻⁵³ times the larger of 1 and |π·cot πx|, as there it is absolute near the zeros.
 *
 * -∞ at 0 and +∞ at -0, NaN at the negative integers and -∞.
 * Sources: A&S 6.3.5 (recurrence), 6.3.7 (reflection), 6.3.18 (large x).
 */
export function psi(x: number): number {
  if (x <= 0) {
    if (x === 0) return Object.is(x, -0) ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
    if (Number.isInteger(x) || x === Number.NEGATIVE_INFINITY) return Number.NaN;
    const rest = x - Math.round(x);
    // cot πx is small beside a half: there the tangent of the distance to the half is exact.
    const cotangent =
      Math.abs(rest) > 0.25
        ? Math.tan(Math.PI * (Math.sign(rest) * 0.5 - rest))
        : 1 / Math.tan(Math.PI * rest);
    return psi(1 - x) - Math.PI * cotangent;
  }
  if (x >= 10) {
    const y = 1 / (x * x);
    return Math.log(x) - 0.5 / x - y * psiSeries(y);
  }
  if (x < 1) return psi(x + 1) - 1 / x;
  let sum = 0;
  let z = x;
  while (z > 2) sum += 1 / --z;
  return (z - zero - zeroRest) * chebyshev(withoutZero, 2 * z - 3) + sum;
}

/** Σ B₂ₖ/2k·yᵏ⁻¹. */
const psiSeries = (y: number): number =>
  1 / 12 +
  y *
    (-1 / 120 +
      y *
        (1 / 252 +
          y *
            (-1 / 240 +
              y * (1 / 132 + y * (-691 / 32760 + y * (1 / 12 + y * (-3617 / 8160 + (y * 43867) / 14364)))))));

/**
 * The trigamma function, the derivative of `psi`. Relative error below 12·2⁻⁵³.
 *
 * +∞ at 0, the negative integers and -∞; 0 at +∞.
 * Sources: A&S 6.4.6 (recurrence), 6.4.7 (reflection), 6.4.12 (large x).
 */
export function trigamma(x: number): number {
  if (x <= 0) {
    if (Number.isInteger(x) || x === Number.NEGATIVE_INFINITY) return Number.POSITIVE_INFINITY;
    const ratio = Math.PI / sinPi(x);
    return ratio * ratio - trigamma(1 - x);
  }
  let sum = 0;
  let z = x;
  for (; z < 10; z++) sum += 1 / (z * z);
  const y = 1 / (z * z);
  return sum + (1 / z + y * (0.5 + trigammaSeries(y) / z));
}

/** Σ B₂ₖ·yᵏ⁻¹. */
const trigammaSeries = (y: number): number =>
  1 / 6 +
  y *
    (-1 / 30 +
      y *
        (1 / 42 +
          y *
            (-1 / 30 +
              y * (5 / 66 + y * (-691 / 2730 + y * (7 / 6 + y * (-3617 / 510 + (y * 43867) / 798)))))));

/** The zero of psi in two parts. */
const zero = 1.4616321449683622;
const zeroRest = 9.549995429965697e-17;

/** psi(x)/(x - zero) in 2x - 3, 1 ≤ x ≤ 2. */
const withoutZero: readonly number[] = [
  0.983570260441567, -0.2270640863346444, 0.03336889902393011, -0.005320077271596548, 0.0008788656937820505,
  -0.00014773492650606044, 0.000025060543468359146, -0.0000042721034029993324, 7.302769272465923e-7,
  -1.2502886813559594e-7, 2.1425009322359472e-8, -3.673295918565179e-9, 6.299717236108931e-10,
  -1.080593028883266e-10, 1.853735192053638e-11, -3.18023536582553e-12, 5.456147570322795e-13,
  -9.360993131036438e-14, 1.606064636295075e-14, -2.7555431377438815e-15, 4.727736178601912e-16,
  -8.11148420346509e-17, 1.391707769474154e-17,
];
