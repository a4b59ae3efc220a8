import {
  type ArrayInput,
  type FloatX,
  type NDArray,
  type SharedOptions,
  type SharedVariable,
  shared as sharedOf,
} from "@theano-ts/core";
import type { DType } from "@theano-ts/kernel";

type WithDType<D extends DType> = SharedOptions & { readonly dtype: D };
type Numbers = readonly number[];

/**
 * A variable with a value that outlives calls: functions read it, and `updates` change it.
 *
 * A number is a float (`config.floatX`), a bigint an int64, unless `dtype` says otherwise; arrays keep their dtype. As
 * `theano.shared`.
 */
export interface Shared {
  <D extends DType>(value: number | bigint | boolean, options: WithDType<D>): SharedVariable<D, 0>;
  <D extends DType>(value: Numbers, options: WithDType<D>): SharedVariable<D, 1>;
  <D extends DType>(value: readonly Numbers[], options: WithDType<D>): SharedVariable<D, 2>;
  (value: number, options?: SharedOptions): SharedVariable<FloatX, 0>;
  (value: bigint, options?: SharedOptions): SharedVariable<"int64", 0>;
  (value: boolean, options?: SharedOptions): SharedVariable<"bool", 0>;
  // biome-ignore lint/suspicious/noExplicitAny: of whatever dtype and rank
  <A extends NDArray<any, any>>(value: A, options?: SharedOptions): SharedVariable<A["dtype"], A["ndim"]>;
  (value: Float64Array, options?: SharedOptions): SharedVariable<"float64", 1>;
  (value: Float32Array, options?: SharedOptions): SharedVariable<"float32", 1>;
  (value: Int32Array, options?: SharedOptions): SharedVariable<"int32", 1>;
  (value: Numbers, options?: SharedOptions): SharedVariable<FloatX, 1>;
  (value: readonly Numbers[], options?: SharedOptions): SharedVariable<FloatX, 2>;
  (value: readonly (readonly Numbers[])[], options?: SharedOptions): SharedVariable<FloatX, 3>;
  <V extends SharedVariable>(value: { toShared(options: SharedOptions): V }, options?: SharedOptions): V;
  // biome-ignore lint/suspicious/noExplicitAny: dtype and rank are known when the program runs
  (value: ArrayInput, options?: SharedOptions): SharedVariable<any, any, NDArray<any, any>>;
}

/** `theano.shared`: see {@link Shared}. */
export const shared: Shared = sharedOf as Shared;
