import { allocate, type Backend, type TypedArray } from "@theano-ts/kernel";

/** A float that tests use where it does not matter which. */
export type Float = "float32" | "float64";

/** The widest float of a backend. */
export const floatOf = ({ supports }: Backend): Float =>
  supports.dtypes.has("float64") ? "float64" : "float32";

/** These numbers, which must be exact in `dtype`. */
export function floats(dtype: Float, values: Iterable<number>): TypedArray {
  const list = [...values];
  const data = allocate(dtype, list.length) as Float32Array | Float64Array;
  data.set(list);
  return data;
}
