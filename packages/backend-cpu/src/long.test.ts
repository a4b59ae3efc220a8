import {
  type Axis,
  axis,
  buffer,
  carry,
  carryValue,
  type Expr,
  type FoldKernel,
  index,
  input,
  inputsOf,
  int,
  interpreter,
  type Kernel,
  load,
  map,
  type Program,
  prim,
  product,
  type RealDType,
  type Reducer,
  reduce,
  reducer,
  rowMajor,
  size,
  sizeParam,
  type TypedArray,
} from "@theano-ts/kernel";
import { cpu } from "./index.ts";

// Loops that are long enough to be cut into calls of a function of their own.

const x = input("float64", 2);

/** A program of one kernel over x(rows, columns), with sizes known or not. */
function program(
  rows: number,
  columns: number,
  symbolic: boolean,
  make: (i: Axis, j: Axis) => { kernel: Kernel; out: readonly Axis[]; dtype: RealDType },
): { program: Program; sizes: number[] } {
  const params = symbolic ? [sizeParam("rows"), sizeParam("columns")] : [];
  const [n, m] = symbolic ? (params.map(size) as [Expr, Expr]) : [int(rows), int(columns)];
  const { kernel, out, dtype } = make(axis(n), axis(m));
  const data = buffer("float64", prim.mul(n, m), "input");
  const outSizes = out.map((a) => a.size);
  const result = buffer(dtype, product(outSizes), "output");
  return {
    sizes: symbolic ? [rows, columns] : [],
    program: {
      sizes: params,
      buffers: [data, result],
      steps: [
        {
          kind: "launch",
          kernel,
          inputs: kernel.inputs.map(() => ({ buffer: data, offset: int(0), strides: rowMajor([n, m]) })),
          outputs: [{ buffer: result, offset: int(0), strides: rowMajor(outSizes) }],
        },
      ],
    },
  };
}

async function both(
  of: {
    program: Program;
    sizes: number[];
  },
  n: number,
): Promise<[TypedArray, TypedArray]> {
  // Quarters: sums of them are exact in any order.
  const data = Float64Array.from({ length: n }, (_, i) => (((i * 7919) % 2003) - 1001) / 4);
  const run = async (backend: typeof interpreter): Promise<TypedArray> =>
    (await backend.compile(of.program).run(of.sizes, [data], []))[0] as TypedArray;
  return [await run(cpu()), await run(interpreter)];
}

const reducers: [string, Reducer][] = (["sum", "maximum", "argmax"] as const).map((name) => [
  name,
  reducer[name],
]);

describe.each([false, true])("with sizes given when it runs: %p", (symbolic) => {
  it.each(reducers)("a long %s is right", async (_, r) => {
    for (const [rows, columns] of [
      [1, 9_001],
      [2, 5_000],
      [5_000, 2],
    ] as const)
      for (const wanted of ["all", "rows", "columns", "some"] as const) {
        const made = program(rows, columns, symbolic, (i, j) => {
          const along = wanted === "rows" ? [j] : wanted === "columns" ? [i] : [i, j];
          const out = wanted === "rows" ? [i] : wanted === "columns" ? [j] : [];
          const place = prim.add(prim.mul(index(i), int(7)), index(j));
          const value = load(x, [index(i), index(j)]);
          const results = reduce(
            r,
            along,
            r.name === "argmax" ? [value, prim.cast(place, "int64")] : [value],
          );
          const first = results.at(-1) as Expr;
          const zero = load(x, [int(0), int(0)]);
          const chosen =
            wanted === "some" ? prim.select(prim.lt(zero, 1e6), first, prim.number(0, first.dtype)) : first;
          return { kernel: map(out, [{ dtype: first.dtype, value: chosen }]), out, dtype: first.dtype };
        });
        const [got, meant] = await both(made, rows * columns);
        expect(got).toEqual(meant);
      }
  });

  it("a long fold is right, in vectors of folds and alone", async () => {
    for (const [rows, columns] of [
      [700, 1],
      [700, 9],
    ] as const) {
      const made = program(rows, columns, symbolic, (i, j) => {
        const [total, most] = [carry("float64"), carry("float64")];
        const value = load(x, [index(i), index(j)]);
        const next = prim.add(carryValue(total), value);
        const kernel: FoldKernel = {
          kind: "fold",
          axes: [j],
          along: i,
          carries: [
            { carry: total, init: prim.number(1, "float64"), next },
            { carry: most, init: prim.number(0, "float64"), next: prim.max(carryValue(most), value) },
          ],
          inputs: inputsOf([next]),
          outputs: [{ dtype: "float64", value: prim.sub(carryValue(total), carryValue(most)) }],
        };
        return { kernel, out: [j, i], dtype: "float64" };
      });
      const [got, meant] = await both(made, rows * columns);
      expect(got).toEqual(meant);
    }
  });
});
