import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { CounterStreams, MRG_RandomStreams, RandomStreams, type TensorVariable, theano } from "theano-ts";

// Random numbers side by side with NumPy, rounds taking turns, both on one thread:
//     node apps/bench/dist/random.js [how many numbers] [rounds]
// "drawn" is a function that sums its draws, so that they stay in the module; "returned" gives them to the caller as an
// array of its own, as NumPy does. Nanoseconds for each number, best round. PYTHON names another python3 with NumPy.

const [count, rounds] = [Number(process.argv[2] ?? 1e7), Number(process.argv[3] ?? 5)];

interface Row {
  readonly name: string;
  readonly make: () => TensorVariable;
  /** What NumPy does, with `rs` a RandomState and `rng` a Generator; undefined if it has no such numbers. */
  readonly numpy?: string;
}

const float32 = { dtype: "float32" } as const;
const rows: readonly Row[] = [
  {
    name: "MT19937 uniform",
    make: () => new RandomStreams(1).uniform([count]),
    numpy: "rs.random_sample(n)",
  },
  {
    name: "MT19937 normal",
    make: () => new RandomStreams(1).normal([count]),
    numpy: "rs.standard_normal(n)",
  },
  { name: "MRG31k3p uniform", make: () => new MRG_RandomStreams(1).uniform([count]) },
  { name: "MRG31k3p uniform float32", make: () => new MRG_RandomStreams(1).uniform([count], float32) },
  {
    name: "counter uniform float32",
    make: () => new CounterStreams(1).uniform([count], float32),
    numpy: "rng.random(n, dtype=np.float32)",
  },
  {
    name: "counter normal float32",
    make: () => new CounterStreams(1).normal([count], float32),
    numpy: "rng.standard_normal(n, dtype=np.float32)",
  },
  { name: "counter uniform", make: () => new CounterStreams(1).uniform([count]), numpy: "rng.random(n)" },
  {
    name: "counter normal",
    make: () => new CounterStreams(1).normal([count]),
    numpy: "rng.standard_normal(n)",
  },
];

/** Evaluates the lines it is given, and answers with how many nanoseconds that took. */
const peer = `
import sys, time, numpy as np
rs, rng, n = np.random.RandomState(1), np.random.default_rng(1), ${count}
for line in sys.stdin:
    start = time.perf_counter_ns()
    eval(line)
    print(time.perf_counter_ns() - start, flush=True)
`;
const python = spawn(process.env.PYTHON ?? "python3", ["-c", peer], {
  stdio: ["pipe", "pipe", "inherit"],
  env: { ...process.env, OMP_NUM_THREADS: "1" },
});
const answers = createInterface({ input: python.stdout });

async function numpy(expression: string): Promise<number> {
  const answer = once(answers, "line");
  python.stdin.write(`${expression}\n`);
  return Number((await answer)[0]);
}

function ours(f: () => unknown): number {
  const start = performance.now();
  f();
  return (performance.now() - start) * 1e6;
}

const column = (x: number | undefined): string =>
  (x === undefined ? "" : (x / count).toFixed(2)).padStart(10);
console.log(
  `${"ns a number".padEnd(26)}${["drawn", "returned", "NumPy"].map((x) => x.padStart(10)).join("")}`,
);
for (const row of rows) {
  const v = row.make();
  const [drawn, returned] = [theano.function([], v.sum()), theano.function([], v)] as (() => unknown)[] as [
    () => unknown,
    () => unknown,
  ];
  const best = { drawn: Infinity, returned: Infinity, numpy: row.numpy ? Infinity : undefined };
  for (let round = 0; round <= rounds; round++) {
    const taken = {
      drawn: ours(drawn),
      returned: ours(returned),
      numpy: row.numpy && (await numpy(row.numpy)),
    };
    // The first round compiles.
    if (round === 0) continue;
    best.drawn = Math.min(best.drawn, taken.drawn);
    best.returned = Math.min(best.returned, taken.returned);
    if (best.numpy !== undefined) best.numpy = Math.min(best.numpy, Number(taken.numpy));
  }
  console.log(`${row.name.padEnd(26)}${column(best.drawn)}${column(best.returned)}${column(best.numpy)}`);
}
python.stdin.end();
