import { type DType, type Expr, isBig, isDiscrete, isFloat, kindOf, promoteAll } from "@theano-ts/kernel";
import * as prim from "@theano-ts/kernel/prims";
import { TheanoTypeError } from "../../errors.ts";
import { opFamily } from "../../graph/family.ts";
import { disconnected } from "../../graph/op.ts";
import { asTensors, constant, type TensorLike } from "../../tensor/constant.ts";
import type { Reader, ShapeContext } from "../../tensor/meaning.ts";
import { type TensorOp, tensorOp } from "../../tensor/tensorOp.ts";
import { tensorType } from "../../tensor/tensorType.ts";
import type { TensorVariable } from "../../tensor/tensorVariable.ts";
import { mul } from "../elemwise/arithmetic.ts";
import { flat } from "../elemwise/basic.ts";
import { sum } from "../reduce/sum.ts";
import { shapeI } from "../shape/shape.ts";
import type { DTypeOption } from "./alloc.ts";
import { withOptions } from "./options.ts";

/** How many steps fit before the end: an int32. */
function lengthOf(
  [start, stop, step]: readonly [TensorVariable, TensorVariable, TensorVariable],
  context: ShapeContext,
): Expr {
  const whole = [start, stop, step].every((v) => isDiscrete(v.dtype));
  if (whole) {
    const [a, b, s] = [start, stop, step].map((v) => context.scalar(v)) as [Expr, Expr, Expr];
    context.demand(prim.ne(s, 0), () => "Cannot make an arange with step 0");
    const up = prim.gt(s, 0);
    const [distance, size] = [prim.select(up, prim.sub(b, a), prim.sub(a, b)), prim.abs(s)];
    return prim.max(prim.floorDiv(prim.add(distance, prim.sub(size, 1)), size), 0);
  }
  const [a, b, s] = [start, stop, step].map((v) => prim.cast(context.number(v), "float64")) as [
    Expr,
    Expr,
    Expr,
  ];
  const count = prim.ceil(prim.div(prim.sub(b, a), s));
  return prim.cast(prim.max(count, 0), "int32");
}

/** Numbers in steps: from a start, up to an end, by a step. */
export const arangeOp: (dtype: DType) => TensorOp = /* @__PURE__ */ opFamily((dtype) =>
  tensorOp({
    name: `ARange{dtype='${dtype}'}`,
    params: { dtype },
    uses: () => ["elements", "size", "elements"],
    type: () => [tensorType(dtype, 1)],
    shape: (_, context, node) => [[lengthOf(node.inputs as never, context)]],
    at([i], context) {
      const work = isFloat(dtype) ? "float64" : isBig(dtype) ? dtype : "int64";
      const [start, , step] = context.inputs as readonly [Reader, Reader, Reader];
      const [a] = start([]) as readonly [Expr];
      const [s] = step([]) as readonly [Expr];
      const along = prim.mul(prim.cast(i as Expr, work), prim.cast(s, work));
      return [[prim.cast(prim.add(prim.cast(a, work), along), dtype as "float64")]];
    },
    connection: () => [[true], [false], [true]],
    grad([start, , step], [y], [g]) {
      if (g === disconnected || !g) return [disconnected, disconnected, disconnected];
      if (isDiscrete(dtype))
        return [flat(start as TensorVariable), disconnected, flat(step as TensorVariable)];
      const taken = arange(shapeI(y as TensorVariable, 0), { dtype });
      return [sum(g), disconnected, sum(mul(g, taken))];
    },
  }),
);

/** Integers are made in 64 bits, unless asked for otherwise: small ones overflow soon. */
function arangeDType(operands: readonly TensorVariable[]): DType {
  const dtype = promoteAll(operands.map((x) => x.dtype));
  return kindOf(dtype) === "i" || dtype === "bool" ? "int64" : kindOf(dtype) === "u" ? "uint64" : dtype;
}

/** What is left out, or not there. */
type Missing = null | undefined;

/** Numbers in steps, up to an end. The options may follow any argument. */
interface Arange {
  <D extends DType = DType>(stop: TensorLike, options?: DTypeOption<D>): TensorVariable<D, 1>;
  <D extends DType = DType>(
    start: TensorLike,
    stop: TensorLike | Missing,
    options?: DTypeOption<D>,
  ): TensorVariable<D, 1>;
  <D extends DType = DType>(
    start: TensorLike,
    stop: TensorLike | Missing,
    step: TensorLike | Missing,
    options?: DTypeOption<D>,
  ): TensorVariable<D, 1>;
}

/**
 * The numbers from `start`, 0 if it is the only one, in steps of `step`, by default 1, up to `stop`, which is left out: a
 * vector.
 *
 * Integers give int64 (uint64 if all are unsigned), floats what holds them, unless `dtype` says otherwise. The length
 * depends on the values: it is worked out when called. Throws a TypeError unless all are scalars. As `theano.tensor.arange`.
 */
export const arange: Arange = ((...args: unknown[]): TensorVariable => {
  const { given, options } = withOptions<DTypeOption>(args);
  const [first, second, third] = given as readonly (TensorLike | Missing)[];
  const [start, stop] = second === undefined || second === null ? [constant(0), first] : [first, second];
  const operands = asTensors([start, stop, third ?? constant(1)]);
  for (const x of operands)
    if (x.ndim !== 0) throw new TheanoTypeError(`Cannot make an arange of ${x}: ${x.type}: it takes scalars`);
  return arangeOp(options.dtype ?? arangeDType(operands)).call(...operands);
}) as Arange;
