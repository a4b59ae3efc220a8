import { axis as loop, type DType, type Expr, index, int, reduce, type Reducer } from "@theano-ts/kernel";
import { ValueError } from "../../errors.ts";
import type { GradientTerm } from "../../graph/op.ts";
import type { Parts, Reader } from "../../tensor/meaning.ts";
import { type OutputGradient, type TensorOp, tensorOp } from "../../tensor/tensorOp.ts";
import { TensorType } from "../../tensor/tensorType.ts";
import type { TensorVariable } from "../../tensor/tensorVariable.ts";
import { castParts } from "../elemwise/elemwise.ts";
import { dimshuffle } from "../shape/dimshuffle.ts";

/** Which dimensions to reduce: one, several, or all if null or left out. Negative ones count from the last. */
export type Axis = number | readonly number[] | null | undefined;

/** `axis` as sorted, non-negative dimensions of a tensor of `ndim`. Throws a ValueError for those it has not. */
export function normalizeAxes(axis: Axis, ndim: number, what: string): number[] {
  const list = axis === null || axis === undefined ? [...Array(ndim).keys()] : typeof axis === "number" ? [axis] : axis;
  const positive = list.map((a) => {
    if (!Number.isInteger(a) || a < -ndim || a >= ndim)
      throw new ValueError(`Cannot take ${what} over axis ${a} of a tensor with ${ndim} dimensions`);
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
  grad?(x: TensorVariable, output: TensorVariable, g: OutputGradient): GradientTerm;
  rop?(x: TensorVariable, direction: TensorVariable): TensorVariable | null;
}

/** The operation that reduces `axes` of its operand, and drops them. */
export function reductionOp(record: ReductionRecord): TensorOp {
  const { axes, grad, rop } = record;
  const kept = (ndim: number): number[] => [...Array(ndim).keys()].filter((d) => !axes.includes(d));
  return tensorOp({
    name: record.name,
    params: { axes, accumulate: record.accumulate, dtype: record.dtype, ...record.params },
    reduces: true,
    cost: 1,
    type: ([x]) => {
      const { ndim, broadcastable } = x as TensorVariable;
      return [new TensorType(record.dtype, kept(ndim).map((d) => broadcastable[d] as boolean))];
    },
    shape: ([x = []]) => [kept(x.length).map((d) => x[d] as Expr)],
    at(at, context, node) {
      const dims = context.dims(node.inputs[0] as TensorVariable);
      const loops = axes.map((d) => loop(dims[d] as Expr));
      const place = (d: number): Expr =>
        axes.includes(d) ? index(loops[axes.indexOf(d)] as (typeof loops)[number]) : (at[kept(dims.length).indexOf(d)] as Expr);
      const element = (context.inputs[0] as Reader)(dims.map((n, d) => (n.kind === "const" && n.value === 1 ? int(0) : place(d))));
      const parts = castParts(element, record.accumulate);
      const sums: Parts = record.together ? reduce(record.reducer, loops, parts) : parts.map((p) => reduce(record.reducer, loops, [p])[0] as Expr);
      return [castParts(sums, record.dtype)];
    },
    ...(grad
      ? {
          grad: (inputs: readonly TensorVariable[], outputs: readonly TensorVariable[], [g]: readonly OutputGradient[]) => [
            grad(inputs[0] as TensorVariable, outputs[0] as TensorVariable, g as OutputGradient),
          ],
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
  return dimshuffle(reduced, ...Array.from({ length: ndim }, (_, d): number | "x" => (axes.includes(d) ? "x" : next++)));
}
