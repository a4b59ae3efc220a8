import { type DType, isComplex, isDiscrete } from "@theano-ts/kernel";
import { floatX } from "../../config.ts";
import { TheanoTypeError } from "../../errors.ts";
import { disconnected } from "../../graph/op.ts";
import { asTensor, constant, type TensorLike } from "../../tensor/constant.ts";
import type { TensorVariable } from "../../tensor/tensorVariable.ts";
import { elemwise, type ElemwiseFunction } from "./elemwise.ts";

/** The second operand, stretched to the shape of both; the first only lends its shape. As `theano.tensor.second`, or `fill`. */
export const second: ElemwiseFunction = /* @__PURE__ */ elemwise("second", 2, {
  dtype: ([, y]) => y as DType,
  work: (_, result) => result,
  cost: 0,
  scalar: (_, y) => y as never,
  complex: (_, y) => y as never,
  grad: ([, y], _, [g]) => [disconnected, isDiscrete((y as TensorVariable).dtype) ? zerosLike(y as TensorVariable) : (g as TensorVariable)],
});

/** `value` in the shape of `x`: `second(x, value)`. */
export const fill = (x: TensorLike, value: TensorLike): TensorVariable => second(x, value);

/** Zeros in the shape of `x`, of its dtype or of `dtype`. As `theano.tensor.zeros_like`. */
export function zerosLike(x: TensorLike, options: { dtype?: DType } = {}): TensorVariable {
  return like(x, 0, options.dtype);
}

/** Ones in the shape of `x`, of its dtype or of `dtype`. As `theano.tensor.ones_like`. */
export function onesLike(x: TensorLike, options: { dtype?: DType } = {}): TensorVariable {
  return like(x, 1, options.dtype);
}

function like(x: TensorLike, value: 0 | 1, dtype: DType | undefined): TensorVariable {
  const input = asTensor(x);
  return second(input, constant(value, { dtype: dtype ?? input.dtype }));
}

/** What an operation with a discrete result, which is flat wherever it is defined, has as gradients: float zeros. */
export const flat = (inputs: readonly TensorVariable[]): TensorVariable[] =>
  inputs.map((x) => zerosLike(x, { dtype: floatX() }));

/** Whether gradients stop here because the result is an integer or a bool. */
export const isFlat = (outputs: readonly TensorVariable[]): boolean => isDiscrete((outputs[0] as TensorVariable).dtype);

const castTo = (dtype: DType): ElemwiseFunction =>
  elemwise("cast", 1, {
    printed: `Cast{${dtype}}`,
    dtype: () => dtype,
    work: () => dtype,
    cost: 0,
    scalar: (x) => x as never,
    complex: (x) => x as never,
    grad: ([x], _, [g]) => [isDiscrete(dtype) ? zerosLike(x as TensorVariable, { dtype: floatX() }) : (g as TensorVariable)],
  });

/**
 * `x` converted to `dtype`, or to `config.floatX` for "floatX": floats to integers truncate, integers wrap. `x` itself
 * if it has that dtype. Throws a TypeError from complex to real: take `real`, `imag` or `abs`. As `theano.tensor.cast`.
 */
export function cast(x: TensorLike, dtype: DType | "floatX"): TensorVariable {
  const to = dtype === "floatX" ? floatX() : dtype;
  const input = typeof x === "number" || typeof x === "bigint" ? constant(x, { dtype: to }) : asTensor(x);
  if (input.dtype === to) return input;
  if (isComplex(input.dtype) && !isComplex(to))
    throw new TheanoTypeError(`Cannot cast ${input}: ${input.type} to ${to}: use real, imag, angle or abs`);
  return castTo(to)(input);
}
