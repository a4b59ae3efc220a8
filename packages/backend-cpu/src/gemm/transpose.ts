import { type Code, i32, type Local, v128 } from "../wasm/code.ts";
import type { Module } from "../wasm/module.ts";
import * as op from "../wasm/op.ts";
import * as simd from "../wasm/simd.ts";
import type { Real } from "./tile.ts";

/** Rows in a panel that `transposeFunction` makes. */
export const panelRows = 4;

/**
 * `transpose(from, row, to, panels, depth)`: copies rows, `row` bytes apart, into panels of four, in which the four
 * elements of a column are neighbours.
 */
export function transposeFunction(module: Module, dtype: Real): Code {
  const c = module.function([i32, i32, i32, i32, i32], []);
  const [from, row, to, panels, depth] = [0, 1, 2, 3, 4];
  const double = dtype === "float64";
  const [bytes, lanes] = double ? ([8, 2] as const) : ([4, 4] as const);
  const rows = Array.from({ length: panelRows }, () => c.local(i32));
  const k = c.local(i32);
  const advance = (pointer: Local, by: number): void => {
    c.get(pointer);
    c.i32(by);
    c.op(op.i32_add);
    c.set(pointer);
  };
  /** `step` as often as the number on the stack says. */
  const repeat = (step: () => void): void => {
    c.tee(k);
    c.if();
    c.loop();
    step();
    advance(k, -1);
    c.get(k);
    c.brIf(0);
    c.end();
    c.end();
  };
  const columns = (): void => {
    const loaded = rows.map((r) => {
      const v = c.local(v128);
      c.get(r);
      c.simdMemory(simd.v128_load);
      c.set(v);
      advance(r, 16);
      return v;
    });
    const write = double ? transposed2 : transposed4;
    write(c, loaded, (at, push) => {
      c.get(to);
      push();
      c.simdMemory(simd.v128_store, at);
    });
    advance(to, panelRows * 16);
  };
  const column = (): void => {
    rows.forEach((r, i) => {
      c.get(to);
      c.get(r);
      c.memory(double ? op.f64_load : op.f32_load);
      c.memory(double ? op.f64_store : op.f32_store, i * bytes);
      advance(r, bytes);
    });
    advance(to, panelRows * bytes);
  };
  c.get(panels);
  c.if();
  c.loop();
  for (const r of rows) {
    c.get(from);
    c.tee(r);
    c.get(row);
    c.op(op.i32_add);
    c.set(from);
  }
  c.get(depth);
  c.i32(Math.log2(lanes));
  c.op(op.i32_shr_u);
  repeat(columns);
  c.get(depth);
  c.i32(lanes - 1);
  c.op(op.i32_and);
  repeat(column);
  advance(panels, -1);
  c.get(panels);
  c.brIf(0);
  c.end();
  c.end();
  return c;
}

type Write = (at: number, push: () => void) => void;

/** Lanes of `bytes` bytes: number `x` of the first vector or, from `16 / bytes` on, of the second. */
const pick = (c: Code, a: Local, b: Local, bytes: number, lanes: readonly number[]): void => {
  c.get(a);
  c.get(b);
  c.shuffle(lanes.flatMap((l) => Array.from({ length: bytes }, (_, i) => l * bytes + i)));
};

/** Two columns of four rows of two. */
function transposed2(c: Code, v: readonly Local[], write: Write): void {
  const [v0, v1, v2, v3] = v as [Local, Local, Local, Local];
  for (const column of [0, 1]) {
    write(32 * column, () => pick(c, v0, v1, 8, [column, 2 + column]));
    write(32 * column + 16, () => pick(c, v2, v3, 8, [column, 2 + column]));
  }
}

/** Four columns of four rows of four, by way of their halves. */
function transposed4(c: Code, v: readonly Local[], write: Write): void {
  const [v0, v1, v2, v3] = v as [Local, Local, Local, Local];
  for (const half of [0, 1]) {
    const pairs = [2 * half, 4 + 2 * half, 2 * half + 1, 5 + 2 * half];
    const [upper, lower] = [
      [v0, v1],
      [v2, v3],
    ].map(([a, b]) => {
      const t = c.local(v128);
      pick(c, a as Local, b as Local, 4, pairs);
      c.set(t);
      return t;
    }) as [Local, Local];
    for (const column of [0, 1])
      write(32 * half + 16 * column, () => pick(c, upper, lower, 8, [column, 2 + column]));
  }
}
