import { isTensor, type TensorVariable } from "@theano-ts/core";
import type { DType } from "@theano-ts/kernel";
import type { DrawRank, DrawSize } from "./size.ts";

/** What every draw can be told. */
export interface DrawOptions<S extends DrawSize = DrawSize, D extends DType = DType> {
  /** The shape of the result; that of the parameters if left out. */
  readonly size?: S;
  /** How many dimensions, where the size does not say. */
  readonly ndim?: number | null;
  /** Of the result. */
  readonly dtype?: D;
}

/**
 * A method that draws: the size comes first, or among the options. `Own` are the options of its distribution, `Default`
 * is its dtype, `Extra` what there is to know about a variable that was drawn.
 */
export interface DrawMethod<Own, Default extends DType, Extra> {
  <const S extends DrawSize = undefined, D extends DType = Default>(
    options?: Own & DrawOptions<S, D>,
  ): TensorVariable<D, DrawRank<S>> & Extra;
  <const S extends DrawSize, D extends DType = Default>(
    size: S,
    options?: Own & Omit<DrawOptions<undefined, D>, "size">,
  ): TensorVariable<D, DrawRank<S>> & Extra;
}

/** A method from what it does with its options, in one object. */
export const drawMethod = <Own, Default extends DType, Extra>(
  draw: (options: Own & DrawOptions) => TensorVariable,
): DrawMethod<Own, Default, Extra> =>
  ((first?: DrawSize | (Own & DrawOptions), second?: Own & DrawOptions) =>
    draw(
      isOptions(first)
        ? first
        : ({ ...second, ...(first === undefined ? {} : { size: first }) } as Own & DrawOptions),
    )) as DrawMethod<Own, Default, Extra>;

const isOptions = <Own>(x: DrawSize | (Own & DrawOptions)): x is Own & DrawOptions =>
  typeof x === "object" && x !== null && !Array.isArray(x) && !isTensor(x);
