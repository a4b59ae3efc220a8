/** An input of a task: uniform numbers from `lo` to `hi`, or integers below `hi`, the same everywhere for a seed. */
export interface InputSpec {
  readonly shape: readonly number[];
  readonly dtype: "f32" | "f64" | "i32";
  readonly seed: number;
  readonly lo?: number;
  readonly hi: number;
  readonly int?: boolean;
}

/** Something to be timed. */
export interface Task {
  readonly id: string;
  /** Which program it is; `p` says its sizes and constants. */
  readonly family: string;
  readonly dtype: "f32" | "f64";
  readonly p: Readonly<Record<string, unknown>>;
  readonly inputs: Readonly<Record<string, InputSpec>>;
  /** How a time is told. */
  readonly unit: "ms" | "calls/s" | "steps/s" | "GFLOP/s" | "ns/step";
  /** Steps of a loop in one step of the program, where time is told by those. */
  readonly per?: number;
  /** Arithmetic of one step, where that is the point. */
  readonly flops?: number;
}

type Float = "f32" | "f64";
const uniform = (shape: readonly number[], seed: number, dtype: Float, lo = -1, hi = 1): InputSpec => ({
  shape,
  seed,
  dtype,
  lo,
  hi,
});
const integers = (
  shape: readonly number[],
  seed: number,
  hi: number,
  dtype: InputSpec["dtype"] = "i32",
): InputSpec => ({
  shape,
  seed,
  dtype,
  hi,
  int: true,
});
const floats: readonly Float[] = ["f64", "f32"];

const perFloat = (make: (dtype: Float) => Task[]): Task[] => floats.flatMap(make);

const calls = perFloat((dtype) => [
  {
    id: `call_scalar_${dtype}`,
    family: "call_host",
    dtype,
    p: { n: 0 },
    inputs: { x: uniform([], 1, dtype, 0, 1) },
    unit: "calls/s",
  },
  {
    id: `call_vec10_${dtype}`,
    family: "call_host",
    dtype,
    p: { n: 10 },
    inputs: { x: uniform([10], 1, dtype, 0, 1) },
    unit: "calls/s",
  },
  {
    id: `call_vec10_dev_${dtype}`,
    family: "call_dev",
    dtype,
    p: { n: 10 },
    inputs: { x: uniform([10], 1, dtype, 0, 1) },
    unit: "calls/s",
  },
]);

const chains = perFloat((dtype) => [
  {
    id: `chain_${dtype}`,
    family: "chain",
    dtype,
    p: { n: 1e6, a: 1.25, b: -0.4 },
    inputs: { x: uniform([1e6], 2, dtype, -3, 3) },
    unit: "ms",
  },
  {
    id: `logistic_${dtype}`,
    family: "logistic",
    dtype,
    p: { n: 1e6 },
    inputs: { x: uniform([1e6], 3, dtype, -6, 6) },
    unit: "ms",
  },
  {
    id: `logsoftmax_${dtype}`,
    family: "logsoftmax",
    dtype,
    p: { r: 1024, c: 1024 },
    inputs: { x: uniform([1024, 1024], 4, dtype, -4, 4) },
    unit: "ms",
  },
]);

const crossEntropy: Task = {
  id: "xentgrad_f32",
  family: "xentgrad",
  dtype: "f32",
  p: { r: 256, c: 1000 },
  inputs: { x: uniform([256, 1000], 5, "f32", -4, 4), y: integers([256], 6, 1000) },
  unit: "ms",
};

const reductions = perFloat((dtype) =>
  ["sum", "mean0", "mean1", "max", "argmax1", "logsumexp1"].map((op) => ({
    id: `red_${op}_${dtype}`,
    family: "reduce",
    dtype,
    p: { op, n: 2048 },
    inputs: { x: uniform([2048, 2048], 7, dtype) },
    unit: "ms",
  })),
);

