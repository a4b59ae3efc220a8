import { erf, erfcx, expSquare } from "./erf.ts";

/**
 * The inverse of `erf`. Relative error below 8·2⁻⁵³. ±∞ at ±1, NaN beyond.
 *
 * An estimate that is good to three digits (S. Winitzki, "A handy approximation for the error function and its
 * inverse", 2008) and two steps of Halley's method, each of which triples the digits.
 */
export function erfinv(y: number): number {
  const size = Math.abs(y);
  if (!(size <= 1)) return Number.NaN;
  if (size > 0.5) return y < 0 ? -inverseTail(1 - size) : inverseTail(1 - size);
  if (size < 1e-9) return y * halfRootPi;
  let x = estimate(Math.log1p(-size) + Math.log1p(size));
  for (let i = 0; i < 2; i++) {
    const step = (erf(x) - size) * expSquare(x) * halfRootPi;
    x -= step / (1 + x * step);
  }
  return y < 0 ? -x : x;
}

/** The inverse of `erfc`. Relative error below 8·2⁻⁵³. +∞ at 0, -∞ at 2, NaN beyond. */
export function erfcinv(y: number): number {
  if (!(y >= 0 && y <= 2)) return Number.NaN;
  if (y < 0.5) return inverseTail(y);
  // Both differences are exact.
  return y > 1.5 ? -inverseTail(2 - y) : erfinv(1 - y);
}

const halfRootPi = 0.886226925452758;

/** The x ≥ 0 with erfc(x) = q, for q ≤ 1/2. */
function inverseTail(q: number): number {
  if (q === 0) return Number.POSITIVE_INFINITY;
  const logarithm = Math.log(q);
  let x = estimate(logarithm + Math.log(2 - q));
  // Solves log erfc(x) = log q: its derivative is -2/(√π·erfcx(x)), and nothing underflows however small q is.
  for (let i = 0; i < 3; i++) {
    const scaled = erfcx(x);
    const step = (Math.log(scaled) - x * x - logarithm) * scaled * halfRootPi;
    // Halley's term: half the second derivative over the first is x - 1/(√π·erfcx(x)).
    x += step / (1 - step * (x - 0.5 / (halfRootPi * scaled)));
  }
  return x;
}

/** √(√((2/πa + ℓ/2)² - ℓ/a) - (2/πa + ℓ/2)) with ℓ = log(1 - y²), a = 0.147. */
function estimate(logarithm: number): number {
  const middle = 2 / (Math.PI * 0.147) + logarithm / 2;
  return Math.sqrt(Math.sqrt(middle * middle - logarithm / 0.147) - middle);
}
