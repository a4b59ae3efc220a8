import { makers, type NDArray } from "@theano-ts/core";
import { bytesOf } from "@theano-ts/kernel";
import {
  FileError,
  readNpy,
  readNpz,
  readSafetensors,
  writeNpy,
  writeNpz,
  writeSafetensors,
} from "./index.ts";

// Valid files with something wrong in them: each is refused by a FileError or read as something that its bytes can
// hold. Nothing else is thrown, nothing hangs, and nothing big is allocated.

/** A generator of the same integers on every run, below `n`. Numerical Recipes' quick one. */
function randoms(seed: number): (n: number) => number {
  let state = seed;
  return (n) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * n);
  };
}

/** What may be done to a file. */
const mutations: readonly ((bytes: Uint8Array, random: (n: number) => number) => Uint8Array)[] = [
  // Cut off.
  (bytes, random) => bytes.slice(0, random(bytes.length)),
  // Some bits turned over.
  (bytes, random) => {
    const changed = bytes.slice();
    for (let i = random(4); i >= 0; i--) {
      const at = random(bytes.length);
      changed[at] = (changed[at] as number) ^ (1 << random(8));
    }
    return changed;
  },
  // A byte of the header, where sizes and digits are, replaced by an extreme one.
  (bytes, random) => {
    const changed = bytes.slice();
    changed[random(Math.min(160, bytes.length))] = [0, 0xff, 0x7f, 0x80, 0x39, 0x2d, 0x5b][
      random(7)
    ] as number;
    return changed;
  },
  // Eight bytes anywhere made the greatest number.
  (bytes, random) => bytes.slice().fill(0xff, random(bytes.length), bytes.length - random(8)),
  (bytes, random) => {
    const at = random(bytes.length);
    return bytes.slice().fill(random(256), at, at + 1 + random(8));
  },
  // A part left out, or twice there.
  (bytes, random) => {
    const [a, b] = [random(bytes.length), random(bytes.length)];
    return Uint8Array.from([...bytes.subarray(0, a), ...bytes.subarray(b)]);
  },
];

const x = makers.arange(12).reshape([3, 4]);
const some = { x, n: makers.array([1n, 2n]), b: makers.array([true, false], "bool") };
const readers: readonly (readonly [string, Uint8Array, (bytes: Uint8Array) => Iterable<NDArray>])[] = [
  ["npy", writeNpy(x), (bytes) => [readNpy(bytes)]],
  ["npz", writeNpz(some), (bytes) => readNpz(bytes).values()],
  ["compressed npz", writeNpz(some, { compress: true }), (bytes) => readNpz(bytes).values()],
  [
    "safetensors",
    writeSafetensors(some, { metadata: { a: "b" } }),
    (bytes) => readSafetensors(bytes).arrays.values(),
  ],
];

test.each(readers)(
  "12 000 broken files of %s are refused, or read as what they can hold",
  (_, file, read) => {
    const random = randoms(20);
    let refused = 0;
    let slowest = 0;
    for (let i = 0; i < 12_000; i++) {
      const mutate = mutations[i % mutations.length] as (typeof mutations)[number];
      const broken = mutate(file, random);
      const start = performance.now();
      try {
        const held = [...read(broken)].reduce((sum, a) => sum + a.size * bytesOf(a.dtype), 0);
        // What deflate can unpack at most.
        expect(held).toBeLessThanOrEqual(broken.length * 1032);
      } catch (error) {
        if (!(error instanceof FileError)) throw error;
        refused++;
      }
      slowest = Math.max(slowest, performance.now() - start);
    }
    expect(refused).toBeGreaterThan(6_000);
    // A file of some hundred bytes takes microseconds; a second is a busy machine, and no loop over a size that lies.
    expect(slowest).toBeLessThan(1000);
  },
  60_000,
);
