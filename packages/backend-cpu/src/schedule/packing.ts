import {
  type Axis,
  bytesOf,
  carry,
  carryValue,
  type Expr,
  index,
  int,
  axis as newAxis,
  type RealDType,
  replaceAxes,
} from "@theano-ts/kernel";
import * as prim from "@theano-ts/kernel/prims";
import { constantOf } from "../emit/analysis.ts";
import type { Emitter } from "../emit/emitter.ts";
import { scalar } from "../emit/scope.ts";
import type { Real } from "../gemm/tile.ts";
import { panelRows, transposeFunction } from "../gemm/transpose.ts";
import { i32, type Local } from "../wasm/code.ts";
import * as op from "../wasm/op.ts";
import { type Flat, orderAddresses } from "./flatten.ts";
import { chooseInner, emitMap } from "./map.ts";

/** A block of a matrix that is copied into panels. */
export interface Packing {
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
export function pack(p: Packing, emitter: Emitter): void {
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
    if (!transposes(p, whole, emitter)) one(newAxis(whole), int(0), false);
    const n = constantOf(p.along.size);
    if (n === undefined || n % p.panel !== 0) one(newAxis(last), whole, true);
  });
}

/** Whether whole panels were made by shuffles, as they can be where the neighbours in memory are those along k. */
function transposes(p: Packing, whole: Expr, emitter: Emitter): boolean {
  const { from, k, along, dtype } = p;
  if (p.panel !== panelRows || from.kind !== "load" || from.dtype !== dtype) return false;
  const { terms, rest } = emitter.analysis.affine(from.at[0] as Expr);
  const loops = emitter.analysis.bitOf(k) | emitter.analysis.bitOf(along);
  const row = terms.get(along);
  if (!row || constantOf(terms.get(k)) !== bytesOf(dtype) || (emitter.analysis.mask(rest) & loops) !== 0)
    return false;
  const [first] = replaceAxes(
    [from.at[0] as Expr],
    new Map([
      [along, named(emitter, p.start)],
      [k, named(emitter, p.k0)],
    ]),
  ) as [Expr];
  emitter.ensure([first, row].map((e) => ({ e, form: scalar })));
  const c = emitter.code;
  for (const e of [first, row]) emitter.push(e, scalar);
  c.get(p.to);
  emitter.push(whole, scalar);
  c.get(p.depth);
  c.call(c.module.shared(`transpose ${dtype}`, () => transposeFunction(c.module, dtype)));
  return true;
}

/** A name for a number that is in a local variable. */
function named(emitter: Emitter, local: Local): Expr {
  const c = carry("int32");
  emitter.analysis.declare(c, 0);
  const e = carryValue(c);
  emitter.scope.bind(e, scalar, [local]);
  return e;
}
