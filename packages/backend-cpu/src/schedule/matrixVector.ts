import {
  type Axis,
  bytesOf,
  type Expr,
  index,
  input,
  int,
  type Load,
  load,
  axis as newAxis,
  replaceAxes,
  walk,
} from "@theano-ts/kernel";
import * as prim from "@theano-ts/kernel/prims";
import { constantOf } from "../emit/analysis.ts";
import type { Emitter } from "../emit/emitter.ts";
import { asOneReduction, type OneSum, type Scratch, targetOf } from "./epilogue.ts";
import { type Flat, orderAddresses } from "./flatten.ts";
import { chooseInner, emitMap, type Inner } from "./map.ts";

/**
 * out[…, i] = f(Σₖ a[…, i, k]·v[…, k]), or any other sum in which each element of one operand is used once, those of
 * the others by many i; or the sum, product or largest of the rows of a matrix alone. What limits it is how fast the one
 * operand comes from memory.
 */
export interface MatrixVector extends OneSum {
  readonly i: Axis;
  readonly k: Axis;
  /** Whether the neighbours of the matrix are those along k (a sum for each row) or along i (rows are added up). */
  readonly along: "k" | "i";
  /** Whether there is a matrix alone. */
  readonly isPlain: boolean;
}

/** Rows of the matrix that one pass may go through, best first: more would need more registers than there are. */
const rowsAtOnce = { k: [7, 6, 5], i: [6, 5, 4] } as const;
/** The first of the choices that leaves no rows over, or the first. */
const rowsFor = (axis: Axis, choices: readonly number[]): number =>
  choices.find((r) => (constantOf(axis.size) ?? 1) % r === 0) ?? (choices[0] as number);
/** A matrix of fewer bytes is read as fast without ceremony. */
const smallest = 16384;

/** `flat` as a product of a matrix and a vector, or undefined. */
export function asMatrixVector(flat: Flat, emitter: Emitter): MatrixVector | undefined {
  const one = asOneReduction(flat);
  if (!one) return undefined;
  const { axes, sum } = one;
  const [k] = sum.of.axes;
  const { dtype } = sum;
  if (!k || sum.of.axes.length !== 1 || dtype === "float16") return undefined;
  if (emitter.weight(sum.of.bodies[0] as Expr) > 30) return undefined;
  const found = loadsOf(sum.of.bodies);
  const bytes = [...axes, k].reduce((n, a) => n * (constantOf(a.size) ?? 1000), bytesOf(dtype));
  if (bytes < smallest) return undefined;
  const { analysis } = emitter;
  const stepOf = (e: Load, a: Axis): Expr => analysis.affine(e.at[0] as Expr).terms.get(a) ?? int(0);
  const uses = (e: Load, a: Axis): boolean => (analysis.mask(e) & analysis.bitOf(a)) !== 0;
  const isAffine = (e: Load, a: Axis): boolean =>
    (analysis.mask(analysis.affine(e.at[0] as Expr).rest) & analysis.bitOf(a)) === 0;
  const everywhere = found.filter((e) => [...axes, k].every((a) => uses(e, a)));
  if (everywhere.length !== 1) return undefined;
  const matrix = everywhere[0] as Load;
  const neighbours = (a: Axis): boolean =>
    found.every((e) => isAffine(e, a) && (!uses(e, a) || constantOf(stepOf(e, a)) === bytesOf(e.dtype)));
  const along = neighbours(k) ? "k" : "i";
  const isProduct =
    sum.of.reducer.name === "sum" &&
    (dtype === "float32" || dtype === "float64") &&
    found.every((e) => e.dtype === dtype);
  for (const i of axes.toReversed()) {
    const [n, depth] = [i, k].map((a) => constantOf(a.size) ?? 1000) as [number, number];
    const shared = found.some((e) => e !== matrix && uses(e, k) && !uses(e, i));
    if (shared ? !isProduct : along === "k") continue;
    if (along === "k")
      return n >= rowsAtOnce.k[0] && depth >= 16 ? { ...one, i, k, along, isPlain: false } : undefined;
    const writes = constantOf(analysis.affine(one.store.address).terms.get(i)) === bytesOf(one.store.dtype);
    return neighbours(i) && writes && n >= 64 && depth >= 2 * rowsAtOnce.i[0]
      ? { ...one, i, k, along, isPlain: !shared }
      : undefined;
  }
  return undefined;
}

