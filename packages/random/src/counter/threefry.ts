import { constant, type Expr } from "@theano-ts/kernel";
import * as prim from "@theano-ts/kernel/prims";

// Threefry-2x32 with twenty rounds: J. K. Salmon, M. A. Moraes, R. O. Dror and D. E. Shaw, "Parallel random numbers: as
// easy as 1, 2, 3", SC 2011. A key turns each counter into a block of two random words, so any word can be made alone.

/** Two words of 32 bits. */
export type Pair<T> = readonly [T, T];

/** Arithmetic on words of 32 bits. */
interface Words<T> {
  add(a: T, b: T): T;
  addConstant(a: T, b: number): T;
  xor(a: T, b: T): T;
  rotate(a: T, bits: number): T;
}

/** By how much the rounds of a group rotate, and the next group's. */
const rotations = [
  [13, 15, 26, 6],
  [17, 29, 16, 24],
];
/** Makes keys differ that would leave zeros as they are (the paper's C240, in 32 bits). */
const parity = 0x1bd11bda;

function threefry<T>(
  { add, addConstant, xor, rotate }: Words<T>,
  key: Pair<T>,
  counter: Pair<T>,
  c: (x: number) => T,
): Pair<T> {
  const keys = [...key, xor(xor(key[0], key[1]), c(parity))] as const;
  let [x, y] = [add(counter[0], keys[0]), add(counter[1], keys[1])];
  for (let group = 0; group < 5; group++) {
    for (const bits of rotations[group % 2] as readonly number[]) {
      x = add(x, y);
      y = xor(rotate(y, bits), x);
    }
    x = add(x, keys[(group + 1) % 3] as T);
    y = addConstant(add(y, keys[(group + 2) % 3] as T), group + 1);
  }
  return [x, y];
}

const exprs: Words<Expr> = {
  add: prim.add,
  addConstant: (a, b) => prim.add(a, constant(b, "uint32")),
  xor: prim.xor,
  rotate: (a, bits) =>
    prim.or(prim.shl(a, constant(bits, "uint32")), prim.shr(a, constant(32 - bits, "uint32"))),
};

const numbers: Words<number> = {
  add: (a, b) => (a + b) >>> 0,
  addConstant: (a, b) => (a + b) >>> 0,
  xor: (a, b) => (a ^ b) >>> 0,
  rotate: (a, bits) => ((a << bits) | (a >>> (32 - bits))) >>> 0,
};

/** The block of a counter, as expressions of uint32. */
export const blockOf = (key: Pair<Expr>, counter: Pair<Expr>): Pair<Expr> =>
  threefry(exprs, key, counter, (x) => constant(x, "uint32"));

/** The block of a counter, as numbers 0 … 2^32 − 1. */
export const block = (key: Pair<number>, counter: Pair<number>): Pair<number> =>
  threefry(numbers, key, counter, (x) => x);
