import {
  constant,
  isTensor,
  makeVector,
  type TensorVariable,
  TheanoTypeError,
  ValueError,
} from "@theano-ts/core";
import { isInteger } from "@theano-ts/kernel";
import type { DrawSize } from "../size.ts";

/** A size with what is known of it: an integer vector, and its elements where they were listed. */
export interface MrgSize {
  readonly vector: TensorVariable;
  /** Undefined for a vector variable. */
  readonly listed: readonly (number | TensorVariable)[] | undefined;
}

/**
 * What `size` says: sizes above 0, or integer scalars, or an integer vector. Throws a TypeError for what is no size, a
 * ValueError for a size of 0 or less.
 */
export function readSize(size: DrawSize): MrgSize {
  if (isTensor(size) && size.ndim === 1 && isInteger(size.dtype)) return { vector: size, listed: undefined };
  const items = Array.isArray(size) ? (size as readonly (number | bigint | TensorVariable)[]) : [size];
  const listed = items.map((n) => checked(n as number | bigint | TensorVariable));
  const vector = listed.every((n) => typeof n === "number")
    ? constant(listed, { dtype: "int64" })
    : makeVector(
        listed.map((n) => (typeof n === "number" ? constant(n, { dtype: "int64" }) : n)),
        "int64",
      );
  return { vector, listed };
}

function checked(n: number | bigint | TensorVariable): number | TensorVariable {
  if (isTensor(n)) {
    if (n.ndim === 0 && isInteger(n.dtype)) return n;
    throw new TheanoTypeError(`Cannot draw the size ${n}: ${n.type}: sizes are integer scalars`);
  }
  if ((typeof n !== "number" && typeof n !== "bigint") || !Number.isInteger(Number(n)))
    throw new TheanoTypeError(
      `Cannot draw the size ${String(n)}: a size is a list of integers, or an integer vector`,
    );
  if (n <= 0)
    throw new ValueError(
      `Cannot draw the size ${n}: the specified size contains a dimension with value <= 0`,
    );
  return Number(n);
}

/** Streams that draw a size that is not known, or a large one. */
const most = 60 * 256;

/** How many streams take turns in a draw: one for six numbers of a known size. */
export function guessStreams({ listed }: MrgSize): number {
  if (!listed?.every((n) => typeof n === "number")) return most;
  const count = (listed as number[]).reduce((a, b) => a * b, 1);
  return Math.min(count > 6 ? Math.floor(count / 6) : count, most);
}
