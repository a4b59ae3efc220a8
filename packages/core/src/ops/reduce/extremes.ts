import {
  type DType,
  type Expr,
  constant as expr,
  index,
  isComplex,
  isFloat,
  kindOf,
  type Reducer,
  rangeOf,
  reduce,
} from "@theano-ts/kernel";
import * as prim from "@theano-ts/kernel/prims";
import * as reducer from "@theano-ts/kernel/reducers";
import { NotImplementedError } from "../../errors.ts";
import { opFamily } from "../../graph/family.ts";
import { disconnected } from "../../graph/op.ts";
import { asTensor, constant, type TensorLike } from "../../tensor/constant.ts";
import type { Reader } from "../../tensor/meaning.ts";
import type { Reduced, SoleDType } from "../../tensor/signatures.ts";
import { type TensorOp, tensorOp } from "../../tensor/tensorOp.ts";
import { TensorType } from "../../tensor/tensorType.ts";
import type { TensorVariable } from "../../tensor/tensorVariable.ts";
import { mul, neg, sub } from "../elemwise/arithmetic.ts";
import { flat, zerosLike } from "../elemwise/basic.ts";
import { invert } from "../elemwise/bitwise.ts";
import { eq } from "../elemwise/comparison.ts";
import { complexEqual, complexIsNaN, complexLess } from "../elemwise/complexMath.ts";
import {
  finish,
  keptDims,
  normalizeAxes,
  type ReduceOptions,
  reductionLoops,
  restoreDims,
} from "./reduce.ts";

/** The largest element over `axes`, and its position among them in row-major order. */
export const maxAndArgmaxOp: (axes: readonly number[]) => TensorOp = /* @__PURE__ */ opFamily((axes) =>
  tensorOp({
    name: `MaxAndArgmax{axis=(${axes.length === 1 ? `${axes[0]},` : axes.join(", ")})}`,
    reduces: true,
    cost: 2,
    type([v]) {
      const x = v as TensorVariable;
      const pattern = keptDims(axes, x.ndim).map((d) => x.broadcastable[d] as boolean);
      return [new TensorType(x.dtype, pattern), new TensorType("int64", pattern)];
    },
    shape([x = []], context, node) {
      for (const d of axes) {
        const size = x[d] as Expr;
        context.demand(
          prim.gt(size, 0),
          () =>
            `Cannot take the max of ${node.inputs[0]} over axis ${d}: its size is 0, and nothing has no largest element`,
        );
      }
      const kept = keptDims(axes, x.length).map((d) => x[d] as Expr);
      return [kept, kept];
    },
    at(at, context, node) {
      const dims = context.dims(node.inputs[0] as TensorVariable);
      const { loops, place } = reductionLoops(axes, dims, at);
      const parts = (context.inputs[0] as Reader)(place);
      // 32 bits count all elements that there is memory for.
      const position = loops.reduce<Expr>(
        (sofar, a) => prim.add(prim.mul(sofar, prim.cast(a.size, "uint32")), prim.cast(index(a), "uint32")),
        expr(0, "uint32"),
      );
      const isPaired = parts.length === 2;
      const results = reduce(isPaired ? complexArgmax : reducer.argmax, loops, [...parts, position]);
      // Whoever only wants the largest element does not pay for its position.
      const largest = isPaired ? results.slice(0, 2) : reduce(reducer.maximum, loops, parts);
      return [largest, [prim.cast(results.at(-1) as Expr, "int64")]];
    },
    grad([v], _, [g]) {
      const x = v as TensorVariable;
      // A position does not change with the elements, as long as it does not jump.
      if (g === disconnected || !g) return [zerosLike(x)];
      if (!isFloat(x.dtype)) return [flat(x)];
      const largest = max(x, { axis: axes }) as TensorVariable;
      return [mul(eq(restoreDims(largest, axes, x.ndim), x), restoreDims(g, axes, x.ndim))];
    },
  }),
);

/** As `reducer.argmax` for complex numbers, by their real parts and then the imaginary ones. */
const complexArgmax: Reducer = {
  name: "complexArgmax",
  carries: 3,
  init: ([re, im, position]) => [
    expr(-Infinity, re as "float64"),
    expr(-Infinity, im as "float64"),
    expr(rangeOf(position as DType).max, position as "int64"),
  ],
  combine(a, b) {
    const [x, i] = [{ re: a[0] as Expr, im: a[1] as Expr }, a[2] as Expr];
    const [y, j] = [{ re: b[0] as Expr, im: b[1] as Expr }, b[2] as Expr];
    const [xNaN, yNaN, earlier] = [complexIsNaN(x), complexIsNaN(y), prim.lt(i, j)];
    const wins = prim.or(complexLess(y, x), prim.and(complexEqual(x, y), earlier));
    const keep = prim.select(xNaN, prim.or(prim.not(yNaN), earlier), prim.and(wins, prim.not(yNaN)));
    return [prim.select(keep, x.re, y.re), prim.select(keep, x.im, y.im), prim.select(keep, i, j)];
  },
};

