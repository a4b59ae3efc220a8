import {
  axis,
  buffer,
  type Expr,
  index,
  input,
  int,
  type Launch,
  load,
  map,
  type Program,
  type ProgramBuffer,
  prim,
  product,
  reduce,
  reducer,
  rowMajor,
  type SizeParam,
  size,
  sizeParam,
  type TypedArray,
} from "@theano-ts/kernel";
import { cpu } from "./index.ts";

type Float = "float32" | "float64";

interface Case {
  dtype: Float;
  batch?: number;
  m: number;
  n: number;
  k: number;
  /** Stored the other way round. */
  flipA?: boolean;
  flipB?: boolean;
  flipOut?: boolean;
  /** Sizes given at launch. */
  symbolic?: boolean;
  /** Sizes of 1 are known, so that one of the matrices is a vector. */
  vector?: boolean;
  epilogue?: "bias" | "update" | "compare";
  fma?: boolean;
}

const values = (dtype: Float, n: number, seed: number): TypedArray => {
  const of = (_: unknown, i: number): number => ((i * 7919 + seed * 104729) % 2003) / 1001 - 1;
  return dtype === "float32" ? Float32Array.from({ length: n }, of) : Float64Array.from({ length: n }, of);
};

/** Runs the case and returns the largest error in units of k·ε·Σ|a·b|. */
function run(t: Case): { error: number; explained: string } {
  const { dtype, m, n, k } = t;
  const batch = t.batch ?? 1;
  const params: SizeParam[] = [];
  const given: number[] = [];
  const dim = (x: number): Expr => {
    if (!t.symbolic || (t.vector && x === 1)) return int(x);
    const p = sizeParam("n");
    params.push(p);
    given.push(x);
    return size(p);
  };
  const [B, I, J, K] = [batch, m, n, k].map((x) => axis(dim(x))) as [
    ReturnType<typeof axis>,
    ReturnType<typeof axis>,
    ReturnType<typeof axis>,
    ReturnType<typeof axis>,
  ];
  const view = (
    b: ProgramBuffer,
    axes: readonly { size: Expr }[],
    flip = false,
  ): Launch["outputs"][number] => {
    const [s0, s1, s2] = axes.map((a) => a.size) as [Expr, Expr, Expr];
    const [r0, r1, r2] = rowMajor(flip ? [s0, s2, s1] : [s0, s1, s2]) as [Expr, Expr, Expr];
    return { buffer: b, offset: int(0), strides: flip ? [r0, r2, r1] : [r0, r1, r2] };
  };
  const room = (
    axes: readonly { size: Expr }[],
    role: ProgramBuffer["role"],
    d: Float | "bool" = dtype,
  ): ProgramBuffer => buffer(d, product(axes.map((a) => a.size)), role);
  const [ba, bb, bias] = [room([B, I, K], "input"), room([B, K, J], "input"), room([J], "input")];
  const isUpdate = t.epilogue === "update";
  const out = room([B, I, J], isUpdate ? "state" : "output", t.epilogue === "compare" ? "bool" : dtype);
  const [xa, xb, xc, xo] = [input(dtype, 3), input(dtype, 3), input(dtype, 1), input(dtype, 3)];
  const [sum] = reduce(
    reducer.sum,
    [K],
    [prim.mul(load(xa, [B, I, K].map(index)), load(xb, [B, K, J].map(index)))],
  ) as [Expr];
  const value =
    t.epilogue === "bias"
      ? prim.max(prim.add(sum, load(xc, [index(J)])), 0)
      : t.epilogue === "update"
        ? prim.sub(load(xo, [B, I, J].map(index)), prim.mul(sum, 0.5))
        : t.epilogue === "compare"
          ? prim.gt(sum, 0)
          : sum;
  const kernel = map([B, I, J], [{ dtype: t.epilogue === "compare" ? "bool" : dtype, value }]);
  const outView = view(out, [B, I, J], t.flipOut);
  const views = new Map([
    [xa, view(ba, [B, I, K], t.flipA)],
    [xb, view(bb, [B, K, J], t.flipB)],
    [xc, { buffer: bias, offset: int(0), strides: [int(1)] }],
    [xo, outView],
  ]);
  const program: Program = {
    sizes: params,
    buffers: [ba, bb, bias, out],
    steps: [
      {
        kind: "launch",
        kernel,
        inputs: kernel.inputs.map((x) => views.get(x) as Launch["inputs"][number]),
        outputs: [outView],
      },
    ],
  };
  const [da, db, dc] = [
    values(dtype, batch * m * k, 1),
    values(dtype, batch * k * n, 2),
    values(dtype, n, 3),
  ];
  const before = values(dtype, batch * m * n, 4);
  const backend = cpu({ fma: t.fma ?? false });
  const executable = backend.compile(program);
  const state = isUpdate ? [backend.allocate(dtype, batch * m * n)] : [];
  if (state[0]) backend.write(state[0], before);
  const results = executable.run(given, [da, db, dc], state);
  const got = state[0] ? backend.read(state[0]) : (results[0] as TypedArray);
  if (state[0]) backend.release(state[0]);
  const at = (
    d: TypedArray,
    s: number,
    i: number,
    j: number,
    rows: number,
    columns: number,
    flip = false,
  ): number => d[flip ? (s * columns + j) * rows + i : (s * rows + i) * columns + j] as number;
  let error = 0;
  for (let s = 0; s < batch; s++)
    for (let i = 0; i < m; i++)
      for (let j = 0; j < n; j++) {
        let [exact, magnitude] = [0, 2];
        for (let l = 0; l < k; l++) {
          const term = at(da, s, i, l, m, k, t.flipA) * at(db, s, l, j, k, n, t.flipB);
          exact += term;
          magnitude += Math.abs(term);
        }
        const g = at(got, s, i, j, m, n, t.flipOut);
        const eps = dtype === "float32" ? 2 ** -23 : 2 ** -52;
        if (t.epilogue === "compare") {
          if (Math.abs(exact) > k * eps * magnitude && (g === 1) !== exact > 0) error = Infinity;
          continue;
        }
        const wanted =
          t.epilogue === "bias"
            ? Math.max(exact + (dc[j] as number), 0)
            : isUpdate
              ? at(before, s, i, j, m, n, t.flipOut) - 0.5 * exact
              : exact;
        error = Math.max(error, Math.abs(g - wanted) / ((k + 4) * eps * magnitude) || 0);
        if (g !== g) error = Infinity;
      }
  const explained = executable.explain();
  executable.release();
  return { error, explained };
}

