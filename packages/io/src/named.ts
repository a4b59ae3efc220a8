import type { NDArray } from "@theano-ts/core";
import { FileError } from "./fileError.ts";

/** Arrays by name: an object, a Map, or pairs. */
export type NamedArrays = Readonly<Record<string, NDArray>> | Iterable<readonly [string, NDArray]>;

/** The same as a Map. Throws a FileError for a name that occurs twice. */
export function named(arrays: NamedArrays): Map<string, NDArray> {
  const pairs =
    Symbol.iterator in arrays
      ? [...(arrays as Iterable<readonly [string, NDArray]>)]
      : Object.entries(arrays);
  const map = new Map<string, NDArray>();
  for (const [name, array] of pairs) {
    if (map.has(name)) throw new FileError(`Cannot write two arrays of the name ${name}`);
    map.set(name, array);
  }
  return map;
}
