import type { Engine } from "./engine.ts";
import { gaussian } from "./legacy.ts";
import { log } from "./log.ts";

// Continuous distributions of NumPy's RandomState beyond the uniform and the normal one. Which words are drawn, in
// which order, is part of the contract.

/** Standard exponential, by inversion. */
export const exponential = (engine: Engine): number => -log(1 - engine.double());

/**
 * Standard gamma of this shape, 0 or more.
 *
 * From 1 on by G. Marsaglia and W. W. Tsang, "A simple method for generating gamma variables", ACM TOMS 26 (2000);
 * below by a mixture of a power and an exponential tail.
 */
export function gamma(engine: Engine, shape: number): number {
  if (shape === 1) return exponential(engine);
  if (shape === 0) return 0;
  return shape < 1 ? smallGamma(engine, shape) : largeGamma(engine, shape);
}

function smallGamma(engine: Engine, shape: number): number {
  for (;;) {
    const u = engine.double();
    const v = exponential(engine);
    if (u <= 1 - shape) {
      const x = u ** (1 / shape);
      if (x <= v) return x;
    } else {
      const y = -Math.log((1 - u) / shape);
      const x = (1 - shape + shape * y) ** (1 / shape);
      if (x <= v + y) return x;
    }
  }
}

function largeGamma(engine: Engine, shape: number): number {
  const b = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * b);
  for (;;) {
    let x: number;
    let root: number;
    do {
      x = gaussian(engine);
      root = 1 + c * x;
    } while (root <= 0);
    const v = root * root * root;
    const u = engine.double();
    if (u < 1 - 0.0331 * (x * x) * (x * x)) return b * v;
    if (Math.log(u) < 0.5 * x * x + b * (1 - v + Math.log(v))) return b * v;
  }
}

/**
 * Beta of these two parameters, above 0: of small ones by M. D. Jöhnk's method (Metrika 8, 1964), else from two gammas.
 */
export function beta(engine: Engine, a: number, b: number): number {
  if (a > 1 || b > 1) {
    const x = gamma(engine, a);
    return x / (x + gamma(engine, b));
  }
  for (;;) {
    const u = engine.double();
    const v = engine.double();
    const x = u ** (1 / a);
    const y = v ** (1 / b);
    const sum = x + y;
    if (sum > 1 || u + v === 0) continue;
    if (sum > 0) return x / sum;
    // Both powers underflowed: the ratio of their logarithms' exponentials is still good.
    const [logX, logY] = [Math.log(u) / a, Math.log(v) / b];
    const most = Math.max(logX, logY);
    const total = Math.log(Math.exp(logX - most) + Math.exp(logY - most));
    return Math.exp(logX - most - total);
  }
}
