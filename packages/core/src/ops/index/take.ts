import { TheanoTypeError, ValueError } from "../../errors.ts";
import { asTensor, type TensorLike } from "../../tensor/constant.ts";
import type { SoleDType } from "../../tensor/signatures.ts";
import type { TensorVariable } from "../../tensor/tensorVariable.ts";
import { slice } from "../../value/slice.ts";
import { mod, sub } from "../elemwise/arithmetic.ts";
import { clip } from "../elemwise/select.ts";
import { flatten } from "../shape/reshape.ts";
import { shapeI } from "../shape/shape.ts";
import { subtensor } from "./subtensor.ts";

/** How places are taken. */
export interface TakeOptions {
  /** Along which dimension; of all elements in a row if null or left out. */
  readonly axis?: number | null | undefined;
  /** What a place beyond the end means: an IndexError when called, the place counted round, or the nearest one. */
  readonly mode?: "raise" | "wrap" | "clip" | undefined;
}

/** The elements of `x` at these places. The gradient adds up where a place is taken twice. As `theano.tensor.take`. */
export function take<X extends TensorLike>(
  x: X,
  places: TensorLike,
  { axis = null, mode = "raise" }: TakeOptions = {},
): TensorVariable<SoleDType<X>, number> {
  const input = axis === null ? flatten(asTensor(x)) : asTensor(x);
  const d = axis === null ? 0 : axis < 0 ? axis + input.ndim : axis;
  if (!(d >= 0 && d < input.ndim))
    throw new ValueError(`Cannot take elements of ${input}: ${input.type} along axis ${axis}`);
  const given = asTensor(places);
  if (!/int/.test(given.dtype))
    throw new TheanoTypeError(`Cannot take elements at ${given}: ${given.type}: places are integers`);
  const size = shapeI(input, d);
  const inside: TensorVariable =
    mode === "wrap" ? mod(given, size) : mode === "clip" ? clip(given, 0, sub(size, 1)) : given;
  return subtensor(input, ...Array(d).fill(slice()), inside) as TensorVariable<SoleDType<X>, number>;
}