function loadsOf(roots: readonly Expr[]): Load[] {
  const found: Load[] = [];
  walk(roots, (e) => {
    if (e.kind === "load") found.push(e);
  });
  return found;
}

/** The loops of a product of a matrix and a vector. */
export function emitMatrixVector(product: MatrixVector, emitter: Emitter, scratch: Scratch): string {
  const { axes, sum, along, i, k } = product;
  const { place, epilogue, finish } = targetOf(product, scratch, along === "i");
  if (along === "k") sumRows(product, place, emitter);
  else addRows(product, place, emitter);
  finish(emitter);
  const sizes = [i, k].map((a) => constantOf(a.size) ?? "n").join("×");
  const around = axes.length > 1 ? ` · ${axes.length - 1} loops around` : "";
  const { name } = sum.of.reducer;
  const what = product.isPlain ? `${name} of rows` : "matrix times vector";
  const together = name === "sum" ? "added up" : "combined";
  return `${what} ${sizes} ${sum.dtype}, ${rowsFor(along === "k" ? i : k, rowsAtOnce[along])} rows at once ${along === "k" ? "summed" : together}${around}${epilogue ? " · epilogue" : ""}`;
}

/** Several rows at once share what they load of the vector: one loop with a sum for each. */
function sumRows({ axes, sum, i }: MatrixVector, place: Expr, emitter: Emitter): void {
  for (const { loop, at } of inGroups(i, rowsFor(i, rowsAtOnce.k))) {
    const stores = at.map((e) => {
      const [value, address] = replaceAxes([sum, place], new Map([[i, e]])) as [Expr, Expr];
      return { dtype: sum.dtype, value, address };
    });
    const loops = axes.map((a) => (a === i ? loop : a));
    run({ axes: loops, stores, extra: [] }, { axis: loop, lanes: 0, unroll: 1 }, emitter);
  }
}

/** Rows stream through, several at once so that what they are added to is loaded and stored for all of them together. */
function addRows({ axes, sum, k }: MatrixVector, place: Expr, emitter: Emitter): void {
  const { bodies, reducer } = sum.of;
  const [body] = bodies as [Expr];
  const before = load(input(sum.dtype, 1, "sums"), [place]);
  const add = (loops: readonly Axis[], value: Expr): void => {
    const flat: Flat = {
      axes: [...loops, ...axes],
      stores: [{ dtype: sum.dtype, value, address: place }],
      extra: [],
    };
    const inner = chooseInner({ ...flat, axes }, emitter);
    // More would not find registers: V8 loads all operands first.
    run(flat, { ...inner, unroll: Math.min(inner.unroll, 2) }, emitter);
  };
  add([], reducer.init([sum.dtype])[0] as Expr);
  for (const { loop, at } of inGroups(k, rowsFor(k, rowsAtOnce.i)).toReversed()) {
    const rows = at.map((e) => replaceAxes([body], new Map([[k, e]]))[0] as Expr);
    add(
      [loop],
      rows.reduce((s, e) => reducer.combine([s], [e])[0] as Expr, before),
    );
  }
}

/**
 * `axis` in groups of `count`, and one by one what is left at its end: two loops, without one that is known to be empty.
 * `at` is where the loop is along `axis`.
 */
function inGroups(axis: Axis, count: number): { loop: Axis; at: Expr[] }[] {
  const n = constantOf(axis.size);
  const whole = n === undefined ? prim.floorDiv(axis.size, int(count)) : int(Math.floor(n / count));
  const done = prim.mul(whole, int(count));
  const groups = newAxis(whole);
  const rest = newAxis(n === undefined ? prim.sub(axis.size, done) : int(n % count));
  const first = prim.mul(index(groups), int(count));
  return [
    { loop: groups, at: Array.from({ length: count }, (_, r) => prim.add(first, int(r))) },
    { loop: rest, at: [prim.add(done, index(rest))] },
  ].filter(({ loop }) => constantOf(loop.size) !== 0);
}

/** The loops of `flat`. */
function run(flat: Flat, inner: Inner, emitter: Emitter): void {
  const axes = inner.axis ? [...flat.axes.filter((a) => a !== inner.axis), inner.axis] : flat.axes;
  emitMap(orderAddresses({ ...flat, axes }, emitter.analysis), inner, emitter);
}
