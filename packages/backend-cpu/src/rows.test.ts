// Reductions over the rows of a matrix, which stream through several at once: against plain loops, and with the elements
// at which reductions differ.
import {
  allocate,
  axis,
  buffer,
  index,
  input,
  int,
  interpreter,
  type Launch,
  load,
  map,
  type Program,
  prim,
  product,
  type RealDType,
  type Reducer,
  reduce,
  reducer,
  type SizeParam,
  size,
  sizeParam,
  type TypedArray,
  wholeView,
} from "@theano-ts/kernel";
import { cpu } from "./index.ts";

interface Case {
  readonly reducer: Reducer;
  readonly from: RealDType;
  /** In which it is accumulated. */
  readonly to: RealDType;
  readonly rows: number;
  readonly columns: number;
  /** So many matrices, one after the other. */
  readonly batch?: number;
  /** Sizes given at launch. */
  readonly symbolic?: boolean;
  /** Divides the result, and gives it the dtype of the elements. */
  readonly mean?: boolean;
  /** Adds what was there to the result, which goes to the same place. */
  readonly update?: boolean;
}

function programOf(t: Case): { program: Program; sizes: number[] } {
  const params: SizeParam[] = [];
  const dim = (n: number) => {
    if (!t.symbolic) return int(n);
    params.push(sizeParam("n"));
    return size(params.at(-1) as SizeParam);
  };
  const [b, k, i] = [axis(dim(t.batch ?? 1)), axis(dim(t.rows)), axis(dim(t.columns))];
  const [x, before] = [input(t.from, 3), input(t.to, 2)];
  const element = prim.cast(load(x, [index(b), index(k), index(i)]), t.to);
  const [whole] = reduce(t.reducer, [k], [element]);
  const value = t.mean
    ? prim.cast(prim.div(whole!, t.rows), t.from)
    : t.update
      ? prim.add(whole!, load(before, [index(b), index(i)]))
      : whole!;
  const kernel = map([b, i], [{ dtype: value.dtype, value }]);
  const [matrixDims, outDims] = [
    [b.size, k.size, i.size],
    [b.size, i.size],
  ];
  const matrix = buffer(t.from, product(matrixDims), "input");
  const out = buffer(value.dtype, product(outDims), t.update ? "state" : "output");
  const outView = wholeView(out, outDims);
  const inputs = kernel.inputs.map((v) => (v === x ? wholeView(matrix, matrixDims) : outView));
  const launch: Launch = { kind: "launch", kernel, inputs, outputs: [outView] };
  return {
    program: { sizes: params, buffers: [matrix, out], steps: [launch] },
    sizes: t.symbolic ? [t.batch ?? 1, t.rows, t.columns] : [],
  };
}

/** Integers, so that every order of additions gives the same; with a column that has what floats have beside numbers. */
function elements({ from, rows, columns, batch = 1 }: Case): TypedArray {
  const data = allocate(from, batch * rows * columns) as Float64Array;
  const isBig = data instanceof BigInt64Array;
  for (let p = 0; p < data.length; p++) {
    const value = ((p * 7919) % 5) - 2;
    data[p] = (isBig ? BigInt(value) : value) as number;
  }
  if (from === "float32" || from === "float64") {
    const middle = Math.floor(rows / 2) * columns;
    [Number.NaN, Infinity, -Infinity, -0].forEach((v, c) => {
      if (rows > 0) data[middle + c] = v;
    });
  }
  return data;
}

/** Without the sign of zeros: which of two zeros is larger, nobody says. */
const unsigned = (data: TypedArray): unknown[] => [...data].map((x) => (x === 0 ? 0 : x));

const sums: Case[] = (["float32", "float64", "int32", "int64"] as const).flatMap((to) =>
  [17, 64, 121].map((rows) => ({ reducer: reducer.sum, from: to, to, rows, columns: 260 })),
);
const cases: Case[] = [
  ...sums,
  { reducer: reducer.sum, from: "float32", to: "float64", rows: 50, columns: 333 },
  { reducer: reducer.sum, from: "float32", to: "float64", rows: 50, columns: 333, mean: true },
  {
    reducer: reducer.sum,
    from: "float64",
    to: "float64",
    rows: 50,
    columns: 333,
    mean: true,
    symbolic: true,
  },
  { reducer: reducer.sum, from: "float64", to: "float64", rows: 47, columns: 97, update: true },
  { reducer: reducer.maximum, from: "float32", to: "float32", rows: 47, columns: 200 },
  { reducer: reducer.maximum, from: "float64", to: "float64", rows: 48, columns: 200, symbolic: true },
  { reducer: reducer.minimum, from: "float64", to: "float64", rows: 48, columns: 201 },
  { reducer: reducer.minimum, from: "int32", to: "int32", rows: 48, columns: 201 },
  { reducer: reducer.sum, from: "float64", to: "float64", rows: 47, columns: 97, batch: 3 },
  {
    reducer: reducer.maximum,
    from: "float32",
    to: "float32",
    rows: 47,
    columns: 97,
    batch: 3,
    symbolic: true,
  },
  { reducer: reducer.prod, from: "float64", to: "float64", rows: 20, columns: 201 },
  { reducer: reducer.any, from: "int32", to: "int32", rows: 40, columns: 201 },
  { reducer: reducer.all, from: "int64", to: "int64", rows: 40, columns: 201, symbolic: true },
];

test.each(cases.map((t) => [`${t.reducer.name} of ${t.rows} rows, ${t.from} in ${t.to}`, t] as const))(
  "%s",
  (_, t) => {
    const { program, sizes } = programOf(t);
    const data = elements(t);
    const run = (backend: typeof interpreter): { result: TypedArray; explained: string } => {
      const executable = backend.compile(program);
      const state = t.update ? [backend.allocate(t.to, t.columns * (t.batch ?? 1))] : [];
      const before = Float64Array.from({ length: t.columns * (t.batch ?? 1) }, (_, c) => c % 7);
      if (state[0]) backend.write(state[0], before);
      const [output] = executable.run(sizes, [data], state) as TypedArray[];
      const result = (state[0] ? backend.read(state[0]) : output) as TypedArray;
      return { result: result.slice(), explained: executable.explain?.() ?? "" };
    };
    const { result, explained } = run(cpu());
    expect(explained).toMatch(/of rows .* rows at once/);
    expect(unsigned(result)).toEqual(unsigned(run(interpreter).result));
  },
);

test.each([0, 1, 2, 5, 6, 7, 12, 13])("%i rows whose number is given when it runs", (rows) => {
  for (const made of [reducer.sum, reducer.maximum]) {
    const t: Case = { reducer: made, from: "float64", to: "float64", rows, columns: 70, symbolic: true };
    const { program, sizes } = programOf(t);
    const [got] = cpu()
      .compile(program)
      .run(sizes, [elements(t)], []) as TypedArray[];
    const [meant] = interpreter.compile(program).run(sizes, [elements(t)], []) as TypedArray[];
    expect(unsigned(got!)).toEqual(unsigned(meant!));
  }
});
