import { allocate, type Expr, type Scalar } from "@theano-ts/kernel";
import { Expressions } from "../lower/expressions.ts";
import { opOf, Sizes } from "../lower/sizes.ts";
import { isConstant } from "../tensor/constant.ts";
import type { TensorVariable } from "../tensor/tensorVariable.ts";
import { complex } from "../value/complex.ts";
import { writeElement } from "../value/element.ts";
import { type NDArray, wrap } from "../value/ndarray.ts";
import { sizeOf } from "../value/storage.ts";

/**
 * The value of an operation on constants where one number says all of it: where the formula of an element comes down to
 * that number by itself, as it does for scalars. Nothing needs to be planned and run for those. Undefined for all others.
 */
export function uniformValue(v: TensorVariable): NDArray | undefined {
  const node = v.owner;
  if (!node?.inputs.every(isConstant) || !opOf(node).record.at || opOf(node).record.checks) return undefined;
  const sizes = new Sizes();
  const expressions = new Expressions(sizes, new Set());
  const dims = sizes.dims(v);
  const shape = numbersOf(dims)?.map(Number);
  const parts = numbersOf(expressions.compute(v, expressions.point(dims)));
  if (!shape || !parts || sizes.demands.length > 0) return undefined;
  const [re, im] = parts as [Scalar, Scalar | undefined];
  const data = allocate(v.dtype, sizeOf(shape));
  const element = im === undefined ? re : complex(Number(re), Number(im));
  for (let i = 0; i < sizeOf(shape); i++) writeElement(data, v.dtype, i, element);
  return wrap(data, v.dtype, shape);
}

/** The values of expressions that are all constants. */
function numbersOf(all: readonly Expr[]): Scalar[] | undefined {
  const numbers = all.flatMap((e) => (e.kind === "const" ? [e.value] : []));
  return numbers.length === all.length ? numbers : undefined;
}
