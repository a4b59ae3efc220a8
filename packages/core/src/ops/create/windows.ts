import { type DType, type Expr, isInteger } from "@theano-ts/kernel";
import * as prim from "@theano-ts/kernel/prims";
import { floatX } from "../../config.ts";
import { TheanoTypeError } from "../../errors.ts";
import { asTensor, type TensorLike } from "../../tensor/constant.ts";
import type { FloatX } from "../../tensor/static.ts";
import { type TensorOp, tensorOp } from "../../tensor/tensorOp.ts";
import { tensorType } from "../../tensor/tensorType.ts";
import type { TensorVariable } from "../../tensor/tensorVariable.ts";
import { cast } from "../elemwise/basic.ts";
import { eq } from "../elemwise/comparison.ts";
import { dimshuffle } from "../shape/dimshuffle.ts";
import type { DTypeOption, SizeLike } from "./alloc.ts";
import { arange } from "./arange.ts";

/** A triangle of so many points. */
export const bartlettOp: TensorOp = /* @__PURE__ */ tensorOp({
  name: "Bartlett",
  uses: () => ["size"],
  type: () => [tensorType("float64", 1)],
  shape: (_, context, node) => [[prim.max(context.scalar(node.inputs[0] as never), 0)]],
  at([i], context, node) {
    const n = context.scalar(node.inputs[0] as never);
    const [x, last] = [prim.cast(i as Expr, "float64"), prim.cast(prim.sub(n, 1), "float64")];
    const half = prim.mul(last, 0.5);
    const rise = prim.div(prim.sub(half, prim.abs(prim.sub(x, half))), half);
    return [[prim.select(prim.le(n, 1), prim.number(1, "float64"), rise)]];
  },
});

/** A triangle that rises from 0 to 1 and falls again over `size` points, a float64 vector. As `theano.tensor.bartlett`. */
export function bartlett(size: TensorLike): TensorVariable<"float64", 1> {
  const n = asTensor(size);
  if (n.ndim !== 0 || !isInteger(n.dtype))
    throw new TheanoTypeError(
      `Cannot make a bartlett window of size ${n}: ${n.type}: it is an integer scalar`,
    );
  return bartlettOp.call(n) as TensorVariable<"float64", 1>;
}

/** A matrix with a row for each element of `y`: 1 in the column it names, 0 elsewhere. As `theano.tensor.extra_ops.to_one_hot`. */
export function toOneHot<D extends DType = FloatX>(
  y: TensorLike,
  classes: SizeLike,
  options: DTypeOption<D> = {},
): TensorVariable<D, 2> {
  const rows = dimshuffle(asTensor(y), 0, "x");
  return cast(eq(rows, arange(classes)), options.dtype ?? floatX()) as TensorVariable as TensorVariable<D, 2>;
}
