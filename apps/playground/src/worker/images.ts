import type { NDArray } from "theano-ts";
import type { Images } from "../messages.ts";

/** How many numbers there may be: more are slow to draw, and no smaller pixels can be seen. */
const most = 2 ** 18;

/** The numbers of a matrix, or of a list of matrices, that is of a size to be looked at. */
export function imagesOf(array: NDArray): Images | undefined {
  const [width = 0, height = 0, count = 1] = [...array.shape].reverse();
  const isFit = array.ndim === 2 || array.ndim === 3;
  if (!isFit || width < 4 || height < 4 || array.size > most || array.dtype.startsWith("complex"))
    return undefined;
  const rows = array.toArray() as readonly unknown[];
  return { count, height, width, values: Float32Array.from(rows.flat(2).map(Number)) };
}
