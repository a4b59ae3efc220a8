import {
  type DType,
  type Expr,
  index,
  int,
  isDiscrete,
  axis as loop,
  type Reducer,
  reduce,
} from "@theano-ts/kernel";
import { ValueError } from "../../errors.ts";
import { disconnected, type GradientTerm } from "../../graph/op.ts";
import type { Parts, Reader, ShapeContext } from "../../tensor/meaning.ts";
import { type OutputGradient, type TensorOp, tensorOp } from "../../tensor/tensorOp.ts";
import { TensorType } from "../../tensor/tensorType.ts";
import type { TensorVariable } from "../../tensor/tensorVariable.ts";
import { flat } from "../elemwise/basic.ts";
import { castParts } from "../elemwise/elemwise.ts";
import { dimshuffle } from "../shape/dimshuffle.ts";

/** Which dimensions to reduce: one, several, or all if null or left out. Negative ones count from the last. */
export type Axis = number | readonly number[] | null | undefined;

/** What every reduction may be told. */
export interface ReduceOptions {
  readonly axis?: Axis;
  /** Whether reduced dimensions stay, with size 1. */
  readonly keepdims?: boolean | undefined;
}

/** Whether all dimensions are meant, however many there are. */
export const isWhole = (axis: Axis): boolean => axis === null || axis === undefined;

/** `axis` as sorted, non-negative dimensions of a tensor of `ndim`. Throws a ValueError for those it has not. */
export function normalizeAxes(axis: Axis, ndim: number, what: string): number[] {
  const list =
    axis === null || axis === undefined ? [...Array(ndim).keys()] : typeof axis === "number" ? [axis] : axis;
  const positive = list.map((a) => {
    if (!Number.isInteger(a) || a < -ndim || a >= ndim)
      throw new ValueError(
        `Cannot take ${what} over axis ${a} of a tensor with ${ndim} dimension${ndim === 1 ? "" : "s"}`,
      );
    return a < 0 ? a + ndim : a;
  });
  return [...new Set(positive)].sort((a, b) => a - b);
}

/** What distinguishes one reduction from another. */
export interface ReductionRecord {
  /** As Theano prints it: `Sum{axis=[1], acc_dtype=float64}`. */
  readonly name: string;
  readonly axes: readonly number[];
  /** The dtype that elements are converted to first, and the sum is kept in. */
  readonly accumulate: DType;
  readonly dtype: DType;
  readonly reducer: Reducer;
  /** Whether the two parts of a complex number are reduced together, not each by itself. */
  readonly together?: boolean;
  readonly params?: Readonly<Record<string, unknown>>;
  /** What is demanded of the sizes. */
  check?(dims: readonly Expr[], context: ShapeContext): void;
  /** Not asked where the result is discrete: the gradient is zero there. */
  grad?(x: TensorVariable, output: TensorVariable, g: TensorVariable): GradientTerm;
  rop?(x: TensorVariable, direction: TensorVariable): TensorVariable | null;
}

/** The dimensions of a tensor of `ndim` that remain when `axes` are reduced. */
export const keptDims = (axes: readonly number[], ndim: number): number[] =>
  [...Array(ndim).keys()].filter((d) => !axes.includes(d));

/** Loops over `axes` of an operand of these sizes, and its coordinates inside them at the place `at` of the result. */
export function reductionLoops(
  axes: readonly number[],
  dims: readonly Expr[],
  at: readonly Expr[],
): { readonly loops: readonly ReturnType<typeof loop>[]; readonly place: readonly Expr[] } {
  const loops = axes.map((d) => loop(dims[d] as Expr));
  const kept = keptDims(axes, dims.length);
  const coordinate = (d: number): Expr => {
    const k = axes.indexOf(d);
    return k >= 0 ? index(loops[k] as (typeof loops)[number]) : (at[kept.indexOf(d)] as Expr);
  };
  const place = dims.map((n, d) => (n.kind === "const" && n.value === 1 ? int(0) : coordinate(d)));
  return { loops, place };
}

/** The operation that reduces `axes` of its operand, and drops them. */
export function reductionOp(record: ReductionRecord): TensorOp {
  const { axes, grad, rop } = record;
  return tensorOp({
    name: record.name,
    params: { axes, accumulate: record.accumulate, dtype: record.dtype, ...record.params },
    reduces: true,
    cost: 1,
    type: ([x]) => {
      const { ndim, broadcastable } = x as TensorVariable;
      return [
        new TensorType(
          record.dtype,
          keptDims(axes, ndim).map((d) => broadcastable[d] as boolean),
        ),
      ];
    },
    shape([x = []], context) {
      record.check?.(x, context);
      return [keptDims(axes, x.length).map((d) => x[d] as Expr)];
    },
    at(at, context, node) {
      const dims = context.dims(node.inputs[0] as TensorVariable);
      const { loops, place } = reductionLoops(axes, dims, at);
      const parts = castParts((context.inputs[0] as Reader)(place), record.accumulate);
      const sums: Parts = record.together
        ? reduce(record.reducer, loops, parts)
        : parts.map((p) => reduce(record.reducer, loops, [p])[0] as Expr);
      return [castParts(sums, record.dtype)];
    },
    ...(grad
      ? {
          grad(
            [x]: readonly TensorVariable[],
            [y]: readonly TensorVariable[],
            [g]: readonly OutputGradient[],
          ) {
            if (g === disconnected || !g) return [disconnected];
            return [
              isDiscrete(record.dtype)
                ? flat(x as TensorVariable)
                : grad(x as TensorVariable, y as TensorVariable, g),
            ];
          },
        }
      : {}),
    ...(rop
      ? {
          rop: ([x]: readonly TensorVariable[], [direction]: readonly (TensorVariable | null)[]) => [
            direction ? rop(x as TensorVariable, direction) : null,
          ],
        }
      : {}),
  });
}

/** `reduced` with the dimensions `axes`, which were dropped from `ndim`, back as broadcastable ones. */
export function restoreDims(reduced: TensorVariable, axes: readonly number[], ndim: number): TensorVariable {
  let next = 0;
  return dimshuffle(
    reduced,
    ...Array.from({ length: ndim }, (_, d): number | "x" => (axes.includes(d) ? "x" : next++)),
  );
}

/** `reduced`, with dropped dimensions back if `keepdims` asks for it. */
export function finish(
  reduced: TensorVariable,
  axes: readonly number[],
  ndim: number,
  { keepdims = false }: ReduceOptions,
): TensorVariable {
  return keepdims ? restoreDims(reduced, axes, ndim) : reduced;
}
