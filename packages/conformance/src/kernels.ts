import {
  type Axis,
  allocate,
  axis,
  buffer,
  carry,
  carryValue,
  constant,
  type Expr,
  type FoldKernel,
  type Input,
  index,
  input,
  int,
  type Kernel,
  type Launch,
  load,
  map,
  type ProgramBuffer,
  prim,
  type RealDType,
  reduce,
  reducer,
  rowMajor,
  type ScatterKernel,
  type TypedArray,
  type View,
} from "@theano-ts/kernel";
import { expectClose } from "./compare.ts";
import { floatOf } from "./float.ts";
import { agree, declare, type Suite, type Trial } from "./harness.ts";

const { add, lt, mul, select, sub } = prim;

/** A program of one launch: inputs given whole, outputs taken whole. */
function launch(
  kernel: Kernel,
  inputs: ReadonlyMap<Input, { readonly data: TypedArray; readonly view: (b: ProgramBuffer) => View }>,
  outputs: readonly {
    readonly dtype: RealDType;
    readonly length: number;
    readonly view: (b: ProgramBuffer) => View;
  }[],
): Trial {
  const given = [...inputs.values()].map(({ data }, i) =>
    buffer([...inputs.keys()][i]?.dtype as RealDType, data.length, "input"),
  );
  const made = outputs.map((o) => buffer(o.dtype, o.length, "output"));
  const viewOf = (x: Input): View => {
    const at = [...inputs.keys()].indexOf(x);
    return (inputs.get(x) as { view: (b: ProgramBuffer) => View }).view(given[at] as ProgramBuffer);
  };
  const step: Launch = {
    kind: "launch",
    kernel,
    inputs: kernel.inputs.map(viewOf),
    outputs: outputs.map((o, i) => o.view(made[i] as ProgramBuffer)),
  };
  return {
    program: { sizes: [], buffers: [...given, ...made], steps: [step] },
    inputs: [...inputs.values()].map((v) => v.data),
  };
}

const whole =
  (...shape: number[]) =>
  (b: ProgramBuffer): View => ({ buffer: b, offset: int(0), strides: rowMajor(shape.map(int)) });
const strided =
  (offset: number, ...strides: number[]) =>
  (b: ProgramBuffer): View => ({ buffer: b, offset: int(offset), strides: strides.map(int) });

/** Numbers of both signs and several sizes, the same for everyone. */
function numbers(dtype: RealDType, n: number): TypedArray {
  const data = allocate(dtype, n);
  for (let i = 0; i < n; i++) {
    const x = ((i * 7919 + 13) % 101) - 50;
    (data as { [i: number]: number | bigint })[i] =
      dtype === "bool"
        ? Math.abs(x) % 2
        : dtype.endsWith("64") && !dtype.startsWith("f")
          ? BigInt(dtype[0] === "u" ? Math.abs(x) : x)
          : dtype.startsWith("f")
            ? x / 8
            : dtype[0] === "u"
              ? Math.abs(x)
              : x;
  }
  return data;
}

/** A sum of `n` terms may be off by n·ε times the sum of their magnitudes: that is the contract. */
const sumSlack = (dtype: RealDType, n: number, magnitude: number): number =>
  dtype === "float32" ? n * 2 ** -24 * magnitude : dtype === "float64" ? n * 2 ** -53 * magnitude : 0;

const points = (axes: readonly Axis[]): Expr[] => axes.map(index);

