import {
  type Axis,
  buffer,
  bytesOf,
  carry,
  carryValue,
  type Expr,
  index,
  input,
  int,
  load,
  axis as newAxis,
  type ProgramBuffer,
  prim,
  type RealDType,
  type Reduce,
  type SizeParam,
  size,
  walk,
} from "@theano-ts/kernel";
import { constantOf } from "../emit/analysis.ts";
import type { Emitter } from "../emit/emitter.ts";
import { scalar } from "../emit/scope.ts";
import { type Blocking, blockFunction, blockings, type Real } from "../gemm/tile.ts";
import { i32, type Local } from "../wasm/code.ts";
import { op } from "../wasm/opcodes.ts";
import type { Flat, Store } from "./flatten.ts";
import { orderAddresses } from "./flatten.ts";
import { chooseInner, emitMap } from "./map.ts";
import { replaceAxes } from "./rewrite.ts";

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
  const [store, more] = flat.stores;
  if (!store || more) return undefined;
  let sum: Reduce | undefined;
  let others = 0;
  walk([store.value], (e) => {
    if (e.kind !== "reduce") return;
    if (sum) others++;
    sum = e;
  });
  if (!sum || others > 0) return undefined;
  const found: Reduce = sum;
  const [k] = found.of.axes;
  const [body] = found.of.bodies;
  if (
    found.of.reducer.name !== "sum" ||
    found.of.axes.length !== 1 ||
    !k ||
    body?.kind !== "call" ||
    body.prim !== prim.mul
  )
    return undefined;
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
  return { dtype, batch, i, j, k, a, b, sum: found, store };
}

/** What the product needs besides the program's buffers. */
export interface Scratch {
  /** A buffer for this step, as the parameter that its address is. */
  take(buffer: ProgramBuffer): SizeParam;
  /** Whether a launch parameter is an address. */
  isAddress(param: SizeParam): boolean;
}

/** A name for a number that is in a local variable. */
function named(emitter: Emitter, local: Local): Expr {
  const c = carry("int32");
  emitter.analysis.declare(c, 0);
  const e = carryValue(c);
  emitter.scope.bind(e, scalar, [local]);
  return e;
}

/** Writes a matrix product: blocks packed, then tile by tile, then `f` of what came out. */
export function emitContraction(contraction: Contraction, emitter: Emitter, scratch: Scratch): string {
  const { dtype, batch, i, j, k, store, sum } = contraction;
  const blocking = blockings[dtype];
  const epilogue = store.value !== (sum as Expr);
  const direct = store.dtype === dtype && !(epilogue && readsOutput(contraction, scratch));
  const product = direct ? undefined : outside(contraction, scratch);
  const target = product ?? store.address;
  emitter.nest(
    batch,
    [],
    () => {
      const to = replaceAxes(
        [target],
        new Map([
          [i, int(0)],
          [j, int(0)],
        ]),
      )[0] as Expr;
      const row = emitter.analysis.affine(target).terms.get(i) ?? int(0);
      multiply(contraction, blocking, emitter, scratch, to, row);
    },
    [i, j],
  );
  if (epilogue || !direct) {
    const memory = input(dtype, 1, "product");
    const result = load(memory, [target]);
    const [value] = replaceReduce([store.value], sum, result) as [Expr];
    const flat: Flat = { axes: [...batch, i, j], stores: [{ ...store, value }], extra: [] };
    const inner = chooseInner(flat, emitter);
    const last = inner.axis ? [...flat.axes.filter((a) => a !== inner.axis), inner.axis] : flat.axes;
    emitMap(orderAddresses({ ...flat, axes: last }, emitter.analysis), inner, emitter);
  }
  const sizes = [i, k, j].map((a) => constantOf(a.size) ?? "n").join("×");
  return `gemm ${sizes} ${dtype} ${blocking.mr}x${blocking.nr}${batch.length > 0 ? ` · ${batch.map((a) => constantOf(a.size) ?? "n").join("×")} times` : ""}${epilogue ? " · epilogue" : ""}`;
}

function replaceReduce(roots: readonly Expr[], from: Reduce, to: Expr): Expr[] {
  const memo = new Map<Expr, Expr>([[from, to]]);
  walk(roots, (e) => {
    if (e.kind === "const" || memo.has(e)) return;
    if (e.kind !== "call") {
      memo.set(e, e);
      return;
    }
    const args = e.args.map((a) => (a.kind === "const" ? a : (memo.get(a) as Expr)));
    memo.set(e, args.every((a, n) => a === e.args[n]) ? e : e.prim.apply(args, e.dtype));
  });
  return roots.map((r) => memo.get(r) ?? r);
}

