import {
  type Apply,
  isConstant,
  isTensor,
  madeWhere,
  TensorOp,
  type TensorVariable,
  toposort,
  ValueError,
  type Variable,
  zerosLike,
} from "@theano-ts/core";
import { isDiscrete } from "@theano-ts/kernel";
import { type Gradients, gradients } from "./grad.ts";
import { asList, checkCounts } from "./lop.ts";

// biome-ignore lint/suspicious/noExplicitAny: of whatever dtype and rank
type Any = TensorVariable<any, any>;

/**
 * The product of the Jacobian of `f` with respect to `wrt` with `v`: how `f` changes if `wrt` moves along `v`. `v` has
 * the shapes of `wrt`.
 *
 * Computed forwards, by the ops' own rules; if one has none, by two reverse passes. As `theano.gradient.Rop`.
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
  const results = forwards(outputs, inputs, points) ?? backwardsTwice(outputs, inputs, points);
  return (Array.isArray(f) ? results : results[0]) as Gradients<F>;
}

/** The directions in which outputs move, node by node; undefined if an op on the way has no rule. */
function forwards(
  outputs: readonly TensorVariable[],
  wrt: readonly TensorVariable[],
  points: readonly TensorVariable[],
): TensorVariable[] | undefined {
  const moves = new Map<Variable, TensorVariable | null>(wrt.map((x, i) => [x, points[i] as TensorVariable]));
  const moving = new Set<Variable>(wrt);
  const order = toposort(outputs, new Set(wrt));
  for (const node of order)
    if (node.inputs.some((x) => moving.has(x))) for (const y of node.outputs) moving.add(y);
  for (const node of order) {
    if (!node.outputs.some((y) => moving.has(y))) continue;
    if (!(node.op instanceof TensorOp) || !node.op.record.rop) return undefined;
    const directions = node.inputs.map((x) => directionOf(x, moves, moving));
    const results = madeWhere(node.origin, () => (node as Apply & { op: TensorOp }).op.rop(node, directions));
    node.outputs.forEach((y, i) => {
      if (!moves.has(y)) moves.set(y, (results[i] ?? null) as TensorVariable | null);
    });
  }
  return outputs.map((y) => moves.get(y) ?? zerosLike(y));
}

/** As in Theano, a variable that stands still moves by zeros, so that it stays a part of the result. */
function directionOf(
  x: Variable,
  moves: ReadonlyMap<Variable, TensorVariable | null>,
  moving: ReadonlySet<Variable>,
): TensorVariable | null {
  const known = moves.get(x);
  if (known !== undefined) return known;
  if (moving.has(x) || x.owner || isConstant(x) || !isTensor(x) || isDiscrete(x.dtype)) return null;
  return zerosLike(x);
}

/**
 * `uᵀJ` is linear in `u`, so its derivative with respect to `u`, along `v`, is `J·v` (J. Townsend, "A new trick for
 * calculating Jacobian vector products", 2017).
 */
function backwardsTwice(
  outputs: readonly TensorVariable[],
  wrt: readonly TensorVariable[],
  points: readonly TensorVariable[],
): TensorVariable[] {
  // Any point serves, for nothing that is computed from it is nonlinear.
  const u = outputs.map((y) => zerosLike(y));
  const products = gradients(null, wrt, {
    knownGrads: outputs.map((y, i) => [y, u[i] as TensorVariable] as const),
    disconnectedInputs: "ignore",
  }) as TensorVariable[];
  return gradients(null, u, {
    knownGrads: products.map((p, i) => [p, points[i] as TensorVariable] as const),
    disconnectedInputs: "ignore",
  }) as TensorVariable[];
}
