import { bytesOf, isDType } from "@theano-ts/kernel";
import { fromBytes } from "../value/make.ts";
import type { NDArray } from "../value/ndarray.ts";
import { fromBase64, toBase64 } from "./base64.ts";
import { type ArrayText, DocumentError } from "./document.ts";
import { brief, fields, text, unexpected } from "./fields.ts";

/** The most dimensions that an array or a type in a document has: twice what NumPy's arrays can have. */
export const maxRank = 64;

/** Arrays that are kept outside of a document, by name. */
export type StoredArrays = ReadonlyMap<string, NDArray>;

/** `array` as text, bit for bit; one of more than 64 bytes goes to `stored`, if there is such a place. */
export function arrayText(array: NDArray, stored: Map<string, NDArray> | undefined): ArrayText {
  const { dtype, shape } = array;
  const { buffer, byteOffset, byteLength } = array.copy().data;
  if (!stored || byteLength <= 64)
    return { dtype, shape, base64: toBase64(new Uint8Array(buffer, byteOffset, byteLength)) };
  const key = `array${stored.size}`;
  stored.set(key, array);
  return { dtype, shape, stored: key };
}

/**
 * The array that a text is of. Sizes are compared with what is there before anything is allocated. Throws a
 * DocumentError for a text of none.
 */
export function readArray(x: unknown, where: string, stored: StoredArrays | undefined): NDArray {
  const array = fields(x, where);
  const dtype = array.get("dtype");
  const shape = array.get("shape");
  if (!isDType(dtype)) throw unexpected(dtype, "a dtype", where);
  if (!isShape(shape)) throw unexpected(shape, "a shape", where);
  if (array.has("stored")) return takeStored(text(array.get("stored"), where), dtype, shape, where, stored);
  const base64 = text(array.get("base64"), where);
  const count = shape.reduce((product, n) => product * n, bytesOf(dtype));
  if (base64.length !== 4 * Math.ceil(count / 3))
    throw new DocumentError(
      `Cannot read ${where}: ${dtype}(${shape.join(", ")}) takes ${count} bytes, and there are ${base64.length} letters of base64`,
    );
  const bytes = fromBase64(base64);
  if (bytes?.length !== count) throw unexpected(base64, `${count} bytes in base64`, where);
  if (dtype === "bool" && bytes.some((b) => b > 1)) throw unexpected(base64, "bytes 0 and 1", where);
  return fromBytes(bytes, dtype, shape);
}

function takeStored(
  key: string,
  dtype: string,
  shape: readonly number[],
  where: string,
  stored: StoredArrays | undefined,
): NDArray {
  const found = stored?.get(key);
  if (!found)
    throw new DocumentError(
      `Cannot read ${where}: there is no array ${brief(key)}: give those it was saved with in arrays`,
    );
  if (found.dtype !== dtype || String(found.shape) !== String(shape))
    throw new DocumentError(
      `Cannot read ${where}: the array ${brief(key)} is ${found.dtype}(${found.shape.join(", ")}), not ${dtype}(${shape.join(", ")})`,
    );
  return found.copy();
}

/** Whether `x` is sizes whose product can be counted, also without those that are 0. */
function isShape(x: unknown): x is readonly number[] {
  return (
    Array.isArray(x) &&
    x.length <= maxRank &&
    x.every((n) => Number.isSafeInteger(n) && n >= 0) &&
    Number.isSafeInteger(16 * x.reduce((product: number, n: number) => product * (n || 1), 1))
  );
}
