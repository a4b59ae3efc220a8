import type { RealDType, TypedArray } from "@theano-ts/kernel";

const floats = /* @__PURE__ */ new Float32Array(1);
const words = /* @__PURE__ */ new Int32Array(floats.buffer);
const doubles = /* @__PURE__ */ new Float64Array(1);
const longs = /* @__PURE__ */ new BigInt64Array(doubles.buffer);

/** The position of a float among all floats of its width, so that neighbours differ by 1. */
function position(x: number, dtype: "float32" | "float64"): number {
  if (dtype === "float32") {
    floats[0] = x;
    const bits = words[0] as number;
    return bits < 0 ? -(bits & 0x7fffffff) : bits;
  }
  doubles[0] = x;
  const bits = longs[0] as bigint;
  return Number(bits < 0n ? -BigInt.asIntN(64, bits & 0x7fffffffffffffffn) : bits);
}

/** How many floats `a` is away from `b`; 0 for two NaNs, infinite for one. */
function ulps(a: number, b: number, dtype: "float32" | "float64"): number {
  if (a !== a || b !== b) return a !== a && b !== b ? 0 : Number.POSITIVE_INFINITY;
  return a === b ? 0 : Math.abs(position(a, dtype) - position(b, dtype));
}

/** Throws unless arrays agree: integers and bools exactly, floats within `bound` units in the last place, or `slack` in all. */
export function expectClose(
  got: TypedArray,
  meant: TypedArray,
  dtype: RealDType,
  bound: number,
  slack: number | ((i: number) => number) = 0,
  describe: (i: number) => string = (i) => `element ${i}`,
): void {
  if (got.length !== meant.length) throw new Error(`${got.length} numbers instead of ${meant.length}`);
  for (let i = 0; i < meant.length; i++) {
    const [a, b] = [got[i], meant[i]];
    if (a === b) continue;
    if (dtype !== "float32" && dtype !== "float64") throw new Error(`${describe(i)} is ${a} instead of ${b}`);
    const [x, y] = [a as number, b as number];
    const room = typeof slack === "number" ? slack : slack(i);
    if (Math.abs(x - y) <= room) continue;
    const off = ulps(x, y, dtype);
    if (off > bound)
      throw new Error(
        `${describe(i)} is ${x} instead of ${y}: ${off} units in the last place, ${bound} allowed`,
      );
  }
}
