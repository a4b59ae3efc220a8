import type { GradientTerm, OutputGradient, Parts } from "@theano-ts/core";
import {
  AssertionError,
  asTensor,
  clip,
  disconnected,
  mul,
  NullGradient,
  opFamily,
  type TensorLike,
  type TensorOp,
  TensorType,
  type TensorVariable,
  tensorOp,
  zerosLike,
} from "@theano-ts/core";

/** What sets one identity apart from another. */
interface Identity {
  /** Its gradient. */
  term(g: TensorVariable): GradientTerm;
  /** Its derivative along a direction; null for none. */
  along(direction: TensorVariable): TensorVariable | null;
  readonly connected?: boolean;
  readonly params?: Readonly<Record<string, unknown>>;
}

/** The identity, with derivatives of its own; nothing is left of it once a function is compiled. */
const identity = (name: string, { term, along, connected = true, params }: Identity): TensorOp =>
  tensorOp({
    name,
    ...(params ? { params } : {}),
    cost: 0,
    type: ([x]) => [new TensorType((x as TensorVariable).dtype, (x as TensorVariable).broadcastable)],
    shape: ([x = []]) => [x],
    at: (index, context): readonly Parts[] => [(context.inputs[0] as (typeof context.inputs)[0])(index)],
    expand: ([x]) => [x as TensorVariable],
    grad: (_inputs, _outputs, [g]: readonly (OutputGradient | undefined)[]) => [
      g === undefined || g === disconnected ? disconnected : term(g),
    ],
    rop: (_, [direction]) => [direction ? along(direction) : null],
    connection: () => [[connected]],
  });

const nothing: Identity = { term: (g) => zerosLike(g), along: (direction) => zerosLike(direction) };
/** Its gradient is zero. */
export const constantOp: TensorOp = /* @__PURE__ */ identity("ConsiderConstant", nothing);
/** Its gradient is zero. */
export const zeroOp: TensorOp = /* @__PURE__ */ identity("ZeroGrad", nothing);
/** Nothing is connected through it. */
export const disconnectedOp: TensorOp = /* @__PURE__ */ identity("DisconnectedGrad", {
  term: () => disconnected,
  along: () => null,
  connected: false,
});
/** It has no gradient. */
export const undefinedOp: TensorOp = /* @__PURE__ */ identity("UndefinedGrad", {
  term: () => new NullGradient("undefinedGrad says so"),
  along: () => null,
});

/** Its gradient is brought between two numbers. */
export const clipOp: (lower: number, upper: number) => TensorOp = /* @__PURE__ */ opFamily((lower, upper) =>
  identity("GradClip", {
    term: (g) => clip(g, lower, upper),
    along: (direction) => direction,
    params: { lower, upper },
  }),
);

/** Its gradient is multiplied by a number. */
export const scaleOp: (multiplier: number) => TensorOp = /* @__PURE__ */ opFamily((multiplier) => {
  const scaled = (g: TensorVariable): TensorVariable => mul(multiplier, g);
  return identity("GradScale", { term: scaled, along: scaled, params: { multiplier } });
});

/** `x`, through which gradients are zero: it counts as a constant. As `theano.gradient.consider_constant`. */
export const considerConstant = (x: TensorLike): TensorVariable => constantOp.call(asTensor(x));

/** `x`, through which gradients are zero. As `theano.gradient.zero_grad`. */
export const zeroGrad = (x: TensorLike): TensorVariable => zeroOp.call(asTensor(x));

/** `x`, through which nothing is connected: a gradient that has no other way is an error. As `theano.gradient.disconnected_grad`. */
export const disconnectedGrad = (x: TensorLike): TensorVariable => disconnectedOp.call(asTensor(x));

/** `x`, whose gradient is declared not to be defined. As `theano.gradient.undefined_grad`. */
export const undefinedGrad = (x: TensorLike): TensorVariable => undefinedOp.call(asTensor(x));

/**
 * `x`, whose gradient is brought between the numbers `lower` and `upper`, element by element. Throws an AssertionError if
 * `lower` is above `upper`. As `theano.gradient.grad_clip`.
 */
export function gradClip(x: TensorLike, lower: number, upper: number): TensorVariable {
  if (!(upper >= lower))
    throw new AssertionError(`gradClip needs bounds in order, and ${lower} is above ${upper}`);
  return clipOp(lower, upper).call(asTensor(x));
}

/** `x`, whose gradient is multiplied by the number `multiplier`: -1 turns it round. As `theano.gradient.grad_scale`. */
export function gradScale(x: TensorLike, multiplier: number): TensorVariable {
  return scaleOp(multiplier).call(asTensor(x));
}
