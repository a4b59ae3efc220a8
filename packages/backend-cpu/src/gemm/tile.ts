import { type Code, i32, type Local, v128 } from "../wasm/code.ts";
import type { Module } from "../wasm/module.ts";
import * as op from "../wasm/op.ts";
import * as simd from "../wasm/simd.ts";

/** The dtypes that products are made in. */
export type Real = "float32" | "float64";

/** Rows and columns of a register tile, and the blocks that are packed: of the first matrix `mc` by `kc`, of the second `kc` by `nc`. */
export interface Blocking {
  readonly bytes: 4 | 8;
  readonly mr: number;
  readonly nr: number;
  readonly mc: number;
  readonly kc: number;
  readonly nc: number;
}

// Eight accumulators, two columns and four splats are 14 of the 15 registers that V8 gives.
/** The tile and the blocks of each dtype. */
export const blockings: { readonly [D in Real]: Blocking } = {
  float32: { bytes: 4, mr: 4, nr: 8, mc: 128, kc: 512, nc: 1024 },
  float64: { bytes: 8, mr: 4, nr: 4, mc: 128, kc: 256, nc: 1024 },
};

/** Steps along k in one round of the loop. */
const rounds = 16;

/**
 * `tiles(a, b, c, k, row, add, count)`: c[i, j] (+)= Σₖ a[k, i]·b[k, j] for register tiles below each other, from packed
 * panels; `row` is the distance of c's rows in bytes, `k` and `count` at least 1, and `add` is 0 for the first block.
 */
function tileFunction(module: Module, dtype: Real, fma: boolean): Code {
  const { bytes, mr } = blockings[dtype];
  const c = module.function([i32, i32, i32, i32, i32, i32, i32], []);
  const [a, panel, to, k, row, isMore, count] = [0, 1, 2, 3, 4, 5, 6];
  const b = c.local(i32);
  const double = dtype === "float64";
  const sums: Local[][] = Array.from({ length: mr }, () => [c.local(v128), c.local(v128)]);
  const columns = [c.local(v128), c.local(v128)] as const;
  const splat = c.local(v128);
  const loaded = [c.local(v128), c.local(v128)] as const;
  const stop = c.local(i32);
  const [mul, add, madd] = double
    ? [simd.f64x2_mul, simd.f64x2_add, simd.f64x2_relaxed_madd]
    : [simd.f32x4_mul, simd.f32x4_add, simd.f32x4_relaxed_madd];
  c.loop();
  c.get(panel);
  c.set(b);
  const zero = new Uint8Array(16);
  for (const s of sums.flat()) {
    c.v128(zero);
    c.set(s);
  }
  // stop = a + k·(bytes of a column of a)
  c.get(a);
  c.get(k);
  c.i32(mr * bytes);
  c.op(op.i32_mul);
  c.op(op.i32_add);
  c.set(stop);
  const step = (): void => {
    columns.forEach((column, h) => {
      c.get(b);
      c.simdMemory(simd.v128_load, 16 * h);
      c.set(column);
    });
    if (fma)
      for (let h = 0; h < (double ? 2 : 1); h++) {
        c.get(a);
        c.simdMemory(simd.v128_load, 16 * h);
        c.set(loaded[h] as Local);
      }
    for (let r = 0; r < mr; r++) {
      if (fma) {
        // One load and shuffles: multiply-add leaves the shuffle's port free.
        const source = loaded[double ? r >> 1 : 0] as Local;
        const lane = double ? r & 1 : r;
        c.get(source);
        c.get(source);
        c.shuffle(Array.from({ length: 16 }, (_, i) => lane * bytes + (i % bytes)));
      } else {
        c.get(a);
        c.simdMemory(double ? simd.v128_load64_splat : simd.v128_load32_splat, r * bytes);
      }
      c.set(splat);
      columns.forEach((column, h) => {
        const sum = (sums[r] as Local[])[h] as Local;
        if (fma) {
          c.get(splat);
          c.get(column);
          c.get(sum);
          c.simd(madd);
        } else {
          c.get(sum);
          c.get(splat);
          c.get(column);
          c.simd(mul);
          c.simd(add);
        }
        c.set(sum);
      });
    }
    c.get(a);
    c.i32(mr * bytes);
    c.op(op.i32_add);
    c.set(a);
    c.get(b);
    c.i32(32);
    c.op(op.i32_add);
    c.set(b);
  };
  // A branch between the steps keeps V8 from hoisting the loads of all of them, which would spill the sums.
  c.block();
  c.loop();
  for (let s = 0; s < rounds; s++) {
    step();
    c.get(a);
    c.get(stop);
    if (s + 1 < rounds) {
      c.op(op.i32_eq);
      c.brIf(1);
    } else {
      c.op(op.i32_ne);
      c.brIf(0);
    }
  }
  c.end();
  c.end();
  const write = (more: boolean): void => {
    for (let r = 0; r < mr; r++) {
      columns.forEach((_, h) => {
        c.get(to);
        if (more) {
          c.get(to);
          c.simdMemory(simd.v128_load, 16 * h);
        }
        c.get((sums[r] as Local[])[h] as Local);
        if (more) c.simd(add);
        c.simdMemory(simd.v128_store, 16 * h);
      });
      if (r + 1 < mr) {
        c.get(to);
        c.get(row);
        c.op(op.i32_add);
        c.set(to);
      }
    }
  };
  c.get(isMore);
  c.if();
  write(true);
  c.else();
  write(false);
  c.end();
  // The next panel of a follows this one.
  c.get(to);
  c.get(row);
  c.op(op.i32_add);
  c.set(to);
  c.get(count);
  c.i32(1);
  c.op(op.i32_sub);
  c.tee(count);
  c.brIf(0);
  c.end();
  return c;
}

