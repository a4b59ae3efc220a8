import { AssertionError, type TensorVariable } from "@theano-ts/core";
import { type Gradients, type GradOptions, gradients } from "./grad.ts";

// biome-ignore lint/suspicious/noExplicitAny: of whatever dtype and rank
type Any = TensorVariable<any, any>;

/** One or several as a list. */
export const asList = <X>(x: X | readonly X[]): readonly X[] =>
  Array.isArray(x) ? (x as readonly X[]) : [x as X];

/**
 * The product of `v` with the Jacobian of `f` with respect to each of `wrt`: what a gradient would be if that of the cost
 * with respect to `f` were `v`. `v` has the shapes of `f`.
 *
 * Throws an AssertionError unless there are as many `v` as `f`, and what `grad` throws. As `theano.gradient.Lop`.
 */
export function Lop<
  const W extends Any | readonly Any[],
  const O extends Omit<GradOptions, "knownGrads"> = Record<never, never>,
>(f: Any | readonly Any[], wrt: W, v: Any | readonly Any[], options?: O): Gradients<W, O> {
  const outputs = asList(f);
  const points = asList(v);
  checkCounts("Lop", "f", outputs.length, points.length);
  const results = gradients(null, asList(wrt as Any), {
    ...options,
    knownGrads: outputs.map((output, i) => [output, points[i] as TensorVariable] as const),
  });
  return (Array.isArray(wrt) ? results : results[0]) as Gradients<W, O>;
}

/** Throws an AssertionError unless there are as many points as variables. */
export function checkCounts(what: string, of: string, n: number, m: number): void {
  if (n !== m) throw new AssertionError(`${what} needs as many points as ${of}: ${n}, not ${m}`);
}
