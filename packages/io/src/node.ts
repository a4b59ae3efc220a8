import { randomUUID } from "node:crypto";
import { open, readFile, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { NDArray } from "@theano-ts/core";
import { type NamedShared, type RestoreOptions, setSharedValues, sharedValues } from "./checkpoint.ts";
import { FileError } from "./fileError.ts";
import type { NamedArrays } from "./named.ts";
import { npyChunks, readNpy } from "./npy.ts";
import { npzChunks, readNpz } from "./npz.ts";
import { readSafetensors, safetensorsChunks } from "./safetensors.ts";

// Files, for Node and its kin: browsers are given bytes, and never this.

/** The array in an npy file. Throws a FileError for what is none. As `numpy.load`. */
export const loadArray = async (path: string): Promise<NDArray> => readNpy(await readFile(path), path);

/** Writes an npy file, whole or not at all. As `numpy.save`. */
export const saveArray = (path: string, array: NDArray): Promise<void> => writeFile(path, npyChunks(array));

/** The arrays in a file, by name: safetensors if it is called so, else npz. Throws a FileError for what is neither. */
export async function loadArrays(path: string): Promise<ReadonlyMap<string, NDArray>> {
  const bytes = await readFile(path);
  return formatOf(path) === "npz" ? readNpz(bytes, path) : readSafetensors(bytes, path).arrays;
}

/** How arrays are written. */
export interface SaveOptions {
  /** Of npz: whether it is compressed. */
  readonly compress?: boolean;
  /** Of safetensors: notes by name. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/**
 * Writes arrays by name, whole or not at all: as safetensors or npz, by the end of the path. Throws a FileError for
 * another, and for dtypes that the format does not have.
 */
export async function saveArrays(
  path: string,
  arrays: NamedArrays,
  options: SaveOptions = {},
): Promise<void> {
  await writeFile(
    path,
    formatOf(path) === "npz" ? npzChunks(arrays, options) : safetensorsChunks(arrays, options),
  );
}

/** Writes the values of shared variables by name, whole or not at all: a checkpoint. Formats as of `saveArrays`. */
export async function saveShared(
  path: string,
  variables: NamedShared,
  options: SaveOptions = {},
): Promise<void> {
  await saveArrays(path, await sharedValues(variables), options);
}

/**
 * Sets shared variables to the values in a file by `saveShared`. The file and all values are checked before the first
 * is set, so that an error leaves everything as it was. Throws as `setSharedValues`, and a FileError for a bad file.
 */
export async function loadShared(
  path: string,
  variables: NamedShared,
  options: RestoreOptions = {},
): Promise<void> {
  setSharedValues(variables, await loadArrays(path), options);
}

/** Writes a text, such as the JSON of a graph, whole or not at all. */
export const saveText = (path: string, text: string): Promise<void> =>
  writeFile(path, [new TextEncoder().encode(text)]);

/** The text in a file. */
export const loadText = (path: string): Promise<string> => readFile(path, "utf8");

function formatOf(path: string): "npz" | "safetensors" {
  if (path.endsWith(".npz")) return "npz";
  if (path.endsWith(".safetensors")) return "safetensors";
  throw new FileError(`Cannot tell the format of ${path}: it ends neither in .npz nor in .safetensors`);
}

/**
 * Writes `chunks` to a file beside `path` and then moves it there, once all is on the disk: whoever reads `path` finds
 * what was there before or all that is new, whenever the program is killed or the machine loses power.
 */
async function writeFile(path: string, chunks: Iterable<Uint8Array>): Promise<void> {
  const beside = join(dirname(path), `.${basename(path)}.${randomUUID()}.tmp`);
  const file = await open(beside, "wx");
  try {
    try {
      for (const chunk of chunks) await file.writeFile(chunk);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(beside, path);
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
  await syncFolder(dirname(path));
}

/** Puts the new name on the disk too, where folders can be opened; on Windows they cannot, and need not. */
async function syncFolder(path: string): Promise<void> {
  try {
    const folder = await open(path, "r");
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  } catch {
    // The file is whole either way; only which of the two is found after a loss of power is left to the system.
  }
}
