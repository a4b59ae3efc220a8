import { type TensorVariable, ValueError, zerosLike } from "@theano-ts/core";
import { type Gradients, type GradOptions, gradients } from "./grad.ts";

// biome-ignore lint/suspicious/noExplicitAny: of whatever dtype and rank
type Any = TensorVariable<any, any>;

const asList = (x: Any | readonly Any[]): readonly TensorVariable[] =>
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

/**
 * The product of the Jacobian of `f` with respect to `wrt` with `v`: how `f` changes if `wrt` moves along `v`. `v` has
 * the shapes of `wrt`.
 *
 * Computed by two reverse passes: `uᵀJ` is linear in `u`, so its derivative with respect to `u`, along `v`, is `J·v`
 * (J. Townsend, "A new trick for calculating Jacobian vector products", 2017). As `theano.gradient.Rop`.
 */
export function Rop<const F extends Any | readonly Any[]>(
  f: F,
  wrt: Any | readonly Any[],
  v: Any | readonly Any[],
): Gradients<F> {
  const [outputs, inputs, points] = [asList(f as Any), asList(wrt), asList(v)];
  checkCounts("Rop", "wrt", inputs.length, points.length);
  points.forEach((p, i) => {
    const x = inputs[i] as TensorVariable;
    if (p.ndim !== x.ndim)
      throw new ValueError(`Rop moves ${x}: ${x.type} along ${p}: ${p.type}: they need as many dimensions`);
  });
  // Any point serves, for nothing that is computed from it is nonlinear.
  const u = outputs.map((y) => zerosLike(y));
  const products = gradients(null, inputs, {
    knownGrads: outputs.map((y, i) => [y, u[i] as TensorVariable] as const),
    disconnectedInputs: "ignore",
  }) as TensorVariable[];
  const results = gradients(null, u, {
    knownGrads: products.map((p, i) => [p, points[i] as TensorVariable] as const),
    disconnectedInputs: "ignore",
  });
  return (Array.isArray(f) ? results : results[0]) as Gradients<F>;
}

function checkCounts(what: string, of: string, n: number, m: number): void {
  if (n !== m) throw new ValueError(`${what} needs as many points as ${of}: ${n}, not ${m}`);
}