const products = perFloat((dtype) => [
  ...[64, 128, 256, 512, 1024, 2048].map(
    (n): Task => ({
      id: `gemm_${n}_${dtype}`,
      family: "gemm",
      dtype,
      p: { n },
      inputs: { a: uniform([n, n], 8, dtype), b: uniform([n, n], 9, dtype) },
      unit: "GFLOP/s",
      flops: 2 * n ** 3,
    }),
  ),
  {
    id: `gemv_4096_${dtype}`,
    family: "gemv",
    dtype,
    p: { n: 4096 },
    inputs: { a: uniform([4096, 4096], 8, dtype), x: uniform([4096], 9, dtype) },
    unit: "GFLOP/s",
    flops: 2 * 4096 ** 2,
  },
]);

const regressions = perFloat((dtype) => [
  {
    id: `logreg_${dtype}`,
    family: "logreg",
    dtype,
    p: { N: 400, F: 784, lr: 0.1, l2: 0.01 },
    inputs: {
      x: uniform([400, 784], 10, dtype, 0, 1),
      y: integers([400], 11, 2, dtype),
      w: uniform([784], 12, dtype, -0.1, 0.1),
    },
    unit: "steps/s",
  },
]);

const perceptron: Task = {
  id: "mlp_f32",
  family: "mlp",
  dtype: "f32",
  p: { B: 128, D: [784, 512, 512, 10], lr: 0.01, mu: 0.9 },
  inputs: {
    x: uniform([128, 784], 13, "f32", 0, 1),
    y: integers([128], 14, 10),
    w1: uniform([784, 512], 15, "f32", -0.05, 0.05),
    w2: uniform([512, 512], 16, "f32", -0.05, 0.05),
    w3: uniform([512, 10], 17, "f32", -0.05, 0.05),
  },
  unit: "steps/s",
};

const steps = { T: 100, B: 32, I: 64, H: 128 };
const network = (kind: string, gates: number, seed: number): Task[] =>
  ["fwd", "grad"].map((what) => ({
    id: `${kind}_${what}_f32`,
    family: `${kind}_${what}`,
    dtype: "f32",
    p: steps,
    inputs: {
      x: uniform([steps.T, steps.B, steps.I], 28, "f32"),
      wx: uniform([steps.I, gates * steps.H], seed, "f32", -0.1, 0.1),
      wh: uniform([steps.H, gates * steps.H], seed + 1, "f32", -0.1, 0.1),
    },
    unit: "steps/s",
  }));

const recurrences: readonly Task[] = [
  ...network("rnn", 1, 29),
  ...network("lstm", 4, 31),
  {
    id: "scan_h16_f32",
    family: "scan_h16",
    dtype: "f32",
    p: { T: 10_000, H: 16 },
    inputs: { x: uniform([10_000, 16], 33, "f32"), w: uniform([16, 16], 34, "f32", -0.2, 0.2) },
    unit: "ns/step",
    per: 10_000,
  },
  ...perFloat((dtype) => [
    {
      id: `scan_scalar_${dtype}`,
      family: "scan_scalar",
      dtype,
      p: { T: 1e6, a: 0.9 },
      inputs: { x: uniform([1e6], 35, dtype) },
      unit: "ns/step",
      per: 1e6,
    },
  ]),
];

const machine = { V: 784, H: 500, B: 20, lr: 0.1 };
const machines: readonly Task[] = [
  {
    id: "rbm_cd1_f32",
    family: "rbm",
    dtype: "f32",
    p: machine,
    inputs: {
      v: integers([machine.B, machine.V], 36, 2, "f32"),
      w: uniform([machine.V, machine.H], 37, "f32", -0.05, 0.05),
      u1: uniform([machine.B, machine.H], 38, "f32", 0, 1),
      u2: uniform([machine.B, machine.V], 39, "f32", 0, 1),
    },
    unit: "steps/s",
  },
  {
    id: "rbm_pcd15_f32",
    family: "rbm_pcd",
    dtype: "f32",
    p: { ...machine, k: 15 },
    inputs: {
      v: integers([machine.B, machine.V], 36, 2, "f32"),
      w: uniform([machine.V, machine.H], 37, "f32", -0.05, 0.05),
    },
    unit: "steps/s",
  },
];

/** Every task, by the ids under which other libraries are timed on it too. */
export const tasks: readonly Task[] = [
  ...calls,
  ...chains,
  crossEntropy,
  ...reductions,
  ...products,
  ...regressions,
  perceptron,
  ...recurrences,
  ...machines,
];
