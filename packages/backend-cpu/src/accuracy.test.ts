import {
  axis,
  buffer,
  index,
  input,
  int,
  load,
  type Meaning,
  map,
  type Prim,
  type Program,
  prim,
  type TypedArray,
  wholeView,
} from "@theano-ts/kernel";
import { cpu } from "./index.ts";

type Float = "float32" | "float64";

/** Runs `f` over arrays on the backend. */
function apply(f: Prim, dtype: Float, args: readonly TypedArray[], fma: boolean): TypedArray {
  const n = (args[0] as TypedArray).length;
  const i = axis(n);
  const inputs = args.map(() => input(dtype, 1));
  const buffers = args.map(() => buffer(dtype, n, "input"));
  const out = buffer(dtype, n, "output");
  const kernel = map([i], [{ dtype, value: f(...inputs.map((x) => load(x, [index(i)]))) }]);
  const program: Program = {
    sizes: [],
    buffers: [...buffers, out],
    steps: [
      {
        kind: "launch",
        kernel,
        inputs: kernel.inputs.map((x) =>
          wholeView(buffers[inputs.indexOf(x)] as (typeof buffers)[number], [int(n)]),
        ),
        outputs: [wholeView(out, [int(n)])],
      },
    ],
  };
  const executable = cpu({ fma }).compile(program);
  const [result] = executable.run([], args, []);
  executable.release();
  return result as TypedArray;
}

const rounded = (dtype: Float): ((x: number) => number) => (dtype === "float32" ? Math.fround : (x) => x);

/** The distance of neighbouring numbers at `x`. */
function ulp(x: number, dtype: Float): number {
  const [fraction, least] = dtype === "float32" ? [23, -126] : [52, -1022];
  const a = Math.abs(x);
  if (a < 2 ** least) return 2 ** (least - fraction);
  return 2 ** (Math.min(Math.floor(Math.log2(a)), dtype === "float32" ? 127 : 1023) - fraction);
}

/** Edges, then numbers of all magnitudes, then numbers evenly in `from` … `to`. */
function samples(dtype: Float, from: number, to: number): number[] {
  const round = rounded(dtype);
  const tiny = dtype === "float32" ? 1.4e-45 : 5e-324;
  const [small, big] =
    dtype === "float32"
      ? [1.1754943508222875e-38, 3.4028234663852886e38]
      : [2.2250738585072014e-308, 1.7976931348623157e308];
  const edges = [
    0,
    tiny,
    3 * tiny,
    small,
    small / 2,
    1,
    0.5,
    2,
    big,
    big / 2,
    Infinity,
    Math.SQRT1_2,
    Math.LN2 / 2,
    Math.PI / 2,
    Math.PI,
  ];
  const values = [NaN, ...edges, ...edges.map((x) => -x)];
  let seed = 12345;
  const unit = (): number => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return seed / 2 ** 32;
  };
  const exponents = dtype === "float32" ? 44 : 320;
  for (let i = 0; i < 2000; i++) values.push((unit() < 0.5 ? -1 : 1) * 10 ** ((unit() * 2 - 1) * exponents));
  for (let i = 0; i < 2000; i++) values.push((unit() < 0.5 ? -1 : 1) * 10 ** (unit() * 6 - 4));
  for (let i = 0; i < 8000; i++) values.push(from + (to - from) * unit());
  return values.map(round);
}

const ranges: readonly (readonly [Prim, number, number])[] = [
  [prim.exp, -100, 100],
  [prim.exp2, -150, 150],
  [prim.expm1, -2, 2],
  [prim.log, 0, 4],
  [prim.log2, 0, 4],
  [prim.log10, 0, 4],
  [prim.log1p, -1, 2],
  [prim.sin, -10, 10],
  [prim.cos, -10, 10],
  [prim.tan, -10, 10],
  [prim.asin, -1, 1],
  [prim.acos, -1, 1],
  [prim.atan, -4, 4],
  [prim.sinh, -3, 3],
  [prim.cosh, -3, 3],
  [prim.tanh, -3, 3],
  [prim.asinh, -3, 3],
  [prim.acosh, 1, 3],
  [prim.atanh, -1, 1],
  [prim.sigmoid, -20, 20],
  [prim.softplus, -20, 20],
  [prim.erf, -4, 4],
  [prim.sqrt, 0, 10],
  [prim.atan2, -3, 3],
  [prim.pow, 0, 3],
];

describe.each(["float32", "float64"] as const)("in %s", (dtype) => {
  it.each(ranges.map(([f, from, to]) => [f.name, f, from, to] as const))(
    "%s is as accurate as it says",
    (_, f, from, to) => {
      const x = samples(dtype, from, to);
      const columns = f.arity === 1 ? [x] : [x, x.map((_, i) => x[(i * 7 + 3) % x.length] as number)];
      const args = columns.map((c) => (dtype === "float32" ? Float32Array.from(c) : Float64Array.from(c)));
      // The meaning in double is exact enough to judge float32; of float64 it is itself off by up to one unit.
      const meaning = f.meaning("float64", "float64") as Meaning;
      const bound = (f.accuracy?.[dtype] ?? 0.5) + (dtype === "float64" && f.accuracy ? 1 : 0.01);
      for (const fma of [false, true]) {
        const got = apply(f, dtype, args, fma);
        let worst = 0;
        let at: readonly number[] = [];
        for (let i = 0; i < x.length; i++) {
          const given = columns.map((c) => c[i] as number);
          const exact = meaning(...given) as number;
          const g = got[i] as number;
          if (Object.is(rounded(dtype)(exact), g) || (exact !== exact && g !== g)) continue;
          const off =
            rounded(dtype)(exact) === g
              ? exact === 0
                ? Infinity
                : 0.5
              : Math.abs(g - exact) / ulp(exact, dtype);
          if (off > worst || off !== off) [worst, at] = [off === off ? off : Infinity, [...given, g, exact]];
        }
        if (process.env.SHOW_ULP)
          process.stderr.write(`${f.name} ${dtype}${fma ? " fma" : ""}: ${worst.toFixed(2)} at ${at}\n`);
        if (worst > bound)
          throw new Error(
            `${worst} units off: ${f.name}(${at.slice(0, -2)}) gives ${at.at(-2)}, not ${at.at(-1)}${fma ? " with fma" : ""}`,
          );
      }
    },
  );
});
