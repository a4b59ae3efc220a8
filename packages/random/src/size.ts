import {
  add,
  asTensor,
  cast,
  constant,
  isConstant,
  isTensor,
  knownLength,
  makeVector,
  mul,
  shape as shapeOf,
  subtensor,
  type TensorVariable,
  TheanoTypeError,
  ValueError,
} from "@theano-ts/core";
import { isInteger } from "@theano-ts/kernel";

/**
 * The shape of what is drawn: sizes that are numbers or integer scalars (−1: as large as the parameters), an integer
 * vector, or a number for a vector's length; left out, the shape that the parameters stretch to.
 */
export type DrawSize =
  | number
  | readonly (number | bigint | TensorVariable)[]
  | TensorVariable
  | null
  | undefined;

/** How many axes a size asks for; unknown without one. */
export type DrawRank<S extends DrawSize> = S extends readonly unknown[]
  ? number extends S["length"]
    ? number
    : S["length"]
  : S extends number
    ? 1
    : number;

/** A size as the operations take it. */
export interface Drawn {
  readonly ndim: number;
  /** An int64 vector. */
  readonly size: TensorVariable;
  readonly broadcastable: readonly boolean[];
}

/**
 * What `size` says of a draw with these parameters; `ndim` is needed for a vector of unknown length only.
 *
 * Throws a TypeError for what is no size, a ValueError for an unknown length, for an `ndim` that contradicts, or for
 * parameters of more dimensions.
 */
export function sizeOfDraw(
  size: DrawSize,
  ndim: number | null | undefined,
  parameters: readonly TensorVariable[],
): Drawn {
  const drawn = read(size, ndim ?? undefined, parameters);
  const most = Math.max(0, ...parameters.map((p) => p.ndim));
  if (most > drawn.ndim)
    throw new ValueError(
      `Cannot draw ${drawn.ndim} dimensions with parameters of ${most}: ndim should be at least as big`,
    );
  return drawn;
}

function read(size: DrawSize, ndim: number | undefined, parameters: readonly TensorVariable[]): Drawn {
  if (size === null || size === undefined) return asParameters(parameters);
  if (isList(size)) return ofList(size, ndim, parameters);
  if (typeof size === "number" && Number.isInteger(size)) return ofList([size], ndim, parameters);
  const vector = asTensor(size);
  if (vector.ndim !== 1 || !isInteger(vector.dtype))
    throw new TheanoTypeError(
      `Cannot draw the size ${vector}: ${vector.type}: a size is an integer vector, or a list of integers`,
    );
  const length = ndim ?? knownLength(vector);
  if (length === undefined)
    throw new ValueError(`Cannot draw the size ${vector}: its length is not known yet: say it by ndim`);
  return { ndim: length, size: cast(vector, "int64"), broadcastable: Array<boolean>(length).fill(false) };
}

const isList = (size: DrawSize): size is readonly (number | bigint | TensorVariable)[] => Array.isArray(size);

/** The shape that parameters stretch to. */
function asParameters(parameters: readonly TensorVariable[]): Drawn {
  const [first, ...rest] = parameters;
  if (!first) throw new TheanoTypeError("Cannot draw without a size: say it by size");
  if (parameters.every((p) => p.ndim === 0)) return ofList([], undefined, parameters);
  const template = rest.reduce((a, b) => add(a, b) as TensorVariable, first);
  return { ndim: template.ndim, size: shapeOf(template), broadcastable: template.broadcastable };
}

function ofList(
  sizes: readonly (number | bigint | TensorVariable)[],
  ndim: number | undefined,
  parameters: readonly TensorVariable[],
): Drawn {
  if (ndim !== undefined && ndim !== sizes.length)
    throw new ValueError(
      `Cannot draw ${ndim} dimensions of the size (${sizes.join(", ")}): ndim should be ${sizes.length}`,
    );
  const items = sizes.map((n, d) =>
    isTensor(n) ? scalar(n) : Number(n) === -1 ? parameterSize(d, sizes.length, parameters) : known(n),
  );
  const broadcastable = items.map((n) => typeof n === "number" && n === 1);
  const size = items.every((n) => typeof n === "number")
    ? constant(items as number[], { dtype: "int64" })
    : makeVector(
        items.map((n) => (typeof n === "number" ? constant(n, { dtype: "int64" }) : n)),
        "int64",
      );
  return { ndim: sizes.length, size, broadcastable };
}

function known(n: number | bigint): number {
  const size = Number(n);
  if (Number.isInteger(size) && size >= 0) return size;
  throw size < 0
    ? new ValueError(`Cannot draw a size of ${n}: sizes are not negative`)
    : new TheanoTypeError(`Cannot draw a size of ${n}: sizes are integers`);
}

function scalar(n: TensorVariable): number | TensorVariable {
  if (n.ndim !== 0 || !isInteger(n.dtype))
    throw new TheanoTypeError(`Cannot draw the size ${n}: ${n.type}: sizes are integer scalars`);
  return isConstant(n) ? Number(n.data.item()) : cast(n, "int64");
}

/** The size along dimension `d` of `ndim` of the first parameter that has one of its own there. */
function parameterSize(
  d: number,
  ndim: number,
  parameters: readonly TensorVariable[],
): number | TensorVariable {
  const there = parameters.filter((p) => d >= ndim - p.ndim);
  if (there.length === 0)
    throw new ValueError(`Cannot draw the size -1 along dimension ${d}: no parameter has that dimension`);
  const own = (p: TensorVariable): number => d - ndim + p.ndim;
  const long = there.find((p) => !p.broadcastable[own(p)]);
  return long ? (subtensor(shapeOf(long), own(long)) as TensorVariable) : 1;
}

/** How many elements there are of a size with `ndim` elements: an int64 scalar. */
export function countOf(size: TensorVariable, ndim: number): TensorVariable {
  if (isConstant(size))
    return constant(
      Array.from(size.data.copy().data as ArrayLike<number>, Number).reduce((a, b) => a * b, 1),
      {
        dtype: "int64",
      },
    );
  const sizes = Array.from({ length: ndim }, (_, d) => cast(subtensor(size, d) as TensorVariable, "int64"));
  return sizes.reduce<TensorVariable>((a, b) => mul(a, b) as TensorVariable, constant(1, { dtype: "int64" }));
}
