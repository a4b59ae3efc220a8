import { modulus1, modulus2, nextStream, nextSubstream, step } from "./mrg31k3p.ts";

// The recurrences of the paper as matrices, in exact integers: an independent way to any state.
type Matrix = bigint[][];
const first: Matrix = [
  [0n, 2n ** 22n, 2n ** 7n + 1n],
  [1n, 0n, 0n],
  [0n, 1n, 0n],
];
const second: Matrix = [
  [2n ** 15n, 0n, 2n ** 15n + 1n],
  [1n, 0n, 0n],
  [0n, 1n, 0n],
];

const product = (a: Matrix, b: Matrix, m: bigint): Matrix =>
  a.map((row) => b[0]!.map((_, j) => row.reduce((sum, x, k) => sum + x * b[k]![j]!, 0n) % m));

function power(a: Matrix, n: bigint, m: bigint): Matrix {
  if (n === 0n) return a.map((row, i) => row.map((_, j) => BigInt(i === j)));
  const half = power(a, n / 2n, m);
  const square = product(half, half, m);
  return n % 2n === 0n ? square : product(square, a, m);
}

function after(state: readonly number[], n: bigint): number[] {
  const part = (a: Matrix, words: readonly number[], m: number): number[] =>
    product(
      power(a, n, BigInt(m)),
      words.map((x) => [BigInt(x)]),
      BigInt(m),
    ).map(([x]) => Number(x));
  return [...part(first, state.slice(0, 3), modulus1), ...part(second, state.slice(3), modulus2)];
}

const start = [12345, 23456, 34567, 45678, 56789, 67890];

test("a million steps lead where the matrices' power does", () => {
  const words = Int32Array.from(start);
  let last = 0;
  for (let i = 0; i < 1e6; i++) last = step(words, 0);
  expect([...words]).toEqual(after(start, 1_000_000n));
  const difference = words[0]! - words[3]!;
  expect(last).toBe(difference > 0 ? difference : difference + modulus1);
});

test("substreams are 2^72 steps apart, streams 2^134", () => {
  expect([...nextSubstream(Int32Array.from(start))]).toEqual(after(start, 2n ** 72n));
  expect([...nextStream(Int32Array.from(start))]).toEqual(after(start, 2n ** 134n));
});
