import type { NDArray } from "@theano-ts/core";
import { ByteReader, joined } from "./bytes.ts";
import { type NamedArrays, named } from "./named.ts";
import { readNpy, writeNpy } from "./npy.ts";
import { zipContent, zipEntries } from "./unzip.ts";
import { zipChunks } from "./zip.ts";

/**
 * The arrays in the bytes of an npz file, by name: stored or deflated, of any size. As `numpy.load`.
 *
 * Throws a FileError for bytes that are no such file, or not all of one, or damaged, and for something in it that is no
 * array. Nothing is allocated before it is known that the bytes can hold it.
 */
export function readNpz(bytes: Uint8Array, name = "an npz file"): Map<string, NDArray> {
  const reader = new ByteReader(bytes, name);
  const arrays = new Map<string, NDArray>();
  for (const entry of zipEntries(reader)) {
    const key = entry.name.replace(/\.npy$/, "");
    if (arrays.has(key)) throw reader.error(`there are two arrays of the name ${key} in it`);
    arrays.set(key, readNpy(zipContent(reader, entry), `${entry.name} in ${name}`));
  }
  return arrays;
}

/** How an npz file is written. */
export interface NpzOptions {
  /** Whether it is compressed, which takes time and helps little with noise: no by default. */
  readonly compress?: boolean;
}

/** The bytes of an npz file, as `numpy.savez` and, with `compress`, `numpy.savez_compressed` write them. */
export const writeNpz = (arrays: NamedArrays, options: NpzOptions = {}): Uint8Array =>
  joined(npzChunks(arrays, options));

/** The same in parts, to be written one after the other: array after array, each made when it is asked for. */
export function* npzChunks(
  arrays: NamedArrays,
  { compress = false }: NpzOptions = {},
): Generator<Uint8Array> {
  yield* zipChunks(contents(named(arrays)), compress);
}

function* contents(arrays: ReadonlyMap<string, NDArray>): Generator<readonly [string, Uint8Array]> {
  for (const [name, array] of arrays) yield [`${name}.npy`, writeNpy(array)];
}
