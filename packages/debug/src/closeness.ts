import type { RealDType, TypedArray } from "@theano-ts/kernel";

/** Where two results differ most. */
export interface Difference {
  /** The place in the flat array. */
  readonly at: number;
  readonly expected: number | bigint;
  readonly got: number | bigint;
}

/**
 * What two ways to the same numbers may differ by, relative to the largest of them: sums are added in another order,
 * and each function is off by a few units in the last place.
 */
const tolerances: Readonly<Partial<Record<RealDType, number>>> = {
  float16: 1e-2,
  float32: 1e-4,
  float64: 1e-9,
};

/**
 * The first place where `got` is not what it should be; undefined if all is well. Integers must be equal. Floats may
 * differ by the tolerance of their dtype times the larger of the number and a thousandth of the largest: a sum that
 * cancels keeps the error of its terms. With `forgiving`, anything may
 * be in the place of a NaN or an infinity that was expected: a better formula.
 */
export function difference(
  expected: TypedArray,
  got: TypedArray,
  dtype: RealDType,
  { forgiving = false }: { readonly forgiving?: boolean } = {},
): Difference | undefined {
  const tolerance = tolerances[dtype];
  const scale = tolerance === undefined ? 0 : largest(expected);
  for (let at = 0; at < expected.length; at++) {
    const [e, g] = [expected[at] as number | bigint, got[at] as number | bigint];
    if (Object.is(e, g) || e === g) continue;
    if (tolerance === undefined) return { at, expected: e, got: g };
    const [x, y] = [Number(e), Number(g)];
    if (forgiving && !Number.isFinite(x)) continue;
    if (x !== x && y !== y) continue;
    if (!(Math.abs(x - y) <= tolerance * Math.max(Math.abs(x), scale * 1e-3)))
      return { at, expected: e, got: g };
  }
  return undefined;
}

function largest(data: TypedArray): number {
  let most = 0;
  for (const x of data as Float64Array) if (Number.isFinite(x) && Math.abs(x) > most) most = Math.abs(x);
  return most;
}
