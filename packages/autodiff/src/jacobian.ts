import {
  AssertionError,
  asTensor,
  eye,
  floatX,
  type Inc,
  isTensor,
  shapeI,
  type TensorVariable,
  TheanoTypeError,
  zerosLike,
} from "@theano-ts/core";
import { isDiscrete } from "@theano-ts/kernel";
import { type GradOptions, gradients } from "./grad.ts";
import { asList } from "./lop.ts";
import { spread } from "./vectorize/spread.ts";
import { vectorizeEach } from "./vectorize/vectorize.ts";

// biome-ignore lint/suspicious/noExplicitAny: of whatever dtype and rank
type Any = TensorVariable<any, any>;

/** What `jacobian` and `hessian` can be told: as `grad`. */
export type JacobianOptions = Pick<GradOptions, "considerConstant" | "disconnectedInputs">;

/** What `jacobian` gives for an expression of rank `N`: for one variable one Jacobian, for several a list. */
export type Jacobians<V, N extends number> = V extends readonly Any[]
  ? { -readonly [K in keyof V]: JacobianOf<V[K], N> }
  : JacobianOf<V, N>;

type JacobianOf<V, N extends number> = V extends Any
  ? TensorVariable<V["dtype"], N extends 0 ? V["ndim"] : Inc<V["ndim"]>>
  : never;

/**
 * All derivatives of `expression`, a vector, with respect to each of `wrt`: `(n), (…) → (n, …)`, row i being the gradient
 * of element i. Of a scalar it is the gradient.
 *
 * All rows are computed together, as one array. Throws an AssertionError for an expression of more dimensions, and what
 * `grad` throws. As `theano.gradient.jacobian`.
 */
export function jacobian<N extends 0 | 1, const W extends Any | readonly Any[]>(
  // biome-ignore lint/suspicious/noExplicitAny: of whatever dtype
  expression: TensorVariable<any, N>,
  wrt: W,
  options: JacobianOptions = {},
): Jacobians<W, N> {
  if (!isTensor(expression))
    throw new AssertionError(`jacobian needs a variable as its expression, not ${String(expression)}`);
  if (expression.ndim > 1)
    throw new AssertionError(
      `jacobian needs a vector, but ${expression} is ${expression.type}: flatten it, and reshape the result`,
      { origin: expression.origin },
    );
  const list = asList(wrt as Any).map((x) => asTensor(x));
  const results =
    expression.ndim === 0 ? gradients(expression, list, options) : rows(expression, list, options);
  return (Array.isArray(wrt) ? results : results[0]) as Jacobians<W, N>;
}

/**
 * The gradients of all elements of `y`: the gradient of `u · y`, vectorised over the rows of the identity as `u`.
 */
function rows(y: TensorVariable, wrt: readonly TensorVariable[], options: JacobianOptions): TensorVariable[] {
  const dtype = isDiscrete(y.dtype) ? floatX() : y.dtype;
  const u = zerosLike(y, { dtype });
  const one = gradients(null, wrt, { ...options, knownGrads: [[y, u]] }) as TensorVariable[];
  const n = shapeI(y, 0);
  return vectorizeEach(one, new Map([[u, eye(n, n, { dtype }) as TensorVariable]])).map(({ made, many }) =>
    many ? made : spread(made, n),
  );
}

/** What `hessian` gives: for one vector one matrix, for several a list. */
export type Hessians<V> = V extends readonly Any[]
  ? { -readonly [K in keyof V]: HessianOf<V[K]> }
  : HessianOf<V>;

type HessianOf<V> = V extends Any ? TensorVariable<V["dtype"], 2> : never;

/**
 * The second derivatives of `cost`, a scalar, with respect to each of `wrt`, vectors: `(n) → (n, n)`.
 *
 * Throws an AssertionError for anything but a scalar and vectors, and what `grad` throws. As `theano.gradient.hessian`.
 */
export function hessian<const W extends Any | readonly Any[]>(
  // biome-ignore lint/suspicious/noExplicitAny: of whatever dtype
  cost: TensorVariable<any, 0>,
  wrt: W,
  options: JacobianOptions = {},
): Hessians<W> {
  if (!isTensor(cost) || cost.ndim !== 0)
    throw new AssertionError(`hessian needs a scalar cost, not ${describe(cost)}`);
  const list = asList(wrt as Any);
  for (const x of list)
    if (!isTensor(x) || x.ndim !== 1)
      throw new AssertionError(
        `hessian is taken with respect to vectors, and ${describe(x)} is none: flatten it where it is made`,
      );
  const first = gradients(cost, list, options) as TensorVariable[];
  // A gradient that does not depend on its variable is nothing to complain of: the cost is linear in it.
  const results = first.map(
    (g, i) => rows(g, [list[i] as Any], { ...options, disconnectedInputs: "ignore" })[0],
  );
  return (Array.isArray(wrt) ? results : results[0]) as Hessians<W>;
}

const describe = (x: unknown): string => (isTensor(x) ? `${x}: ${x.type}` : String(x));

/**
 * The products of the Hessian of `cost`, a scalar, with `v`, without the Hessian: for each of `wrt` the derivative of its
 * gradient along `v`, which has their shapes. Costs about as much as a gradient of the gradient.
 *
 * Throws a TypeError unless there are as many `v` as `wrt`, and what `grad` throws.
 */
export function hessianVectorProduct<const W extends Any | readonly Any[]>(
  // biome-ignore lint/suspicious/noExplicitAny: of whatever dtype
  cost: TensorVariable<any, 0>,
  wrt: W,
  v: Any | readonly Any[],
  options: JacobianOptions = {},
): Jacobians<W, 0> {
  const [list, points] = [asList(wrt as Any), asList(v)];
  if (list.length !== points.length)
    throw new TheanoTypeError(
      `hessianVectorProduct needs as many points as wrt: ${list.length}, not ${points.length}`,
    );
  const first = gradients(cost, list, options) as TensorVariable[];
  // The Hessian is symmetric, so that a product from the left is one from the right.
  const results = gradients(null, list, {
    ...options,
    disconnectedInputs: "ignore",
    knownGrads: first.map((g, i) => [g, points[i] as TensorVariable] as const),
  });
  return (Array.isArray(wrt) ? results : results[0]) as Jacobians<W, 0>;
}
