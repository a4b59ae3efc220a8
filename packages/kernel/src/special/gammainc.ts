import { erfc } from "./erf.ts";
import { gamma, gammaln, gammaln1p, stirlingSeries } from "./gamma.ts";

/**
 * The regularised lower incomplete gamma function P(a, x) = (1/Γ(a))·∫₀ˣ tᵃ⁻¹·e⁻ᵗ dt, for a ≥ 0 and x ≥ 0.
 *
 * Relative error below 100·2⁻⁵³ for a ≤ 100; below 400·2⁻⁵³ for any a where x is at most 8·√a from a.
 * 0 at x = 0, 1 at x = ∞; 1 for a = 0, 0 for a = ∞; NaN for a = x = 0, for a = x = ∞ and for negative arguments.
 *
 * Sources: A&S 6.5.29 (series), 6.5.31 (continued fraction); N. M. Temme, "The asymptotic expansion of the incomplete
 * gamma functions", SIAM J. Math. Anal. 10 (1979), for large a; the choice between them as in SciPy's documentation.
 */
export function gammainc(a: number, x: number): number {
  const edge = edgeOf(a, x);
  if (edge !== undefined) return edge;
  if (isUniform(a, x)) return uniform(a, x, -1);
  return x > 1 && x > a ? 1 - gammaincc(a, x) : series(a, x);
}

/** The complement 1 - P(a, x), without cancellation. As `gammainc` otherwise. */
export function gammaincc(a: number, x: number): number {
  const edge = edgeOf(a, x);
  if (edge !== undefined) return 1 - edge;
  if (isUniform(a, x)) return uniform(a, x, 1);
  if (x > 1.1) return x < a ? 1 - series(a, x) : fraction(a, x);
  const lowerIsSmall = x <= 0.5 ? -0.4 / Math.log(x) < a : 1.1 * x < a;
  return lowerIsSmall ? 1 - series(a, x) : complementSeries(a, x);
}

/** The probability that a χ² variable with `k` degrees of freedom exceeds `x`: 1 for x < 0. */
export const chi2sf = (x: number, k: number): number => (x < 0 && k > 0 ? 1 : gammaincc(k / 2, x / 2));

/** P where it is known at once. */
function edgeOf(a: number, x: number): number | undefined {
  if (!(a >= 0 && x >= 0)) return Number.NaN;
  if (a === 0) return x > 0 ? 1 : Number.NaN;
  if (x === 0) return 0;
  if (a === Number.POSITIVE_INFINITY) return x === a ? Number.NaN : 0;
  // Where x/a is t, the tail is below exp(-a·(t - 1 - log t)): far from 1, nothing of it is left.
  if (x > 4900 && x > 2 * a) return 1;
  if (a > 4900 && x < a / 2) return 0;
  return x === Number.POSITIVE_INFINITY ? 1 : undefined;
}

/** xᵃ·e⁻ˣ/Γ(a + 1). */
function head(a: number, x: number): number {
  const power = x ** a;
  const divisor = a * gamma(a);
  const inRange = power > 1e-290 && power < 1e290 && divisor < 1e290 && x < 650;
  if (inRange) return (power / divisor) * Math.exp(-x);
  if (a < 10) return Math.exp(a * Math.log(x) - x - gammaln(a + 1));
  // (x/a)ᵃ·eᵃ⁻ˣ over Stirling's rest: what is large cancels before it is raised to a power.
  const u = (x - a) / a;
  const exponent = Math.abs(u) > 0.5 ? Math.log(x / a) - u : log1pMinus(u);
  return Math.exp(a * exponent - stirlingSeries(a)) / Math.sqrt(2 * Math.PI * a);
}

/** log(1 + u) - u for |u| ≤ ½, without cancellation: by log(1 + u) = 2·artanh(u/(2 + u)). */
function log1pMinus(u: number): number {
  const r = u / (2 + u);
  const square = r * r;
  let sum = 0;
  let power = square;
  for (let k = 3; power > 2 ** -60 * square; k += 2, power *= square) sum += power / k;
  // u = 2r + u·r, so log(1 + u) - u = 2r·(r²/3 + r⁴/5 + …) - u·r.
  return r * (2 * sum - u);
}

/** P by its series: 1 + x/(a + 1) + x²/((a + 1)(a + 2)) + … */
function series(a: number, x: number): number {
  let term = 1;
  let sum = 1;
  for (let n = 1; term > sum * 2 ** -55; n++) {
    term *= x / (a + n);
    sum += term;
  }
  return head(a, x) * sum;
}

/** 1 - P by its continued fraction, by Lentz's method (W. J. Lentz, Applied Optics 15, 1976). */
function fraction(a: number, x: number): number {
  let denominator = x + 1 - a;
  let c = 1e300;
  let d = 1 / denominator;
  let value = d;
  for (let n = 1; n < 1e7; n++) {
    const numerator = n * (a - n);
    denominator += 2;
    d = 1 / (denominator + numerator * d);
    c = denominator + numerator / c;
    value *= c * d;
    if (Math.abs(c * d - 1) < 2 ** -53) break;
  }
  return value * head(a, x) * a;
}

/** 1 - P for small a and x: what P lacks of 1 is found first, by expm1. */
function complementSeries(a: number, x: number): number {
  const logarithm = a * Math.log(x) - gammaln1p(a);
  let term = 1;
  let sum = 0;
  for (let n = 1; n < 100; n++) {
    term *= -x / n;
    const part = term / (a + n);
    sum += part;
    if (Math.abs(part) < Math.abs(sum) * 2 ** -55) break;
  }
  return -Math.expm1(logarithm) - a * Math.exp(logarithm) * sum;
}

/** Whether a is large and x so near it that the other ways take thousands of steps. */
const isUniform = (a: number, x: number): boolean => a > 1e6 && Math.abs(x - a) < 0.3 * a;

/** Temme's expansion: P for sign -1, 1 - P for sign 1. */
function uniform(a: number, x: number, sign: 1 | -1): number {
  const u = (x - a) / a;
  const half = -log1pMinus(u);
  const eta = Math.sign(u) * Math.sqrt(2 * half);
  // c₀ = 1/u - 1/η and c₁ = 1/η³ - (1 + u + u²/12)/u³; their Taylor series where the differences cancel.
  const c0 =
    Math.abs(u) > 0.01
      ? 1 / u - 1 / eta
      : -1 / 3 +
        eta * (1 / 12 + eta * (-2 / 135 + eta * (1 / 864 + eta * (1 / 2835 + eta * (-139 / 777600)))));
  const c1 = -1 / 540 - eta / 288;
  const rest = (Math.exp(-a * half) / Math.sqrt(2 * Math.PI * a)) * (c0 + c1 / a);
  return 0.5 * erfc(sign * eta * Math.sqrt(a / 2)) + sign * rest;
}
