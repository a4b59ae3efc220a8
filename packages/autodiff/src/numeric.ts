import {
  type ArrayInput,
  array,
  asNDArray,
  cast,
  compile,
  constant,
  mul,
  type NDArray,
  noRewrites,
  sum,
  type TensorVariable,
  TheanoTypeError,
  tensorType,
  ValueError,
} from "@theano-ts/core";
import { type Backend, type DType, interpreter, isFloat } from "@theano-ts/kernel";
import { gradients } from "./grad.ts";

/** How far to step, and how far off a gradient may be, for floats of each width: half of the digits are lost. */
const steps: Readonly<Partial<Record<DType, { readonly eps: number; readonly tolerance: number }>>> = {
  float16: { eps: 1e-2, tolerance: 5e-2 },
  float32: { eps: 3e-4, tolerance: 1e-2 },
  float64: { eps: 1e-6, tolerance: 1e-4 },
};

/** What `verifyGrad` can be told. */
export interface VerifyGradOptions {
  /** How many random projections of the output are tried: 2 by default. */
  readonly tests?: number;
  readonly eps?: number;
  readonly absTol?: number;
  readonly relTol?: number;
  /** What runs it: the interpreter by default. */
  readonly backend?: Backend;
  /** Numbers between 0 and 1, for the projections: a fixed sequence by default. */
  readonly random?: () => number;
}

/** A gradient that does not agree with finite differences. */
export class GradientError extends ValueError {
  override name = "GradientError";
}

/** A sequence that is the same for everyone (a linear congruential generator, Numerical Recipes' constants). */
function fixedSequence(): () => number {
  let state = 42;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/**
 * The gradient of a function of several arrays that gives a number, by central differences: one array for each of
 * `points`, each element `(f(x + ε) - f(x - ε)) / 2ε`.
 */
export function numericGrad(
  f: (...points: NDArray[]) => number,
  points: readonly NDArray[],
  eps = 1e-6,
): NDArray[] {
  return points.map((point, k) => {
    const result = array(new Float64Array(point.size)).reshape(point.shape) as NDArray;
    const flat = Float64Array.from(point.reshape([-1]).toArray() as number[]);
    const at = (i: number, x: number): number => {
      const moved = flat.slice();
      moved[i] = x;
      const p = asNDArray(moved, { dtype: point.dtype }).reshape(point.shape) as NDArray;
      return f(...points.map((q, j) => (j === k ? p : q)));
    };
    const { data } = result;
    for (let i = 0; i < flat.length; i++) {
      const x = flat[i] as number;
      data[i] = (at(i, x + eps) - at(i, x - eps)) / (2 * eps);
    }
    return result;
  });
}

/**
 * Checks the gradient of `f`, a function from variables to a variable, at `points` against finite differences of random
 * projections of its output. Floats only. Throws a GradientError that says where they differ most. As
 * `theano.gradient.verify_grad`.
 */
export function verifyGrad(
  f: (...x: TensorVariable[]) => TensorVariable,
  points: readonly ArrayInput[],
  options: VerifyGradOptions = {},
): void {
  const values = points.map((p) => asNDArray(p));
  for (const p of values)
    if (!isFloat(p.dtype)) throw new TheanoTypeError(`verifyGrad needs floats, not ${p.dtype}`);
  const variables = values.map((p, i) => tensorType(p.dtype, p.ndim).makeVariable(`x${i}`));
  const output = f(...variables);
  const backend = options.backend ?? interpreter;
  const random = options.random ?? fixedSequence();
  const evaluate = compile({
    inputs: variables,
    outputs: output,
    backend,
    mode: noRewrites,
    onUnusedInput: "ignore",
  });
  const { shape } = evaluate(...values) as NDArray;
  const narrowest = [output.dtype, ...values.map((p) => p.dtype)].sort(
    (a, b) => (steps[b]?.eps ?? 0) - (steps[a]?.eps ?? 0),
  )[0] as DType;
  const { eps, tolerance } = steps[narrowest] ?? { eps: 1e-6, tolerance: 1e-4 };
  for (let t = 0; t < (options.tests ?? 2); t++) {
    const size = shape.reduce((n, s) => n * s, 1);
    const projection = asNDArray(
      Float64Array.from({ length: size }, () => random() + 0.5),
      { dtype: output.dtype },
    ).reshape(shape) as NDArray;
    const cost = sum(cast(mul(output, constant(projection)), output.dtype));
    const symbolic = gradients(cost, variables, { disconnectedInputs: "ignore" }) as TensorVariable[];
    const run = compile({
      inputs: variables,
      outputs: symbolic,
      backend,
      mode: noRewrites,
      onUnusedInput: "ignore",
    });
    const exact = run(...values) as unknown as NDArray[];
    const price = compile({
      inputs: variables,
      outputs: cost,
      backend,
      mode: noRewrites,
      onUnusedInput: "ignore",
    });
    const numeric = numericGrad(
      (...p) => Number((price(...p) as NDArray).item()),
      values,
      options.eps ?? eps,
    );
    numeric.forEach((expected, i) =>
      compareGradients(
        i,
        exact[i] as NDArray,
        expected,
        options.absTol ?? tolerance,
        options.relTol ?? tolerance,
      ),
    );
  }
}

function compareGradients(i: number, got: NDArray, expected: NDArray, absTol: number, relTol: number): void {
  const [a, b] = [got.reshape([-1]).toArray() as number[], expected.reshape([-1]).toArray() as number[]];
  a.forEach((x, k) => {
    const y = b[k] as number;
    const difference = Math.abs(x - y);
    if (difference <= absTol || difference <= relTol * Math.max(Math.abs(x), Math.abs(y))) return;
    throw new GradientError(
      `The gradient with respect to input ${i} is ${x} at flat position ${k}, but finite differences give ${y}`,
    );
  });
}