const cases: Case[] = [];
for (const dtype of ["float32", "float64"] as const) {
  cases.push({ dtype, m: 64, n: 64, k: 64 }, { dtype, m: 61, n: 67, k: 71, fma: true });
  for (const flipA of [false, true])
    for (const flipB of [false, true]) cases.push({ dtype, m: 51, n: 53, k: 49, flipA, flipB });
  cases.push(
    { dtype, m: 130, n: 9, k: 600 },
    { dtype, m: 5, n: 1030, k: 40 },
    { dtype, m: 51, n: 53, k: 49, flipOut: true },
  );
  cases.push(
    { dtype, m: 51, n: 53, k: 49, symbolic: true },
    { dtype, m: 3, n: 1, k: 2, symbolic: true },
    { dtype, m: 3, n: 5, k: 0, symbolic: true },
  );
  cases.push(
    { dtype, m: 0, n: 5, k: 4, symbolic: true },
    { dtype, batch: 3, m: 50, n: 52, k: 54 },
    { dtype, batch: 2, m: 50, n: 52, k: 54, symbolic: true, flipB: true },
  );
  for (const epilogue of ["bias", "update", "compare"] as const)
    cases.push(
      { dtype, m: 51, n: 53, k: 49, epilogue },
      { dtype, batch: 2, m: 51, n: 53, k: 49, epilogue, symbolic: true },
    );
}

describe("a product of matrices", () => {
  it.each(cases.map((c) => [JSON.stringify(c), c] as const))("is right for %s", (_, c) => {
    const { error, explained } = run(c);
    expect(explained).toContain("gemm");
    expect(error).toBeLessThanOrEqual(1);
  });
});

const vectorCases: Case[] = [];
for (const dtype of ["float32", "float64"] as const)
  for (const flipA of [false, true])
    for (const t of [
      {},
      { fma: true },
      { symbolic: true },
      { batch: 2 },
      { batch: 3, symbolic: true },
      { epilogue: "bias" },
      { epilogue: "update" },
      { epilogue: "compare" },
      { epilogue: "update", symbolic: true },
    ] as const)
      vectorCases.push(
        { dtype, m: 150, n: 1, k: 187, flipA, vector: true, ...t },
        { dtype, m: 1, n: 150, k: 113, flipB: flipA, vector: true, ...t },
      );

describe("a product of a matrix and a vector", () => {
  it.each(vectorCases.map((c) => [JSON.stringify(c), c] as const))("is right for %s", (_, c) => {
    const { error, explained } = run(c);
    expect(explained).toContain("matrix times vector");
    expect(error).toBeLessThanOrEqual(1);
  });
  it.each([0, 1, 2, 3, 5, 6, 7, 8, 13] as const)("is right for sizes around a group of rows: %i", (n) => {
    for (const t of [
      { m: n, n: 1, k: 700 },
      { m: 200, n: 1, k: n },
      { m: 200, n: 1, k: n, flipA: true },
      { m: n, n: 1, k: 700, flipA: true },
    ])
      expect(run({ dtype: "float64", symbolic: true, vector: n !== 1, ...t }).error).toBeLessThanOrEqual(1);
  });
});
