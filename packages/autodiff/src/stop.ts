import type { GradientTerm, OutputGradient, Parts } from "@theano-ts/core";
import {
  asTensor,
  disconnected,
  NullGradient,
  type TensorLike,
  type TensorOp,
  TensorType,
  type TensorVariable,
  tensorOp,
  zerosLike,
} from "@theano-ts/core";

/** The identity with another gradient. */
const identity = (
  name: string,
  term: (g: OutputGradient, x: TensorVariable) => GradientTerm,
  connected = true,
): TensorOp =>
  tensorOp({
    name,
    cost: 0,
    type: ([x]) => [new TensorType((x as TensorVariable).dtype, (x as TensorVariable).broadcastable)],
    shape: ([x = []]) => [x],
    at: (index, context): readonly Parts[] => [(context.inputs[0] as (typeof context.inputs)[0])(index)],
    grad: ([x], _, [g]) => [term(g as OutputGradient, x as TensorVariable)],
    rop: (_, [direction]) => [direction ?? null],
    connection: () => [[connected]],
  });

const constantOp: TensorOp = /* @__PURE__ */ identity("ConsiderConstant", (g, x) =>
  g === disconnected ? g : zerosLike(g ?? x),
);
const zeroOp: TensorOp = /* @__PURE__ */ identity("ZeroGrad", (g, x) =>
  g === disconnected ? g : zerosLike(g ?? x),
);
const disconnectedOp: TensorOp = /* @__PURE__ */ identity("DisconnectedGrad", () => disconnected, false);
const undefinedOp: TensorOp = /* @__PURE__ */ identity(
  "UndefinedGrad",
  () => new NullGradient("it was declared undefined by undefinedGrad"),
);

/** `x`, through which gradients are zero: it counts as a constant. As `theano.gradient.consider_constant`. */
export const considerConstant = (x: TensorLike): TensorVariable => constantOp.call(asTensor(x));

/** `x`, through which gradients are zero. As `theano.gradient.zero_grad`. */
export const zeroGrad = (x: TensorLike): TensorVariable => zeroOp.call(asTensor(x));

/** `x`, through which nothing is connected: a gradient that has no other way is an error. As `theano.gradient.disconnected_grad`. */
export const disconnectedGrad = (x: TensorLike): TensorVariable => disconnectedOp.call(asTensor(x));

/** `x`, whose gradient is declared not to be defined. As `theano.gradient.undefined_grad`. */
export const undefinedGrad = (x: TensorLike): TensorVariable => undefinedOp.call(asTensor(x));