/** Whether anything but the product is read from where the results go. */
function readsOutput({ store, sum }: Contraction, scratch: Scratch): boolean {
  const addresses = (roots: readonly Expr[]): Set<SizeParam> => {
    const found = new Set<SizeParam>();
    walk(roots, (e) => {
      if (e.kind === "size" && scratch.isAddress(e.param)) found.add(e.param);
    });
    return found;
  };
  const [outside] = replaceReduce([store.value], sum, prim.number(0, sum.dtype)) as [Expr];
  const written = addresses([store.address]);
  return [...addresses([outside])].some((p) => written.has(p));
}

/** The address of each element of the product in a buffer of its own, as an array like the output, packed. */
function outside({ batch, i, j, dtype }: Contraction, scratch: Scratch): Expr {
  const axes = [...batch, i, j];
  const length = axes.reduce<Expr>((n, a) => prim.mul(n, a.size), int(1));
  let place: Expr = size(scratch.take(buffer(dtype, length, "temporary")));
  let stride: Expr = int(bytesOf(dtype));
  const terms: Expr[] = [];
  for (const a of axes.toReversed()) {
    terms.unshift(prim.mul(index(a), stride));
    stride = prim.mul(stride, a.size);
  }
  for (const t of terms) place = prim.add(place, t);
  return place;
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
  const { dtype, i, j, k, a, b } = contraction;
  const { mr, nr, mc, kc, nc, bytes } = blocking;
  const c = emitter.code;
  const room = (n: number): Local => {
    const local = c.local(i32);
    emitter.push(size(scratch.take(buffer(dtype, n, "temporary"))), scalar);
    c.set(local);
    return local;
  };
  const packedA = room(atMost(i, mc, mr) * atMost(k, kc));
  const packedB = room(atMost(j, nc, nr) * atMost(k, kc));
  const tile = room(mr * nr);
  const block = blockFunction(c.module, dtype, emitter.environment.fma);
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
      pack(packB, emitter);
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

interface Packing {
  readonly from: Expr;
  readonly along: Axis;
  readonly start: Local;
  readonly count: Local;
  /** Elements of `along` beside each other in a panel. */
  readonly panel: number;
  readonly k: Axis;
  readonly k0: Local;
  readonly depth: Local;
  readonly to: Local;
  readonly dtype: Real;
}

/** Copies a block into panels, `panel` elements for each k; what a last panel lacks is 0. */
function pack(p: Packing, emitter: Emitter): void {
  const c = emitter.code;
  const bytes = bytesOf(p.dtype);
  const [full, rest] = [c.local(i32), c.local(i32)];
  c.get(p.count);
  c.i32(p.panel);
  c.op(op.i32_div_u);
  c.set(full);
  // rest = count > full·panel
  c.get(p.count);
  c.get(full);
  c.i32(p.panel);
  c.op(op.i32_mul);
  c.op(op.i32_gt_s);
  c.set(rest);
  emitter.within(() => {
    const [start, k0, depth, to, whole, last] = [p.start, p.k0, p.depth, p.to, full, rest].map((l) =>
      named(emitter, l),
    ) as [Expr, Expr, Expr, Expr, Expr, Expr];
    const steps = newAxis(depth);
    const element = newAxis(p.panel);
    const one = (panels: Axis, first: Expr, guarded: boolean): void => {
      const panel = prim.add(index(panels), first);
      const place = prim.add(prim.add(start, prim.mul(panel, int(p.panel))), index(element));
      const [value] = replaceAxes(
        [p.from],
        new Map([
          [p.along, place],
          [p.k, prim.add(k0, index(steps))],
        ]),
      ) as [Expr];
      const inside = guarded
        ? prim.select(prim.lt(place, p.along.size), value, prim.number(0, p.dtype))
        : value;
      const column = prim.mul(prim.add(prim.mul(panel, depth), index(steps)), int(p.panel * bytes));
      const address = prim.add(prim.add(to, column), prim.mul(index(element), int(bytes)));
      const flat: Flat = {
        axes: [panels, steps, element],
        stores: [{ dtype: p.dtype as RealDType, address, value: inside }],
        extra: [],
      };
      const inner = chooseInner(flat, emitter);
      const axes = inner.axis ? [...flat.axes.filter((x) => x !== inner.axis), inner.axis] : flat.axes;
      emitMap(orderAddresses({ ...flat, axes }, emitter.analysis), inner, emitter);
    };
    one(newAxis(whole), int(0), false);
    one(newAxis(last), whole, true);
  });
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
