import {
  type Axis,
  buffer,
  bytesOf,
  type Expr,
  index,
  int,
  type Reduce,
  replaceAxes,
  size,
} from "@theano-ts/kernel";
import * as prim from "@theano-ts/kernel/prims";
import { constantOf } from "../emit/analysis.ts";
import type { Emitter } from "../emit/emitter.ts";
import { scalar } from "../emit/scope.ts";
import { type Blocking, blockFunction, blockings, type Real } from "../gemm/tile.ts";
import { i32, type Local } from "../wasm/code.ts";
import * as op from "../wasm/op.ts";
import { asOneSum, type Scratch, targetOf } from "./epilogue.ts";
import type { Flat, Store } from "./flatten.ts";
import { emitMap } from "./map.ts";
import { type Packing, pack } from "./packing.ts";

/** out[…, i, j] = f(Σₖ a[…, i, k]·b[…, k, j]). */
export interface Contraction {
  readonly dtype: Real;
  /** Loops around the product. */
  readonly batch: readonly Axis[];
  readonly i: Axis;
  readonly j: Axis;
  readonly k: Axis;
  /** Depends on i and k. */
  readonly a: Expr;
  /** Depends on j and k. */
  readonly b: Expr;
  readonly sum: Reduce;
  readonly store: Store;
}

/** Products with fewer multiplications than this are as fast without packing. */
const smallest = 48 ** 3;

/** `flat` as a product of matrices, or undefined. */
export function asContraction(flat: Flat, emitter: Emitter): Contraction | undefined {
  const one = asOneSum(flat);
  if (!one) return undefined;
  const { store, sum } = one;
  const [k] = sum.of.axes;
  const [body] = sum.of.bodies;
  if (sum.of.axes.length !== 1 || !k || body?.kind !== "call" || body.prim !== prim.mul) return undefined;
  const { dtype } = body;
  if (dtype !== "float32" && dtype !== "float64") return undefined;
  const { analysis } = emitter;
  const [x, y] = body.args as [Expr, Expr];
  const [inX, inY, bitK] = [analysis.mask(x), analysis.mask(y), analysis.bitOf(k)];
  if (!(inX & bitK) || !(inY & bitK)) return undefined;
  const only = (mask: number, other: number): Axis[] =>
    flat.axes.filter((a) => (analysis.bitOf(a) & mask) !== 0 && (analysis.bitOf(a) & other) === 0);
  const [xs, ys] = [only(inX, inY), only(inY, inX)];
  if (xs.length !== 1 || ys.length !== 1) return undefined;
  const batch = flat.axes.filter((a) => (analysis.bitOf(a) & inX & inY) !== 0);
  if (batch.length + 2 !== flat.axes.length || batch.length > 6) return undefined;
  const { terms } = analysis.affine(store.address);
  // The axis whose neighbours are neighbours in the output must be that of the second operand.
  const isNext = (a: Axis): boolean => constantOf(terms.get(a)) === bytesOf(store.dtype);
  const [p, q] = [xs[0] as Axis, ys[0] as Axis];
  const [i, j, a, b] = isNext(q) ? [p, q, x, y] : [q, p, y, x];
  if (!isNext(j)) return undefined;
  const [m, n, depth] = [i, j, k].map((axis) => constantOf(axis.size) ?? 1000) as [number, number, number];
  if (m * n * depth < smallest || m < 4 || n < 4 || depth < 4) return undefined;
  return { dtype, batch, i, j, k, a, b, sum, store };
}

/** Writes a matrix product: blocks packed, then tile by tile, then `f` of what came out. */
export function emitContraction(contraction: Contraction, emitter: Emitter, scratch: Scratch): string {
  const { dtype, batch, i, j, k, store, sum } = contraction;
  const blocking = blockings[dtype];
  const { place, epilogue, finish } = targetOf({ axes: [...batch, i, j], store, sum }, scratch, false);
  emitter.nest(
    batch,
    [],
    () => {
      const to = replaceAxes(
        [place],
        new Map([
          [i, int(0)],
          [j, int(0)],
        ]),
      )[0] as Expr;
      const row = emitter.analysis.affine(place).terms.get(i) ?? int(0);
      multiply(contraction, blocking, emitter, scratch, to, row);
    },
    [i, j],
  );
  finish(emitter);
  const sizes = [i, k, j].map((a) => constantOf(a.size) ?? "n").join("×");
  return `gemm ${sizes} ${dtype} ${blocking.mr}x${blocking.nr}${batch.length > 0 ? ` · ${batch.map((a) => constantOf(a.size) ?? "n").join("×")} times` : ""}${epilogue ? " · epilogue" : ""}`;
}

const roundUp = (n: number, to: number): number => Math.ceil(n / to) * to;
const atMost = (axis: Axis, limit: number, unit = 1): number =>
  Math.min(limit, roundUp(constantOf(axis.size) ?? limit, unit));

