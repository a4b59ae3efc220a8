import { readImaginary, readReal } from "./element.ts";
import { broadcastShapes, broadcastStrides } from "./indexing.ts";
import { positions, type Strided } from "./storage.ts";

/** Tolerances of `allclose`. */
export interface Closeness {
  /** Relative to the other array's element; 1e-5 by default. */
  readonly rtol?: number;
  /** Added to it; 1e-8 by default. */
  readonly atol?: number;
  /** Whether NaN equals NaN; it does not by default. */
  readonly equalNan?: boolean;
}

/** Whether shapes and values are the same; NaN equals nothing, as `numpy.array_equal`. */
export const isEqual = (x: Strided, y: Strided): boolean =>
  x.shape.length === y.shape.length &&
  x.shape.every((length, axis) => length === y.shape[axis]) &&
  // `==` compares a bigint with a number by value.
  // biome-ignore lint/suspicious/noDoubleEquals: see above
  everyPair(x, y, (re, im, otherRe, otherIm) => re == otherRe && im === otherIm);

/** Whether `|x - y| ≤ atol + rtol·|y|` for all elements, broadcast, as `numpy.allclose`. */
export function isClose(x: Strided, y: Strided, closeness: Closeness): boolean {
  const { rtol = 1e-5, atol = 1e-8, equalNan = false } = closeness;
  return everyPair(x, y, (exactRe, im, exactOther, otherIm) => {
    const [re, otherRe] = [Number(exactRe), Number(exactOther)];
    const undefinedHere = Number.isNaN(re) || Number.isNaN(im);
    const undefinedThere = Number.isNaN(otherRe) || Number.isNaN(otherIm);
    if (undefinedHere || undefinedThere) return equalNan && undefinedHere && undefinedThere;
    if (re === otherRe && im === otherIm) return true;
    const size = Math.hypot(otherRe, otherIm);
    return Number.isFinite(size) && Math.hypot(re - otherRe, im - otherIm) <= atol + rtol * size;
  });
}

type Test = (re: number | bigint, im: number, otherRe: number | bigint, otherIm: number) => boolean;

function everyPair(x: Strided, y: Strided, test: Test): boolean {
  const shape = broadcastShapes([x.shape, y.shape]);
  const stretched = (z: Strided): Int32Array =>
    positions({ shape, strides: broadcastStrides(z.shape, z.strides, shape), offset: z.offset });
  const others = stretched(y);
  const [a, b] = [x.storage.data, y.storage.data];
  return stretched(x).every((place, i) => {
    const other = others[i]!;
    return test(
      readReal(a, x.dtype, place),
      readImaginary(a, x.dtype, place),
      readReal(b, y.dtype, other),
      readImaginary(b, y.dtype, other),
    );
  });
}
