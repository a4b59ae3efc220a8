import { carry, carryValue, type Expr, partOf, partsOf } from "@theano-ts/kernel";
import * as prim from "@theano-ts/kernel/prims";
import { NotImplementedError, ValueError } from "../../errors.ts";
import { opFamily } from "../../graph/family.ts";
import { disconnected } from "../../graph/op.ts";
import { asTensor, constant, type TensorLike } from "../../tensor/constant.ts";
import type { Parts, Reader } from "../../tensor/meaning.ts";
import type { RankOf, SoleDType } from "../../tensor/signatures.ts";
import { type TensorOp, tensorOp } from "../../tensor/tensorOp.ts";
import { tensorType } from "../../tensor/tensorType.ts";
import type { TensorVariable } from "../../tensor/tensorVariable.ts";
import { slice } from "../../value/slice.ts";
import { mul, sub, trueDiv } from "../elemwise/arithmetic.ts";
import { complexMul } from "../elemwise/complexMath.ts";
import { subtensor } from "../index/subtensor.ts";
import { concatenate } from "../shape/join.ts";
import { flatten } from "../shape/reshape.ts";

/** The result along one axis of a tensor, or of all elements in a row. */
type Cumulative<X, A> = TensorVariable<SoleDType<X>, A extends number ? RankOf<X> : 1>;

/** Sums or products of all elements up to each along `axis`; null is that of a vector, as Theano prints it. */
export const cumulativeOp: (mode: "add" | "mul", axis: number | null) => TensorOp = /* @__PURE__ */ opFamily(
  (mode, axis) => {
    const along = axis ?? 0;
    const cumulate = (x: TensorVariable): TensorVariable => cumulativeOp(mode, axis).call(x);
    const cumsumOf = (x: TensorVariable): TensorVariable => cumulativeOp("add", axis).call(x);
    return tensorOp({
      name: `CumOp{${axis === null ? "None" : axis}, ${mode}}`,
      cost: 1,
      standalone: true,
      type: ([x]) => [(x as TensorVariable).type],
      shape: ([x]) => [x as readonly Expr[]],
      fold(context, node) {
        const [x] = node.inputs as readonly [TensorVariable];
        const read = context.inputs[0] as Reader;
        const part = partOf(x.dtype);
        const carries = Array.from({ length: partsOf(x.dtype) }, () => carry(part));
        const before = carries.map(carryValue) as readonly Expr[] as Parts;
        const first = mode === "add" ? [0, 0] : [1, 0];
        return {
          axis: along,
          carries,
          init: () => carries.map((_, i) => prim.number(first[i] as number, part)),
          next: (at) => combine(mode, before, read(at)),
          outputs: () => [before],
        };
      },
      grad([v], _, [g]) {
        if (g === disconnected || !g) return [disconnected];
        const x = v as TensorVariable;
        const backwards = (y: TensorVariable): TensorVariable =>
          subtensor(y, ...[...Array(along).fill(slice()), slice(null, null, -1)]);
        const reverseSum = (y: TensorVariable): TensorVariable => backwards(cumsumOf(backwards(y)));
        return [mode === "add" ? reverseSum(g) : trueDiv(reverseSum(mul(cumulate(x), g)), x)];
      },
    });
  },
);

function combine(mode: "add" | "mul", a: Parts, b: Parts): Parts {
  if (mode === "add")
    return a.map((e, i) => (e.dtype === "bool" ? prim.or(e, b[i] as Expr) : prim.add(e, b[i] as Expr)));
  const [[ar, ai], [br, bi]] = [a, b] as [[Expr, Expr], [Expr, Expr]];
  if (a.length === 1) return [ar.dtype === "bool" ? prim.and(ar, br) : prim.mul(ar, br)];
  const product = complexMul({ re: ar, im: ai }, { re: br, im: bi });
  return [product.re, product.im];
}

function cumulative(mode: "add" | "mul", x: TensorLike, axis: number | null | undefined): TensorVariable {
  const input = asTensor(x);
  if (axis === null || axis === undefined)
    return cumulativeOp(mode, null).call(input.ndim === 1 ? input : flatten(input));
  if (!Number.isInteger(axis) || axis >= input.ndim || axis < -input.ndim)
    throw new ValueError(
      `Cannot accumulate along axis ${axis} of ${input}: ${input.type}: it has ${input.ndim} dimensions`,
    );
  return cumulativeOp(mode, axis < 0 ? axis + input.ndim : axis).call(input);
}

/**
 * The sum of all elements up to each, along `axis`; of all elements in a row without.
 *
 * Shape and dtype of `x`: integers wrap. Throws a ValueError for an axis `x` has not. As `theano.tensor.extra_ops.cumsum`.
 */
export function cumsum<X extends TensorLike, A extends number | null | undefined = undefined>(
  x: X,
  axis?: A,
): Cumulative<X, A> {
  return cumulative("add", x, axis) as Cumulative<X, A>;
}

/**
 * The product of all elements up to each, along `axis`; of all elements in a row without.
 *
 * As `cumsum`; the gradient is NaN where an element is 0. As `theano.tensor.extra_ops.cumprod`.
 */
export function cumprod<X extends TensorLike, A extends number | null | undefined = undefined>(
  x: X,
  axis?: A,
): Cumulative<X, A> {
  return cumulative("mul", x, axis) as Cumulative<X, A>;
}

/** How often and along which axis to take differences. */
export interface DiffOptions {
  /** How often: once by default. */
  readonly n?: number | undefined;
  /** The last by default. */
  readonly axis?: number | undefined;
}

/** Each element less the one before it along an axis. */
export const diffOp: (axis: number) => TensorOp = /* @__PURE__ */ opFamily((axis) =>
  tensorOp({
    name: "DiffOp",
    params: { axis },
    type: ([x]) => [tensorType((x as TensorVariable).dtype, (x as TensorVariable).ndim)],
    shape: ([x = []]) => [x.map((n, d) => (d === axis ? prim.max(prim.sub(n, 1), 0) : n))],
    at(at, context) {
      const read = context.inputs[0] as Reader;
      const next = read(at.map((e, d) => (d === axis ? prim.add(e, 1) : e)));
      const here = read(at);
      return [
        next.map((e, i) =>
          e.dtype === "bool" ? prim.xor(e, here[i] as Expr) : prim.sub(e, here[i] as Expr),
        ),
      ];
    },
    grad([v], _, [g]) {
      if (g === disconnected || !g) return [disconnected];
      const x = v as TensorVariable;
      if (x.ndim !== 1)
        throw new NotImplementedError("Cannot take the gradient of diff: it is there for vectors only");
      const zero = constant([0], { dtype: g.dtype });
      return [sub(concatenate([zero, g]), concatenate([g, zero]))];
    },
  }),
);

/**
 * Each element less the one before it, along `axis`; `n` times over.
 *
 * dtype of `x`, and its shape but for `axis`, which is `n` shorter. As `theano.tensor.extra_ops.diff`.
 */
export function diff<X extends TensorLike>(
  x: X,
  options: DiffOptions = {},
): TensorVariable<SoleDType<X>, RankOf<X>> {
  const { n = 1, axis = -1 } = options;
  let result = asTensor(x);
  if (axis < -result.ndim || axis >= result.ndim)
    throw new ValueError(`Cannot take differences along axis ${axis} of ${result}: ${result.type}`);
  for (let i = 0; i < n; i++) result = diffOp(axis < 0 ? axis + result.ndim : axis).call(result);
  return result as TensorVariable<SoleDType<X>, RankOf<X>>;
}
