import {
  type Apply,
  floatX,
  graphInputs,
  isConstant,
  isTensor,
  madeWhere,
  NotImplementedError,
  NullTypeGradError,
  type TensorVariable,
  toposort,
  ValueError,
  type Variable,
  zerosLike,
} from "@theano-ts/core";
import { isDiscrete } from "@theano-ts/kernel";
import { complain, type Disconnected, type ReturnDisconnected, standIn } from "./disconnected.ts";
import { type Gradients, gradients } from "./grad.ts";
import { asList, checkCounts } from "./lop.ts";

// biome-ignore lint/suspicious/noExplicitAny: of whatever dtype and rank
type Any = TensorVariable<any, any>;

/** What `Rop` can be told. */
export interface RopOptions {
  /** What to do about an output that does not depend on `wrt`: an error by default. */
  readonly disconnectedOutputs?: Disconnected | undefined;
  /** What there is in its place: zeros by default. */
  readonly returnDisconnected?: ReturnDisconnected | undefined;
}

/**
 * The product of the Jacobian of `f` with respect to `wrt` with `v`: how `f` changes if `wrt` moves along `v`. `v` has
 * the shapes of `wrt`.
 *
 * Computed forwards, by the ops' own rules; if one has none, by two reverse passes. Throws an AssertionError unless there
 * are as many `v` as `wrt`, a ValueError if ranks differ, a DisconnectedInputError for an output that nothing can move, a
 * NotImplementedError where there are no rules. As `theano.gradient.Rop`.
 */
export function Rop<const F extends Any | readonly Any[], const O extends RopOptions = Record<never, never>>(
  f: F,
  wrt: Any | readonly Any[],
  v: Any | readonly Any[],
  options?: O,
): Gradients<F, O> {
  const [outputs, inputs, points] = [asList(f as Any) as readonly TensorVariable[], asList(wrt), asList(v)];
  checkCounts("Rop", "wrt", inputs.length, points.length);
  points.forEach((p, i) => {
    const x = inputs[i] as TensorVariable;
    if (p.ndim !== x.ndim)
      throw new ValueError(`Rop moves ${x}: ${x.type} along ${p}: ${p.type}: they need as many dimensions`);
  });
  const moves = forwards(outputs, inputs, points) ?? backwardsTwice(outputs, inputs, points);
  const results = moves.map((move, i) => move ?? still(outputs[i] as TensorVariable, options ?? {}));
  return (Array.isArray(f) ? results : results[0]) as Gradients<F, O>;
}

/** What there is for an output that no movement of `wrt` reaches. */
function still(
  y: TensorVariable,
  { disconnectedOutputs = "raise", returnDisconnected = "zero" }: RopOptions,
): Variable | null {
  complain(
    disconnectedOutputs,
    "disconnectedOutputs",
    `Cannot move ${y}: ${y.type}: it does not depend on what Rop moves, or only through operations without a derivative`,
    y,
  );
  return standIn(y, returnDisconnected);
}

/** The directions in which outputs move, node by node; undefined if an op on the way has no rule. */
function forwards(
  outputs: readonly TensorVariable[],
  wrt: readonly TensorVariable[],
  points: readonly TensorVariable[],
): (TensorVariable | null)[] | undefined {
  const moves = new Map<Variable, TensorVariable | null>(wrt.map((x, i) => [x, points[i] as TensorVariable]));
  const order = toposort(outputs, new Set(wrt));
  const moving = reached(order, wrt);
  // As in Theano, an output that does not depend on `wrt` moves by zeros, if it could move at all.
  const others = outputs.filter((y) => y.owner && !moving.has(y));
  for (const v of reached(order, graphInputs(others).filter(canMove))) moving.add(v);
  for (const node of order) {
    if (!node.outputs.some((y) => moving.has(y))) continue;
    if (!node.op.hasRop) return undefined;
    const directions = node.inputs.map((x) => directionOf(x, moves));
    const results = madeWhere(node.origin, () => node.op.rop?.(node, directions) ?? []);
    node.outputs.forEach((y, i) => {
      if (!moves.has(y)) moves.set(y, (results[i] ?? null) as TensorVariable | null);
    });
  }
  return outputs.map((y) => moves.get(y) ?? null);
}

/** What depends on `from`. */
function reached(order: readonly Apply[], from: readonly Variable[]): Set<Variable> {
  const found = new Set<Variable>(from);
  for (const node of order)
    if (node.inputs.some((x) => found.has(x))) for (const y of node.outputs) found.add(y);
  return found;
}

const canMove = (x: Variable): boolean => !isConstant(x) && isTensor(x) && !isDiscrete(x.dtype);

/** As in Theano, a variable that stands still moves by zeros, so that it stays a part of the result. */
function directionOf(
  x: Variable,
  moves: ReadonlyMap<Variable, TensorVariable | null>,
): TensorVariable | null {
  const known = moves.get(x);
  if (known !== undefined) return known;
  return x.owner || !canMove(x) ? null : zerosLike(x as TensorVariable);
}

/**
 * `uᵀJ` is linear in `u`, so its derivative with respect to `u`, along `v`, is `J·v` (J. Townsend, "A new trick for
 * calculating Jacobian vector products", 2017).
 */
function backwardsTwice(
  outputs: readonly TensorVariable[],
  wrt: readonly TensorVariable[],
  points: readonly TensorVariable[],
): (TensorVariable | null)[] {
  // Any point serves, for nothing that is computed from it is nonlinear.
  const u = outputs.map((y) => zerosLike(y, isDiscrete(y.dtype) ? { dtype: floatX() } : {}));
  const options = { disconnectedInputs: "ignore", returnDisconnected: "none" } as const;
  try {
    const products = gradients(null, wrt, {
      ...options,
      knownGrads: outputs.map((y, i) => [y, u[i] as TensorVariable] as const),
    }) as (TensorVariable | null)[];
    return gradients(null, u, {
      ...options,
      knownGrads: products.flatMap((p, i) => (p ? [[p, points[i] as TensorVariable] as const] : [])),
    }) as (TensorVariable | null)[];
  } catch (error) {
    if (!(error instanceof NullTypeGradError)) throw error;
    throw new NotImplementedError(
      `Cannot take Rop forwards, for an operation on the way has no rule for it, nor by two reverse passes: ${error.message}`,
    );
  }
}
