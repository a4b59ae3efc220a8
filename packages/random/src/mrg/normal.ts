import {
  add,
  constant,
  cos,
  gt,
  intDiv,
  invert,
  join,
  log,
  lt,
  mod,
  mul,
  nonzero,
  or,
  reshape,
  shapeI,
  sin,
  slice,
  sqrt,
  subtensor,
  type TensorVariable,
} from "@theano-ts/core";
import type { DType } from "@theano-ts/kernel";
import { countOf } from "../size.ts";

/** Draws so many uniform numbers of (low, 1). */
export type DrawUniform = (count: TensorVariable, low: TensorVariable | number) => TensorVariable;

/**
 * Standard gaussians of this shape from uniform numbers, by G. E. P. Box and M. E. Muller, "A note on the generation of
 * random normal deviates" (1958): the first half of the numbers gives radii, the second angles. With `truncate`, those
 * beyond 2 are drawn again, with radii below 2.
 */
export function boxMuller(
  uniform: DrawUniform,
  size: TensorVariable,
  ndim: number,
  dtype: DType,
  truncate: boolean,
): TensorVariable {
  const literal = (x: number): TensorVariable => constant(x, { dtype });
  const radius = (u: TensorVariable): TensorVariable => sqrt(mul(literal(-2), log(u))) as TensorVariable;
  const count = countOf(size, ndim);
  const even = add(count, mod(count, 2)) as TensorVariable;
  const drawn = uniform(even, 0);
  const half = intDiv(even, 2) as TensorVariable;
  const r = radius(subtensor(drawn, slice(null, half)) as TensorVariable);
  const angle = mul(literal(2 * Math.PI), subtensor(drawn, slice(half))) as TensorVariable;
  const [cosine, sine] = [cos(angle), sin(angle)] as [TensorVariable, TensorVariable];
  const halves = [mul(r, cosine), mul(r, sine)] as [TensorVariable, TensorVariable];
  const samples = truncate ? withinTwo(halves, [cosine, sine], uniform, radius, dtype) : join(0, ...halves);
  const wanted = subtensor(samples as TensorVariable, slice(null, count)) as TensorVariable;
  return reshape(wanted, size, { ndim }) as TensorVariable;
}

/** Those within 2 first, then those drawn again, of either half. */
function withinTwo(
  halves: readonly TensorVariable[],
  directions: readonly TensorVariable[],
  uniform: DrawUniform,
  radius: (u: TensorVariable) => TensorVariable,
  dtype: DType,
): TensorVariable {
  const beyond = halves.map((z) => or(lt(z, -2), gt(z, 2)) as TensorVariable);
  const valid = halves.map((z, k) =>
    pick(z, nonzero(invert(beyond[k] as TensorVariable))[0] as TensorVariable),
  );
  const again = beyond.map((b) => nonzero(b)[0] as TensorVariable);
  const [first, second] = again.map((places) => shapeI(places, 0)) as [TensorVariable, TensorVariable];
  const redrawn = radius(uniform(add(first, second) as TensorVariable, constant(Math.E ** -2, { dtype })));
  const parts = [slice(null, first), slice(first)];
  const fixed = again.map((places, k) =>
    mul(subtensor(redrawn, parts[k] as never), pick(directions[k] as TensorVariable, places)),
  );
  return join(
    0,
    valid[0] as never,
    fixed[0] as never,
    valid[1] as never,
    fixed[1] as never,
  ) as TensorVariable;
}

const pick = (x: TensorVariable, places: TensorVariable): TensorVariable =>
  subtensor(x, places) as TensorVariable;
