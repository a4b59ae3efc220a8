import { dtypes, isBig, isComplex, isFloat, type RealDType, rangeOf } from "./dtype.ts";
import { axis, index, input, load, type Scalar } from "./expr.ts";
import { cast } from "./prims.ts";
import { castScalar } from "./scalar.ts";

const real = dtypes.filter((d): d is RealDType => !isComplex(d));

/** Values at the ends of a dtype, and between. */
function valuesOf(dtype: RealDType): Scalar[] {
  if (isFloat(dtype)) return [0, -0, 1, -1, 0.5, -2.5, 100.25, 2 ** 15, Infinity, -Infinity, Number.NaN];
  const { min, max } = rangeOf(dtype);
  const all = [min, max, max - 1n, 0n, 1n, ...(min < 0n ? [-1n] : []), ...(max > 200n ? [200n] : [])];
  return isBig(dtype) ? all : all.map(Number);
}

test("casts that are left out change no value", () => {
  let shortened = 0;
  for (const from of real)
    for (const middle of real)
      for (const to of real) {
        const x = load(input(from, 1), [index(axis(3))]);
        const twice = cast(cast(x, middle), to);
        const isOne = twice === x || (twice.kind === "call" && twice.args[0] === x);
        if (!isOne || from === middle || middle === to) continue;
        shortened++;
        const [first, second, at] = [castScalar(from, middle), castScalar(middle, to), castScalar(from, to)];
        for (const v of valuesOf(from))
          expect([from, middle, to, v, at(v)]).toEqual([from, middle, to, v, second(first(v))]);
      }
  expect(shortened).toBeGreaterThan(100);
});
