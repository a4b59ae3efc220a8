import { AssertionError, type TensorVariable, tensorCopy } from "@theano-ts/core";
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
  // Of copies, since one of several may be computed from another, and adds to its gradient then.
  const known = outputs.length > 1 ? outputs.map(copyOf) : outputs;
  const results = gradients(null, asList(wrt as Any), {
    ...options,
    knownGrads: known.map((output, i) => [output, points[i] as TensorVariable] as const),
  });
  return (Array.isArray(wrt) ? results : results[0]) as Gradients<W, O>;
}

/** A variable that has the value of `x`, and its name. */
export function copyOf(x: TensorVariable): TensorVariable {
  const copy = tensorCopy(x);
  copy.name = x.name;
  return copy;
}

/** Throws an AssertionError unless there are as many points as variables. */
export function checkCounts(what: string, of: string, n: number, m: number): void {
  if (n !== m) throw new AssertionError(`${what} needs as many points as ${of}: ${n}, not ${m}`);
}