/** All axes if none are named: here an empty list means the same. */
function someAxes(options: ReduceOptions, ndim: number): number[] {
  const axes = normalizeAxes(options.axis, ndim, "the max");
  return axes.length === 0 ? [...Array(ndim).keys()] : axes;
}

/**
 * The largest elements, and their positions: int64, counted in row-major order over the reduced dimensions. Of ties the
 * first position, of NaN the first. As `theano.tensor.max_and_argmax`.
 */
export function maxAndArgmax<X extends TensorLike, const O extends ReduceOptions = Record<never, never>>(
  x: X,
  options?: O,
): [Reduced<SoleDType<X>, X, O>, Reduced<"int64", X, O>] {
  const input = asTensor(x);
  const axes = someAxes(options ?? {}, input.ndim);
  const results = maxAndArgmaxOp(axes).apply(input);
  ["max", "argmax"].forEach((name, i) => {
    (results[i] as TensorVariable).name = name;
  });
  return results.map((v) => finish(v, axes, input.ndim, options ?? {})) as never;
}

/**
 * The largest element, over all dimensions or `axis`; NaN if there is one. All of equal ones have the gradient.
 * Throws a ValueError when called if there is no element. As `theano.tensor.max`.
 */
export function max<X extends TensorLike, const O extends ReduceOptions = Record<never, never>>(
  x: X,
  options?: O,
): Reduced<SoleDType<X>, X, O> {
  return maxAndArgmax(x, options)[0] as Reduced<SoleDType<X>, X, O>;
}

/**
 * Where the largest element is, as a position over all dimensions or `axis`: int64, the first of ties.
 * As `theano.tensor.argmax`.
 */
export function argmax<X extends TensorLike, const O extends ReduceOptions = Record<never, never>>(
  x: X,
  options?: O,
): Reduced<"int64", X, O> {
  return maxAndArgmax(x, options)[1] as Reduced<"int64", X, O>;
}

/** `x` turned over, so that its smallest element is the largest; doing it again gives `x` back. */
function reversed(x: TensorVariable): (v: TensorVariable) => TensorVariable {
  if (x.dtype === "bool") return (v) => invert(v);
  if (kindOf(x.dtype) === "u") return (v) => sub(largestOf(x.dtype), v);
  if (isComplex(x.dtype))
    throw new NotImplementedError(`Cannot take the min of ${x}: ${x.type}: complex numbers have no order`);
  return (v) => neg(v);
}

const largestOf = (dtype: DType): TensorVariable => constant(rangeOf(dtype).max, { dtype });

/**
 * The smallest element, over all dimensions or `axis`; NaN if there is one. All of equal ones have the gradient.
 * Throws a ValueError when called if there is no element. As `theano.tensor.min`.
 */
export function min<X extends TensorLike, const O extends ReduceOptions = Record<never, never>>(
  x: X,
  options?: O,
): Reduced<SoleDType<X>, X, O> {
  const input = asTensor(x);
  const turn = reversed(input);
  return turn(max(turn(input), options ?? {}) as TensorVariable) as Reduced<SoleDType<X>, X, O>;
}

/**
 * Where the smallest element is, as a position over all dimensions or `axis`: int64, the first of ties.
 * As `theano.tensor.argmin`.
 */
export function argmin<X extends TensorLike, const O extends ReduceOptions = Record<never, never>>(
  x: X,
  options?: O,
): Reduced<"int64", X, O> {
  const input = asTensor(x);
  return argmax(reversed(input)(input), options ?? {}) as Reduced<"int64", X, O>;
}

/** The largest element less the smallest, over all dimensions or `axis`. As `theano.tensor.ptp`. */
export function ptp<X extends TensorLike, const O extends ReduceOptions = Record<never, never>>(
  x: X,
  options?: O,
): Reduced<SoleDType<X>, X, O> {
  const input = asTensor(x);
  const [high, low] = [max(input, options ?? {}), min(input, options ?? {})] as [
    TensorVariable,
    TensorVariable,
  ];
  return sub(high, low) as TensorVariable as Reduced<SoleDType<X>, X, O>;
}
