import type { Engine } from "./engine.ts";

// Discrete distributions of NumPy's RandomState. Which words are drawn, in which order, is part of the contract.

/** How many of `n` trials succeed, each with probability `p`. */
export function binomial(engine: Engine, n: number, p: number): number {
  const rare = p <= 0.5 ? p : 1 - p;
  const count = rare * n <= 30 ? binomialByInversion(engine, n, rare) : binomialByRejection(engine, n, rare);
  return p <= 0.5 ? count : n - count;
}

/** Goes through the probabilities of 0, 1, … until they exceed a uniform number. */
function binomialByInversion(engine: Engine, n: number, p: number): number {
  const q = 1 - p;
  const none = Math.exp(n * Math.log(q));
  const bound = Math.floor(Math.min(n, n * p + 10 * Math.sqrt(n * p * q + 1)));
  let count = 0;
  let probability = none;
  let u = engine.double();
  while (u > probability) {
    count++;
    if (count > bound) {
      count = 0;
      probability = none;
      u = engine.double();
    } else {
      u -= probability;
      probability = ((n - count + 1) * p * probability) / (count * q);
    }
  }
  return count;
}

/**
 * V. Kachitvichyanukul and B. W. Schmeiser, "Binomial random variate generation", CACM 31 (1988): algorithm BTPE, for
 * `p` at most one half. Its names: a triangle, parallelograms beside it, and two exponential tails cover the density.
 */
function binomialByRejection(engine: Engine, n: number, p: number): number {
  const q = 1 - p;
  const variance = n * p * q;
  const peak = n * p + p;
  const m = Math.floor(peak);
  const p1 = Math.floor(2.195 * Math.sqrt(variance) - 4.6 * q) + 0.5;
  const xm = m + 0.5;
  const xl = xm - p1;
  const xr = xm + p1;
  const c = 0.134 + 20.5 / (15.3 + m);
  const left = (peak - xl) / (peak - xl * p);
  const lambdaLeft = left * (1 + left / 2);
  const right = (xr - peak) / (xr * q);
  const lambdaRight = right * (1 + right / 2);
  const p2 = p1 * (1 + 2 * c);
  const p3 = p2 + c / lambdaLeft;
  const p4 = p3 + c / lambdaRight;
  for (;;) {
    const u = engine.double() * p4;
    let v = engine.double();
    if (u <= p1) return Math.floor(xm - p1 * v + u);
    let y: number;
    if (u <= p2) {
      const x = xl + (u - p1) / c;
      v = v * c + 1 - Math.abs(m - x + 0.5) / p1;
      if (v > 1) continue;
      y = Math.floor(x);
    } else if (u <= p3) {
      y = Math.floor(xl + Math.log(v) / lambdaLeft);
      if (y < 0 || v === 0) continue;
      v = v * (u - p2) * lambdaLeft;
    } else {
      y = Math.floor(xr - Math.log(v) / lambdaRight);
      if (y > n || v === 0) continue;
      v = v * (u - p3) * lambdaRight;
    }
    if (accepts({ n, p, q, m, xm, variance }, y, v)) return y;
  }
}

interface Density {
  readonly n: number;
  readonly p: number;
  readonly q: number;
  readonly m: number;
  readonly xm: number;
  readonly variance: number;
}

/** Whether `v` is below the density at `y`, relative to that at the mode `m`. */
function accepts({ n, p, q, m, xm, variance }: Density, y: number, v: number): boolean {
  const k = Math.abs(y - m);
  if (k <= 20 || k >= variance / 2 - 1) {
    const s = p / q;
    const a = s * (n + 1);
    let ratio = 1;
    for (let i = m + 1; i <= y; i++) ratio *= a / i - s;
    for (let i = y + 1; i <= m; i++) ratio /= a / i - s;
    return v <= ratio;
  }
  // Squeezes, then Stirling's series.
  const rho = (k / variance) * ((k * (k / 3 + 0.625) + 0.16666666666666666) / variance + 0.5);
  const t = (-k * k) / (2 * variance);
  const logV = Math.log(v);
  if (logV < t - rho) return true;
  if (logV > t + rho) return false;
  const x1 = y + 1;
  const f1 = m + 1;
  const z = n + 1 - m;
  const w = n - y + 1;
  return (
    logV <=
    xm * Math.log(f1 / x1) +
      (n - m + 0.5) * Math.log(z / w) +
      (y - m) * Math.log((w * p) / (x1 * q)) +
      stirling(f1) +
      stirling(z) +
      stirling(x1) +
      stirling(w)
  );
}

