import { type DType, isComplex } from "@theano-ts/kernel";
import { floatX } from "../../config.ts";
import { TheanoTypeError } from "../../errors.ts";
import { opFamily } from "../../graph/family.ts";
import { disconnected } from "../../graph/op.ts";
import { asTensor, constant, type TensorLike } from "../../tensor/constant.ts";
import type { BinarySecond, RankOf, SoleDType, UnarySame } from "../../tensor/signatures.ts";
import type { FloatX } from "../../tensor/static.ts";
import type { TensorOp } from "../../tensor/tensorOp.ts";
import type { TensorVariable } from "../../tensor/tensorVariable.ts";
import { promoted } from "./dtypes.ts";
import { elemwise } from "./elemwise.ts";

/**
 * The second operand, stretched to the shape of both; the first only lends its shape, so the result does not depend on
 * it. As `theano.tensor.second`.
 */
export const second: BinarySecond = /* @__PURE__ */ elemwise("second", 2, {
  dtype: ([, y]) => y as DType,
  work: (_, result) => result,
  spreads: 1,
  cost: 0,
  connected: [false, true],
  scalar: (_, y) => y as never,
  complex: (_, y) => y as never,
  grad: (_inputs, _outputs, [g]) => [disconnected, g as TensorVariable],
});

/** `value` in the shape of `x`: `second(x, value)`. As `theano.tensor.fill`. */
export function fill<X extends TensorLike, V extends TensorLike>(
  x: X,
  value: V,
): TensorVariable<SoleDType<V>, RankOf<X>> {
  return second(x, value) as unknown as TensorVariable<SoleDType<V>, RankOf<X>>;
}

/** What may be said about the result of `zerosLike` and `onesLike`. */
export interface LikeOptions<D extends DType = DType> {
  readonly dtype?: D | undefined;
}

/** Zeros in the shape of `x`, of its dtype or of `dtype`. As `theano.tensor.zeros_like`. */
export function zerosLike<X extends TensorLike, D extends DType = SoleDType<X>>(
  x: X,
  options: LikeOptions<D> = {},
): TensorVariable<D, RankOf<X>> {
  return like(x, 0, options.dtype) as TensorVariable<D, RankOf<X>>;
}

/** Ones in the shape of `x`, of its dtype or of `dtype`. As `theano.tensor.ones_like`. */
export function onesLike<X extends TensorLike, D extends DType = SoleDType<X>>(
  x: X,
  options: LikeOptions<D> = {},
): TensorVariable<D, RankOf<X>> {
  return like(x, 1, options.dtype) as TensorVariable<D, RankOf<X>>;
}

function like(x: TensorLike, value: 0 | 1, dtype: DType | undefined): TensorVariable<never, never> {
  const input = asTensor(x);
  return second(input, constant(value, { dtype: dtype ?? input.dtype })) as unknown as TensorVariable<
    never,
    never
  >;
}

/** Elements converted to a dtype. */
export const castOp: (dtype: DType) => TensorOp = /* @__PURE__ */ opFamily(
  (dtype) =>
    elemwise(`Cast{${dtype}}`, 1, {
      printed: `Elemwise{Cast{${dtype}}}`,
      dtype: () => dtype,
      // A complex operand reaches here only on the way to another complex dtype.
      work: () => dtype,
      cost: 0,
      scalar: (x) => x as never,
      complex: (x) => x as never,
      grad: (_inputs, _outputs, [g]) => [g as TensorVariable],
    }).op,
);

/** What `cast` accepts: a dtype, or "floatX" for `config.floatX`. */
export type CastDType = DType | "floatX";

/**
 * `x` converted to `dtype`, or to `config.floatX` for "floatX": floats to integers truncate, integers wrap. `x` itself
 * if it has that dtype. Throws a TypeError from complex to real: take `real`, `imag` or `abs`. As `theano.tensor.cast`.
 */
export function cast<X extends TensorLike, D extends CastDType>(
  x: X,
  dtype: D,
): TensorVariable<D extends DType ? D : FloatX, RankOf<X>> {
  return castVariable(x, dtype === "floatX" ? floatX() : (dtype as DType)) as never;
}

function castVariable(x: TensorLike, to: DType): TensorVariable {
  const literal = typeof x === "number" || typeof x === "bigint" || typeof x === "boolean";
  const input = literal ? constant(x, { dtype: to }) : asTensor(x);
  if (input.dtype === to) return input;
  if (isComplex(input.dtype) && !isComplex(to))
    throw new TheanoTypeError(`Cannot cast ${input}: ${input.type} to ${to}: use real, imag, angle or abs`);
  return castOp(to).call(input);
}

/** `x` again, as another variable. As `theano.tensor.tensor_copy`. */
export const tensorCopy: UnarySame = /* @__PURE__ */ elemwise("identity", 1, {
  printed: "Elemwise{identity}",
  dtype: promoted,
  cost: 0,
  scalar: (x) => x as never,
  complex: (x) => x as never,
  grad: (_inputs, _outputs, [g]) => [g as TensorVariable],
});

/** The gradient of what is flat wherever it is defined: zeros of `config.floatX`. */
export const flat = (x: TensorVariable): TensorVariable => zerosLike(x, { dtype: floatX() });