/** The loops over blocks of one product, written to the address `to` with rows `row` bytes apart. */
function multiply(
  contraction: Contraction,
  blocking: Blocking,
  emitter: Emitter,
  scratch: Scratch,
  to: Expr,
  row: Expr,
): void {
  const { dtype, batch, i, j, k, a, b } = contraction;
  const { mr, nr, mc, kc, nc, bytes } = blocking;
  const c = emitter.code;
  const room = (n: number): Local => {
    const local = c.local(i32);
    emitter.push(size(scratch.take(buffer(dtype, n, "temporary"))), scalar);
    c.set(local);
    return local;
  };
  const packedA = room(atMost(i, mc, mr) * atMost(k, kc));
  const once = batch.length === 0 ? packedBefore(contraction, blocking, scratch) : undefined;
  const packedB = once ? c.local(i32) : room(atMost(j, nc, nr) * atMost(k, kc));
  const tile = room(mr * nr);
  const block = c.module.shared(`product ${dtype}`, () =>
    blockFunction(c.module, dtype, emitter.environment.fma),
  );
  emitter.ensure([to, row, i.size, j.size, k.size].map((e) => ({ e, form: scalar })));
  clearIfEmpty(contraction, emitter, to, row);
  blocks(emitter, j, nc, (j0, columns) =>
    blocks(emitter, k, kc, (k0, depth) => {
      const packB = {
        from: b,
        along: j,
        start: j0,
        count: columns,
        panel: nr,
        k,
        k0,
        depth,
        to: packedB,
        dtype,
      };
      if (once) blockAt(emitter, once, contraction, blocking, packB);
      else pack(packB, emitter);
      blocks(emitter, i, mc, (i0, rows) => {
        pack(
          { from: a, along: i, start: i0, count: rows, panel: mr, k, k0, depth, to: packedA, dtype },
          emitter,
        );
        for (const l of [packedA, packedB]) c.get(l);
        // to + i0·row + j0·bytes
        emitter.push(to, scalar);
        c.get(i0);
        emitter.push(row, scalar);
        c.op(op.i32_mul);
        c.op(op.i32_add);
        c.get(j0);
        c.i32(bytes);
        c.op(op.i32_mul);
        c.op(op.i32_add);
        for (const l of [rows, columns, depth]) c.get(l);
        emitter.push(row, scalar);
        c.get(k0);
        c.get(tile);
        c.call(block);
      });
    }),
  );
}

/** The place of all blocks of the second operand, packed before the loop around this step, if it is the same in every round. */
function packedBefore(contraction: Contraction, blocking: Blocking, scratch: Scratch): Expr | undefined {
  const { dtype, j, k, b } = contraction;
  const { before } = scratch;
  if (!before?.isFixed(b) || !before.isFixed(j.size) || !before.isFixed(k.size)) return undefined;
  const { nr, nc, kc } = blocking;
  const columns = prim.mul(prim.floorDiv(prim.add(j.size, int(nr - 1)), int(nr)), int(nr));
  const all = size(before.keep(buffer(dtype, prim.mul(columns, k.size), "temporary")));
  before.write((emitter) =>
    blocks(emitter, j, nc, (j0, count) =>
      blocks(emitter, k, kc, (k0, depth) => {
        const to = emitter.code.local(i32);
        const packB = { from: b, along: j, start: j0, count, panel: nr, k, k0, depth, to, dtype };
        blockAt(emitter, all, contraction, blocking, packB);
        pack(packB, emitter);
      }),
    ),
  );
  return all;
}

/** Sets `to` to the place of a block among all: blocks of columns follow each other, in each the blocks along k. */
function blockAt(
  emitter: Emitter,
  all: Expr,
  { k }: Contraction,
  { nr, bytes }: Blocking,
  { start, count, k0, to }: Packing,
): void {
  const c = emitter.code;
  // all + (start·k + k0·(count rounded up to panels))·bytes
  emitter.push(all, scalar);
  c.get(start);
  emitter.push(k.size, scalar);
  c.op(op.i32_mul);
  c.get(k0);
  c.get(count);
  c.i32(nr - 1);
  c.op(op.i32_add);
  c.i32(nr);
  c.op(op.i32_div_u);
  c.i32(nr);
  c.op(op.i32_mul);
  c.op(op.i32_mul);
  c.op(op.i32_add);
  c.i32(bytes);
  c.op(op.i32_mul);
  c.op(op.i32_add);
  c.set(to);
}

/** `body(start, count)` for stretches of `axis` of at most `step`. */
function blocks(
  emitter: Emitter,
  axis: Axis,
  step: number,
  body: (start: Local, count: Local) => void,
): void {
  const c = emitter.code;
  const n = constantOf(axis.size);
  const [start, count] = [c.local(i32), c.local(i32)];
  c.i32(0);
  c.set(start);
  const once = n !== undefined && n <= step;
  c.block();
  if (n === undefined) {
    emitter.push(axis.size, scalar);
    c.i32(0);
    c.op(op.i32_le_s);
    c.brIf(0);
  }
  if (!once) c.loop();
  // count = min(step, size - start)
  c.i32(step);
  emitter.push(axis.size, scalar);
  c.get(start);
  c.op(op.i32_sub);
  c.tee(count);
  c.i32(step);
  c.get(count);
  c.op(op.i32_lt_s);
  c.select();
  c.set(count);
  emitter.within(() => body(start, count));
  if (!once) {
    c.get(start);
    c.i32(step);
    c.op(op.i32_add);
    c.tee(start);
    emitter.push(axis.size, scalar);
    c.op(op.i32_lt_s);
    c.brIf(0);
    c.end();
  }
  c.end();
}

/** A sum of nothing is 0. */
function clearIfEmpty({ k, i, j, dtype }: Contraction, emitter: Emitter, to: Expr, row: Expr): void {
  if (constantOf(k.size) !== undefined) return;
  const c = emitter.code;
  emitter.push(k.size, scalar);
  c.i32(0);
  c.op(op.i32_le_s);
  c.if();
  emitter.within(() => {
    const address = prim.add(prim.add(to, prim.mul(index(i), row)), prim.mul(index(j), int(bytesOf(dtype))));
    emitMap(
      { axes: [i, j], stores: [{ dtype, address, value: prim.number(0, dtype) }], extra: [] },
      { axis: j, lanes: 0, unroll: 1 },
      emitter,
    );
  });
  c.end();
}
