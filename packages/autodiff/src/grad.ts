import {
  AssertionError,
  isTensor,
  type TensorVariable,
  TheanoTypeError,
  ValueError,
  Variable,
} from "@theano-ts/core";
import type { Disconnected, ReturnDisconnected } from "./disconnected.ts";
import { Reverse } from "./reverse.ts";
import { type DisconnectedType, NullType } from "./types.ts";

/** What `grad` can be told. */
export interface GradOptions {
  /** Expressions that gradients do not go through. */
  readonly considerConstant?: readonly Variable[] | null | undefined;
  /** What to do about a variable that the cost does not depend on: an error by default, else its gradient is zero. */
  readonly disconnectedInputs?: Disconnected | undefined;
  /** Gradients that are known, of whatever cost there is: pairs of variable and gradient, or a Map. */
  readonly knownGrads?: Iterable<readonly [TensorVariable, Variable]> | null | undefined;
  /** What the gradient with respect to something disconnected is: zeros by default. */
  readonly returnDisconnected?: ReturnDisconnected | undefined;
  /** What to do where there is no gradient: an error by default, else a variable of `NullType` is returned. */
  readonly nullGradients?: "raise" | "return" | undefined;
  /** Whether gradients get a name, `(dcost/dx)`, if both have one: yes by default. */
  readonly addNames?: boolean | undefined;
}

// biome-ignore lint/suspicious/noExplicitAny: of whatever dtype and rank
type Any = TensorVariable<any, any>;

/** What `grad` gives: for one variable one gradient of its dtype and rank, for several a list. */
export type Gradients<V, O = unknown> = V extends readonly Any[]
  ? { -readonly [K in keyof V]: GradientOf<V[K]> | Else<O> }
  : GradientOf<V> | Else<O>;

type GradientOf<V> = V extends Any ? TensorVariable<V["dtype"], V["ndim"]> : never;

/** What there may be in place of a gradient. */
type Else<O> =
  | (O extends { readonly returnDisconnected: "none" } ? null : never)
  | (O extends { readonly returnDisconnected: "disconnected" } ? Variable<DisconnectedType> : never)
  | (O extends { readonly nullGradients: "return" } ? Variable<NullType> : never);

/**
 * The gradient of `cost`, a scalar, with respect to each of `wrt`, as a new part of the graph.
 *
 * Gradients are floats, also with respect to integers (of which they are zero unless the op says otherwise). `cost` may
 * be null if `knownGrads` says where to begin. Throws a TypeError if the cost is no scalar, a DisconnectedInputError if
 * it does not depend on a variable, a NullTypeGradError where mathematics has no gradient, a NotImplementedError where
 * an op has none, a ValueError if a rule gives another rank than it should. As
 * `theano.gradient.grad`.
 */
export function grad<
  const V extends Any | readonly Any[],
  const O extends GradOptions = Record<never, never>,
>(
  // biome-ignore lint/suspicious/noExplicitAny: of whatever dtype
  cost: TensorVariable<any, 0> | null,
  wrt: V,
  options?: O,
): Gradients<V, O> {
  const list = (Array.isArray(wrt) ? wrt : [wrt]) as TensorVariable[];
  const results = gradients(cost as TensorVariable | null, list, options);
  return (Array.isArray(wrt) ? results : results[0]) as Gradients<V, O>;
}

/** As `grad`, untyped: a list in, a list out; null for what is disconnected if `returnDisconnected` is "none". */
export function gradients(
  cost: TensorVariable | null,
  wrt: readonly TensorVariable[],
  options: GradOptions = {},
): (Variable | null)[] {
  checkCost(cost, options);
  checkConstant(options.considerConstant);
  for (const v of wrt)
    if (!isTensor(v))
      throw new TheanoTypeError(`Cannot take a gradient with respect to ${String(v)}: it is not a variable`);
  return new Reverse(cost, wrt, options).run();
}

function checkCost(cost: TensorVariable | null, options: GradOptions): void {
  if (cost === null) {
    if (!options.knownGrads) throw new AssertionError("grad needs a cost, or knownGrads to begin with");
    return;
  }
  if (!(cost instanceof Variable))
    throw new TheanoTypeError(`Cannot take the gradient of ${String(cost)}: it is not a variable`);
  if ((cost.type as unknown) instanceof NullType)
    throw new ValueError(
      `Cannot take the gradient of ${cost}, which does not exist: ${(cost.type as unknown as NullType).whyNull}`,
      { origin: cost.origin },
    );
  if (!isTensor(cost) || cost.ndim !== 0)
    throw new TheanoTypeError(
      `cost must be a scalar, but ${cost} is ${cost.type}: take its sum or mean, or jacobian for all gradients`,
      { origin: cost.origin },
    );
}

function checkConstant(constant: GradOptions["considerConstant"]): void {
  if (constant === null || constant === undefined) return;
  if (
    typeof (constant as { [Symbol.iterator]?: unknown })[Symbol.iterator] !== "function" ||
    constant instanceof Variable
  )
    throw new TheanoTypeError(`considerConstant must be a list of variables, not ${String(constant)}`);
  for (const v of constant)
    if (!(v instanceof Variable))
      throw new TheanoTypeError(`considerConstant must be a list of variables, and ${String(v)} is none`);
}
