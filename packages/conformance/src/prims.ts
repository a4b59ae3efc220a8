import {
  allocate,
  axis,
  buffer,
  type DType,
  type Expr,
  index,
  input,
  int,
  isBig,
  isFloat,
  isInteger,
  load,
  map,
  type Prim,
  type Program,
  prim as prims,
  type RealDType,
  rangeOf,
  type TypedArray,
  wholeView,
} from "@theano-ts/kernel";
import { expectClose } from "./compare.ts";
import { agree, declare, type Suite, type Trial } from "./harness.ts";

/** Every primitive of one argument list for all operands, by name. */
const plain: readonly Prim[] = /* @__PURE__ */ Object.values(prims).filter(
  (p): p is Prim => typeof p === "function" && "meaning" in p && p.result !== "given" && p !== prims.select,
);

/** Values at which things go wrong, and some at which they should not; of integers, with their ends or without. */
function edgeValues(dtype: RealDType, ends: boolean): readonly (number | bigint)[] {
  if (isFloat(dtype))
    return [
      0,
      -0,
      1,
      -1,
      0.5,
      -0.5,
      2,
      -2,
      3.7,
      -3.7,
      1e-3,
      -1e-3,
      1e-8,
      0.1,
      0.7,
      0.999,
      1.001,
      7,
      10,
      -10,
      20.5,
      88,
      -88,
      100,
      -100,
      700,
      -700,
      1e4,
      -1e4,
      1e10,
      1e-30,
      1e30,
      2.5,
      -2.5,
      1.5,
      -1.5,
      Number.NaN,
      Number.POSITIVE_INFINITY,
      Number.NEGATIVE_INFINITY,
    ];
  if (dtype === "bool") return [0, 1];
  const { min, max } = rangeOf(dtype);
  const small = dtype.startsWith("u") ? [0, 1, 2, 3, 7, 31, 100] : [0, 1, -1, 2, -2, 3, 7, -7, 31, 100, -100];
  const all = [...small.map(BigInt), ...(ends ? [max, max - 1n, min, min + 1n] : [])];
  return isBig(dtype) ? all : all.map(Number);
}

function filled(dtype: RealDType, values: readonly (number | bigint)[]): TypedArray {
  const data = allocate(dtype as DType, values.length);
  values.forEach((x, i) => {
    (data as { [i: number]: number | bigint })[i] = x;
  });
  return data;
}

/** Every combination of values, one array for each operand. */
function combinations(values: readonly (number | bigint)[], arity: number): (number | bigint)[][] {
  if (arity === 1) return [[...values]];
  const rest = combinations(values, arity - 1);
  const count = (rest[0] as unknown[]).length;
  return [
    values.flatMap((x) => Array<number | bigint>(count).fill(x)),
    ...rest.map((column) => values.flatMap(() => column)),
  ];
}

/** One kernel that applies `make` to arrays. */
function elementwise(
  dtypes: readonly RealDType[],
  result: RealDType,
  columns: readonly TypedArray[],
  make: (...x: Expr[]) => Expr,
): Trial {
  const n = (columns[0] as TypedArray).length;
  const i = axis(n);
  const inputs = dtypes.map((d, k) => input(d, 1, `x${k}`));
  const kernel = map([i], [{ dtype: result, value: make(...inputs.map((x) => load(x, [index(i)]))) }]);
  const buffers = dtypes.map((d) => buffer(d, n, "input"));
  const out = buffer(result, n, "output");
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
  return { program, inputs: columns };
}

/** Every primitive on every dtype the backend has, over edge values, within the primitive's stated accuracy. */
export function testPrims(suite: Suite): void {
  const dtypes = [...suite.backend.supports.dtypes].filter((d) => d !== "float16");
  /** What is computed of `columns`, within `bound` units in the last place. */
  const compare = (
    trial: Trial,
    dtype: RealDType,
    bound: number,
    name: string,
    columns: readonly TypedArray[],
  ): Promise<void> =>
    agree(suite, trial, (got, meant) =>
      expectClose(
        got.outputs[0] as TypedArray,
        meant.outputs[0] as TypedArray,
        dtype,
        bound,
        0,
        (i) => `${name}(${columns.map((c) => c[i]).join(", ")})`,
      ),
    );
  /** With the ends of integers apart: a backend may hold only what is small. */
  const edges = (
    dtype: RealDType,
    title: string,
    body: (values: readonly (number | bigint)[]) => Promise<void>,
  ) => {
    declare(suite, title, () => body(edgeValues(dtype, false)));
    if (isInteger(dtype)) declare(suite, `${title}, up to its ends`, () => body(edgeValues(dtype, true)));
  };
  for (const p of plain)
    for (const dtype of dtypes) {
      const result: RealDType = p.result === "bool" ? "bool" : dtype;
      if (!p.meaning(dtype, result)) continue;
      const bound = dtype === "float32" || dtype === "float64" ? (p.accuracy?.[dtype] ?? 0) : 0;
      edges(dtype, `${p.name} of ${dtype}`, (values) => {
        const columns = combinations(values, p.arity).map((c) => filled(dtype, c));
        const operands = Array<RealDType>(p.arity).fill(dtype);
        const trial = elementwise(operands, result, columns, (...x) => p.apply(x, result));
        return compare(trial, result, bound, p.name, columns);
      });
    }
  for (const from of dtypes)
    for (const to of dtypes)
      if (from !== to)
        edges(from, `cast of ${from} to ${to}`, (values) => {
          const column = filled(from, values);
          return compare(
            elementwise([from], to, [column], (x) => prims.cast(x, to)),
            to,
            0,
            "cast",
            [column],
          );
        });
  for (const dtype of dtypes)
    edges(dtype, `select of ${dtype}`, (values) => {
      const x = filled(dtype, values);
      const y = x.slice().reverse() as TypedArray;
      const c = filled(
        "bool",
        Array.from({ length: x.length }, (_, i) => i % 2),
      );
      const trial = elementwise(["bool", dtype, dtype], dtype, [c, x, y], (a, b, d) =>
        prims.select(a as Expr, b as Expr, d as Expr),
      );
      return compare(trial, dtype, 0, "select", [c, x, y]);
    });
}