function stirling(x: number): number {
  const square = x * x;
  return (13680 - (462 - (132 - (99 - 140 / square) / square) / square) / square) / x / 166320;
}

/** Events of a Poisson process of this rate, 0 or more. */
export function poisson(engine: Engine, rate: number): number {
  if (rate === 0) return 0;
  return rate >= 10 ? poissonByRejection(engine, rate) : poissonByProducts(engine, rate);
}

/** As many uniform numbers as it takes for their product to fall below e^-rate. */
function poissonByProducts(engine: Engine, rate: number): number {
  const least = Math.exp(-rate);
  let product = 1;
  for (let count = 0; ; count++) {
    product *= engine.double();
    if (product <= least) return count;
  }
}

/** W. Hörmann, "The transformed rejection method for generating Poisson random variables" (1993): algorithm PTRS. */
function poissonByRejection(engine: Engine, rate: number): number {
  const logRate = Math.log(rate);
  const b = 0.931 + 2.53 * Math.sqrt(rate);
  const a = -0.059 + 0.02483 * b;
  const inverseAlpha = 1.1239 + 1.1328 / (b - 3.4);
  const squeeze = 0.9277 - 3.6224 / (b - 2);
  for (;;) {
    const u = engine.double() - 0.5;
    const v = engine.double();
    const us = 0.5 - Math.abs(u);
    const k = Math.floor(((2 * a) / us + b) * u + rate + 0.43);
    if (us >= 0.07 && v <= squeeze) return k;
    if (k < 0 || (us < 0.013 && v > us)) continue;
    const bound = -rate + k * logRate - logGamma(k + 1);
    if (Math.log(v) + Math.log(inverseAlpha) - Math.log(a / (us * us) + b) <= bound) return k;
  }
}

/** log Γ(x) of positive integers, as NumPy has it: Stirling's series from 7 on, and the recurrence below. */
function logGamma(x: number): number {
  if (x === 1 || x === 2) return 0;
  const steps = x < 7 ? 7 - x : 0;
  const large = x + steps;
  const z = (1 / large) * (1 / large);
  let series = stirlingSeries.at(-1) as number;
  for (let k = stirlingSeries.length - 2; k >= 0; k--) series = series * z + (stirlingSeries[k] as number);
  let result = series / large + 0.5 * logTwoPi + (large - 0.5) * Math.log(large) - large;
  for (let k = 1; k <= steps; k++) result -= Math.log(large - k);
  return result;
}

const logTwoPi = 1.8378770664093453;
/** B₂ₖ / (2k (2k − 1)), k = 1 … 10. */
const stirlingSeries = [
  8.333333333333333e-2, -2.777777777777778e-3, 7.936507936507937e-4, -5.952380952380952e-4,
  8.417508417508418e-4, -1.917526917526918e-3, 6.41025641025641e-3, -2.955065359477124e-2,
  1.796443723688307e-1, -1.3924322169059,
];

/**
 * How `n` trials fall on outcomes of these probabilities, written to `out` from `at` on, as NumPy does it: one binomial
 * after the other, the last outcome taking the rest.
 */
export function multinomial(
  engine: Engine,
  n: number,
  probabilities: ArrayLike<number>,
  out: { [i: number]: number },
  at = 0,
): void {
  const last = probabilities.length - 1;
  let [left, remaining] = [n, 1];
  for (let j = 0; j <= last; j++) out[at + j] = 0;
  for (let j = 0; j < last; j++) {
    const count = binomial(engine, left, (probabilities[j] as number) / remaining);
    out[at + j] = count;
    left -= count;
    if (left <= 0) return;
    remaining -= probabilities[j] as number;
  }
  if (left > 0) out[at + last] = left;
}