/** `edge(tile, c, rows, columns, row, add)`: copies (adds) the part of a tile that is inside of c. */
function edgeFunction(module: Module, dtype: Real): Code {
  const { bytes, nr } = blockings[dtype];
  const c = module.function([i32, i32, i32, i32, i32, i32], []);
  const [tile, to, rows, columns, row, isMore] = [0, 1, 2, 3, 4, 5];
  const double = dtype === "float64";
  const [load, store, add] = double
    ? [op.f64_load, op.f64_store, op.f64_add]
    : [op.f32_load, op.f32_store, op.f32_add];
  const j = c.local(i32);
  const move = (more: boolean): void => {
    const place = (base: Local): void => {
      c.get(base);
      c.get(j);
      c.op(op.i32_add);
    };
    place(to);
    place(tile);
    c.memory(load);
    if (more) {
      place(to);
      c.memory(load);
      c.op(add);
    }
    c.memory(store);
  };
  c.get(columns);
  c.i32(bytes);
  c.op(op.i32_mul);
  c.set(columns);
  c.loop();
  c.i32(0);
  c.set(j);
  c.loop();
  c.get(isMore);
  c.if();
  move(true);
  c.else();
  move(false);
  c.end();
  c.get(j);
  c.i32(bytes);
  c.op(op.i32_add);
  c.tee(j);
  c.get(columns);
  c.op(op.i32_lt_u);
  c.brIf(0);
  c.end();
  for (const [pointer, step] of [
    [tile, undefined],
    [to, row],
  ] as const) {
    c.get(pointer);
    if (step === undefined) c.i32(nr * bytes);
    else c.get(step);
    c.op(op.i32_add);
    c.set(pointer);
  }
  c.get(rows);
  c.i32(1);
  c.op(op.i32_sub);
  c.tee(rows);
  c.brIf(0);
  c.end();
  return c;
}

/**
 * `block(a, b, c, m, n, k, row, add, scratch)`: c (+)= a·b for packed blocks of m by k and k by n, tile by tile; tiles
 * that reach over the edge are made in `scratch` first.
 */
export function blockFunction(module: Module, dtype: Real, fma: boolean): Code {
  const { bytes, mr, nr } = blockings[dtype];
  const tile = tileFunction(module, dtype, fma);
  const edge = edgeFunction(module, dtype);
  const c = module.function([i32, i32, i32, i32, i32, i32, i32, i32, i32], []);
  const [a, b, to, m, n, k, row, isMore, scratch] = [0, 1, 2, 3, 4, 5, 6, 7, 8];
  const [i, j, pa, at, full] = Array.from({ length: 5 }, () => c.local(i32)) as [
    Local,
    Local,
    Local,
    Local,
    Local,
  ];
  const addTo = (target: Local, what: () => void): void => {
    c.get(target);
    what();
    c.op(op.i32_add);
    c.set(target);
  };
  const least = (x: () => void, limit: number): void => {
    x();
    c.i32(limit);
    x();
    c.i32(limit);
    c.op(op.i32_lt_s);
    c.select();
  };
  /** Goes so many tiles down. */
  const advance = (tiles: () => void): void => {
    const times = (step: () => void): void => {
      tiles();
      step();
      c.op(op.i32_mul);
    };
    addTo(pa, () =>
      times(() => {
        c.get(k);
        c.i32(mr * bytes);
        c.op(op.i32_mul);
      }),
    );
    addTo(at, () =>
      times(() => {
        c.get(row);
        c.i32(mr);
        c.op(op.i32_mul);
      }),
    );
    addTo(i, () => times(() => c.i32(mr)));
  };
  c.i32(0);
  c.set(j);
  c.loop();
  c.i32(0);
  c.set(i);
  c.get(a);
  c.set(pa);
  c.get(to);
  c.set(at);
  // Whole tiles, if j + nr <= n: m / mr of them.
  c.get(j);
  c.i32(nr);
  c.op(op.i32_add);
  c.get(n);
  c.op(op.i32_le_s);
  c.if(i32);
  c.get(m);
  c.i32(mr);
  c.op(op.i32_div_u);
  c.else();
  c.i32(0);
  c.end();
  c.tee(full);
  c.if();
  for (const x of [pa, b, at, k, row, isMore, full]) c.get(x);
  c.call(tile);
  advance(() => c.get(full));
  c.end();
  c.block();
  c.get(i);
  c.get(m);
  c.op(op.i32_ge_s);
  c.brIf(0);
  c.loop();
  for (const x of [pa, b, scratch, k]) c.get(x);
  c.i32(nr * bytes);
  c.i32(0);
  c.i32(1);
  c.call(tile);
  c.get(scratch);
  c.get(at);
  least(() => {
    c.get(m);
    c.get(i);
    c.op(op.i32_sub);
  }, mr);
  least(() => {
    c.get(n);
    c.get(j);
    c.op(op.i32_sub);
  }, nr);
  c.get(row);
  c.get(isMore);
  c.call(edge);
  advance(() => c.i32(1));
  c.get(i);
  c.get(m);
  c.op(op.i32_lt_s);
  c.brIf(0);
  c.end();
  c.end();
  addTo(b, () => {
    c.get(k);
    c.i32(nr * bytes);
    c.op(op.i32_mul);
  });
  addTo(to, () => c.i32(nr * bytes));
  addTo(j, () => c.i32(nr));
  c.get(j);
  c.get(n);
  c.op(op.i32_lt_s);
  c.brIf(0);
  c.end();
  return c;
}
