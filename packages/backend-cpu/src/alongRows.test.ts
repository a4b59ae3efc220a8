// Reductions along the rows of a matrix, as vectors with a tail: lengths around all that is done at once, and the
// elements at which ways of comparing differ, against the interpreter.
import {
  axis,
  buffer,
  constant,
  type Expr,
  index,
  input,
  int,
  interpreter,
  type Launch,
  load,
  map,
  type Program,
  prim,
  reduce,
  reducer,
  type TypedArray,
  wholeView,
} from "@theano-ts/kernel";
import { cpu } from "./index.ts";

type Float = "float32" | "float64";

/** What is made of the elements of each row, and of their places in it. */
type Results = (elements: Expr, place: Expr, along: ReturnType<typeof axis>) => readonly Expr[];

function both(dtype: Float, data: TypedArray, rows: number, results: Results): TypedArray[][] {
  const length = data.length / rows;
  const [i, k] = [axis(rows), axis(length)];
  const x = input(dtype, 2);
  const made = results(load(x, [index(i), index(k)]), prim.cast(index(k), "uint32"), k);
  const kernel = map(
    [i],
    made.map((value) => ({ dtype: value.dtype, value })),
  );
  const given = buffer(dtype, data.length, "input");
  const outs = made.map((value) => buffer(value.dtype, rows, "output"));
  const launch: Launch = {
    kind: "launch",
    kernel,
    inputs: [wholeView(given, [int(rows), int(length)])],
    outputs: outs.map((b) => wholeView(b, [int(rows)])),
  };
  const program: Program = { sizes: [], buffers: [given, ...outs], steps: [launch] };
  return [cpu(), interpreter].map((backend) => backend.compile(program).run([], [data], []) as TypedArray[]);
}

/** Small integers, whose sums are exact in every order, and what floats have beside numbers where `special` says. */
function elements(dtype: Float, n: number, special: (p: number) => number | undefined): TypedArray {
  const of = (_: unknown, p: number): number => special(p) ?? ((p * 7919) % 7) - 3;
  return dtype === "float32" ? Float32Array.from({ length: n }, of) : Float64Array.from({ length: n }, of);
}

const lengths = [1, 2, 7, 8, 9, 15, 16, 17, 31, 33, 64, 100, 257];
const specials: readonly (readonly [string, (p: number) => number | undefined])[] = [
  ["numbers", () => undefined],
  ["minus infinity alone", () => Number.NEGATIVE_INFINITY],
  ["NaN among them", (p) => (p % 11 === 5 ? Number.NaN : undefined)],
  ["infinities among them", (p) => [undefined, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY][p % 3]],
];

describe.each(["float32", "float64"] as const)("%s", (dtype) => {
  test.each(specials)("largest, smallest, and where, of %s", (_, special) => {
    for (const length of lengths) {
      const data = elements(dtype, 3 * length, special);
      const [got, meant] = both(dtype, data, 3, (x, place, k) => [
        ...reduce(reducer.argmax, [k], [x, place]),
        ...reduce(reducer.argmin, [k], [x, place]),
      ]);
      expect([length, got]).toEqual([length, meant]);
    }
  });

  test("rows that are long enough to be done in chunks", () => {
    for (const length of [5000, 70_001]) {
      const data = elements(dtype, 2 * length, (p) => (p % length === length - 3 ? 9 : undefined));
      const [got, meant] = both(dtype, data, 2, (x, place, k) => reduce(reducer.argmax, [k], [x, place]));
      expect([length, got]).toEqual([length, meant]);
    }
  });
});

describe("float32, summed in float64", () => {
  const wide = (x: Expr): Expr => prim.cast(x, "float64");
  test.each([...lengths, 5000, 70_001])("%i at a time", (length) => {
    const data = elements("float32", 2 * length, () => undefined);
    const [got, meant] = both("float32", data, 2, (x, _, k) => [
      ...reduce(reducer.sum, [k], [wide(x)]),
      ...reduce(reducer.sum, [k], [wide(prim.mul(x, x))]),
    ]);
    expect(got).toEqual(meant);
  });

  test("the tail and the head are added once", () => {
    const length = 83;
    for (let at = 0; at < length; at++) {
      const data = elements("float32", length, (p) => (p === at ? 2 ** 20 : 0));
      const [got] = both("float32", data, 1, (x, _, k) => reduce(reducer.sum, [k], [wide(x)]));
      expect([at, ...(got as TypedArray[]).map((r) => r[0])]).toEqual([at, 2 ** 20]);
    }
  });

  test("is not where float64 is read as well", () => {
    const data = elements("float32", 100, () => undefined);
    const half = constant(0.5, "float64");
    const [got, meant] = both("float32", data, 1, (x, _, k) => [
      ...reduce(reducer.sum, [k], [wide(x)]),
      ...reduce(reducer.sum, [k], [prim.mul(wide(x), half)]),
    ]);
    expect(got).toEqual(meant);
  });
});