/** Every kernel form, over shapes with and without elements, and views of every kind. */
export function testKernels(suite: Suite): void {
  const { backend } = suite;
  const dtypes = [...backend.supports.dtypes].filter((d) => d !== "float16");
  const test = (title: string, trial: () => Trial, dtype: RealDType, slack = 0): void =>
    declare(suite, title, () =>
      agree(suite, trial(), (got, meant) =>
        meant.outputs.forEach((m, i) =>
          expectClose(
            got.outputs[i] as TypedArray,
            m,
            trial().program.buffers.filter((b) => b.role === "output")[i]?.dtype ?? dtype,
            0,
            slack,
          ),
        ),
      ),
    );

  for (const dtype of dtypes) {
    if (dtype === "bool") continue;
    for (const [m, n] of [
      [0, 3],
      [1, 1],
      [1, 7],
      [5, 1],
      [4, 9],
      [33, 65],
    ] as const) {
      test(
        `map over ${m}×${n} of ${dtype}: transposed, reversed, repeated`,
        () => {
          const [i, j] = [axis(m), axis(n)];
          const [x, y, z] = [input(dtype, 2, "x"), input(dtype, 1, "y"), input(dtype, 0, "z")];
          const at = [index(i), index(j)];
          const value = add(sub(mul(load(x, at), load(y, [at[1] as Expr])), load(x, at)), load(z, []));
          return launch(
            map(
              [i, j],
              [
                { dtype, value },
                { dtype, value: add(value, load(z, [])) },
              ],
            ),
            new Map([
              // x is stored by columns, y backwards.
              [x, { data: numbers(dtype, m * n), view: strided(0, 1, m) }],
              [y, { data: numbers(dtype, n), view: strided(Math.max(0, n - 1), -1) }],
              [z, { data: numbers(dtype, 1), view: strided(0) }],
            ]),
            [
              { dtype, length: m * n, view: whole(m, n) },
              { dtype, length: m * n, view: strided(0, 1, m) },
            ],
          );
        },
        dtype,
      );
      for (const by of ["sum", "prod", "maximum", "minimum"] as const) {
        // A product of many would overflow, and says nothing about order then.
        if (by === "prod" && m * n > 9) continue;
        for (const along of [0, 1] as const)
          test(
            `${by} of ${m}×${n} ${dtype} along ${along}`,
            () => {
              const [i, j] = [axis(m), axis(n)];
              const x = input(dtype, 2, "x");
              const axes = along === 0 ? [i] : [j];
              const [value] = reduce(reducer[by], axes, [load(x, points([i, j]))]);
              const kept = along === 0 ? j : i;
              return launch(
                map([kept], [{ dtype, value: value as Expr }]),
                new Map([[x, { data: numbers(dtype, m * n), view: whole(m, n) }]]),
                [{ dtype, length: along === 0 ? n : m, view: strided(0, 1) }],
              );
            },
            dtype,
            by === "sum" || by === "prod" ? sumSlack(dtype, m * n + 1, by === "sum" ? 7 * m * n : 7 ** 9) : 0,
          );
      }
    }
    test(
      `a reduction of ${dtype} along nothing`,
      () => {
        const i = axis(4);
        const x = input(dtype, 1, "x");
        const [value] = reduce(reducer.maximum, [], [load(x, [index(i)])]);
        return launch(
          map([i], [{ dtype, value: value as Expr }]),
          new Map([[x, { data: numbers(dtype, 4), view: whole(4) }]]),
          [{ dtype, length: 4, view: whole(4) }],
        );
      },
      dtype,
    );
    test(
      `argmax and argmin of ${dtype}: the first of ties`,
      () => {
        const i = axis(40);
        const x = input(dtype, 1, "x");
        const body = [load(x, [index(i)]), index(i)];
        const [, p] = reduce(reducer.argmax, [i], body);
        const [, q] = reduce(reducer.argmin, [i], body);
        return launch(
          map(
            [],
            [
              { dtype: "int32", value: p as Expr },
              { dtype: "int32", value: q as Expr },
            ],
          ),
          new Map([[x, { data: numbers(dtype, 40), view: whole(40) }]]),
          [1, 1].map(() => ({ dtype: "int32" as const, length: 1, view: strided(0) })),
        );
      },
      dtype,
    );
    test(
      `fold of ${dtype}: running sums forwards`,
      () => {
        const [i, k] = [axis(3), axis(11)];
        const x = input(dtype, 2, "x");
        const c = carry(dtype);
        const next = add(carryValue(c), load(x, [index(i), index(k)]));
        const kernel: FoldKernel = {
          kind: "fold",
          axes: [i],
          along: k,
          inputs: [x],
          carries: [{ carry: c, init: prim.number(0, dtype), next }],
          outputs: [{ dtype, value: carryValue(c) }],
        };
        return launch(kernel, new Map([[x, { data: numbers(dtype, 33), view: whole(3, 11) }]]), [
          { dtype, length: 33, view: whole(3, 11) },
        ]);
      },
      dtype,
      sumSlack(dtype, 11, 77),
    );
    test(
      `scatter of ${dtype}: later values over earlier ones, and sums`,
      () => {
        const i = axis(20);
        const [x, p] = [input(dtype, 1, "x"), input("int32", 1, "p")];
        const kernel = (combine: boolean): ScatterKernel => ({
          kind: "scatter",
          axes: [i],
          inputs: [p, x],
          at: [load(p, [index(i)])],
          where: lt(load(p, [index(i)]), int(6)),
          ...(combine ? { combine: reducer.sum } : {}),
          outputs: [{ dtype, value: load(x, [index(i)]) }],
        });
        const places = Int32Array.from({ length: 20 }, (_, n) => (n * 5) % 8);
        const start = axis(6);
        const clear = map([start], [{ dtype, value: prim.number(0, dtype) }]);
        const [bx, bp, out] = [
          buffer(dtype, 20, "input"),
          buffer("int32", 20, "input"),
          buffer(dtype, 6, "output"),
        ];
        const view = (b: ProgramBuffer): View => ({ buffer: b, offset: int(0), strides: [int(1)] });
        const write = (k: Kernel): Launch => ({
          kind: "launch",
          kernel: k,
          inputs: k.inputs.map((s) => view(s === x ? bx : bp)),
          outputs: [view(out)],
        });
        return {
          program: {
            sizes: [],
            buffers: [bx, bp, out],
            steps: [write(clear), write(kernel(false)), write(kernel(true))],
          },
          inputs: [numbers(dtype, 20), places],
        };
      },
      dtype,
      sumSlack(dtype, 4, 28),
    );
  }
  for (const dtype of ["float32", "float64"] as const) {
    if (!backend.supports.dtypes.has(dtype)) continue;
    for (const [m, k, n] of [
      [1, 1, 1],
      [3, 5, 7],
      [17, 33, 19],
      [40, 70, 33],
    ] as const)
      for (const [name, sa, sb] of [
        ["A·B", [k, 1], [n, 1]],
        ["Aᵀ·B", [1, m], [n, 1]],
        ["A·Bᵀ", [k, 1], [1, k]],
      ] as const)
        test(
          `product ${name} of ${m}×${k}×${n} ${dtype}`,
          () => {
            const [i, j, l] = [axis(m), axis(n), axis(k)];
            const [a, b] = [input(dtype, 2, "a"), input(dtype, 2, "b")];
            const [value] = reduce(reducer.sum, [l], [mul(load(a, points([i, l])), load(b, points([l, j])))]);
            return launch(
              map([i, j], [{ dtype, value: value as Expr }]),
              new Map([
                [a, { data: numbers(dtype, m * k), view: strided(0, ...sa) }],
                [b, { data: numbers(dtype, k * n), view: strided(0, ...sb) }],
              ]),
              [{ dtype, length: m * n, view: whole(m, n) }],
            );
          },
          dtype,
          sumSlack(dtype, k + 1, 49 * k),
        );
  }
  const float = floatOf(backend);
  test(
    "a guarded load is not made where its guard fails",
    () => {
      const i = axis(10);
      const x = input(float, 1, "x");
      const inside = lt(index(i), int(4));
      const value = select(inside, load(x, [index(i)]), constant(-1, float));
      return launch(
        map([i], [{ dtype: float, value }]),
        new Map([[x, { data: numbers(float, 4), view: whole(4) }]]),
        [{ dtype: float, length: 10, view: whole(10) }],
      );
    },
    float,
  );
}
