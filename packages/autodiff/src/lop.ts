import { type TensorVariable, ValueError } from "@theano-ts/core";
import { type Gradients, type GradOptions, gradients } from "./grad.ts";

// biome-ignore lint/suspicious/noExplicitAny: of whatever dtype and rank
type Any = TensorVariable<any, any>;

/** One or several as a list. */
export const asList = (x: Any | readonly Any[]): readonly TensorVariable[] =>
  (Array.isArray(x) ? x : [x]) as TensorVariable[];

/**
 * The product of `v` with the Jacobian of `f` with respect to each of `wrt`: what a gradient would be if that of the cost
 * with respect to `f` were `v`. `v` has the shapes of `f`. As `theano.gradient.Lop`.
 */
export function Lop<const W extends Any | readonly Any[]>(
  f: Any | readonly Any[],
  wrt: W,
  v: Any | readonly Any[],
  options: Omit<GradOptions, "knownGrads"> = {},
): Gradients<W> {
  const [outputs, points] = [asList(f), asList(v)];
  checkCounts("Lop", "f", outputs.length, points.length);
  const results = gradients(null, asList(wrt), {
    ...options,
    knownGrads: outputs.map((output, i) => [output, points[i] as TensorVariable] as const),
  });
  return (Array.isArray(wrt) ? results : results[0]) as Gradients<W>;
}

/** Throws a ValueError unless there are as many points as variables. */
export function checkCounts(what: string, of: string, n: number, m: number): void {
  if (n !== m) throw new ValueError(`${what} needs as many points as ${of}: ${n}, not ${m}`);
}
