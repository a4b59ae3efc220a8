import {
  type Axis,
  bytesOf,
  type Expr,
  type Input,
  index,
  input,
  int,
  type Load,
  load,
  axis as newAxis,
  type ProgramBuffer,
  placeOf,
  type RealDType,
  type Reduction,
  rewrite,
  type SizeParam,
  sameExpr,
  size,
  type View,
  walk,
} from "@theano-ts/kernel";
import * as prim from "@theano-ts/kernel/prims";
import { type Affine, Analysis, constantOf } from "../emit/analysis.ts";
import { definitionOf } from "./expand.ts";

/** One value and the byte address it goes to. */
export interface Store {
  readonly dtype: RealDType;
  readonly address: Expr;
  readonly value: Expr;
}

/** Where buffers are: for each a launch parameter, its address. */
export type AddressOf = (buffer: ProgramBuffer) => SizeParam;

/** A set of expressions over loops, in which every load has a byte address for its only coordinate. */
export interface Flat {
  readonly axes: readonly Axis[];
  readonly stores: readonly Store[];
  /** Other expressions that go with them: places of a scatter, carries. */
  readonly extra: readonly Expr[];
}

const addressIn = (view: View, at: readonly Expr[], addressOf: AddressOf): Expr =>
  prim.add(size(addressOf(view.buffer)), prim.mul(placeOf(view, at), int(bytesOf(view.buffer.dtype))));

/** Byte address of the element at `at`. */
export { addressIn };

/** A function that gives expressions byte addresses for the coordinates of their loads, and definitions for primitives. */
export function flattener(
  inputs: readonly Input[],
  views: readonly View[],
  addressOf: AddressOf,
): (roots: readonly Expr[]) => Expr[] {
  const byInput = new Map(inputs.map((x, i) => [x, views[i] as View]));
  const memories = new Map<RealDType, Input>();
  return (roots) =>
    rewrite(roots, {
      load: (e, at) => {
        let memory = memories.get(e.dtype);
        if (!memory) memories.set(e.dtype, (memory = input(e.dtype, 1, e.dtype)));
        return load(memory, [addressIn(byInput.get(e.input) as View, at, addressOf)]);
      },
      call: definitionOf,
      axis: (a) => (isSingle(a) ? int(0) : undefined),
      reductionAxes: (r) => (r.axes.some(isSingle) ? r.axes.filter((a) => !isSingle(a)) : r.axes),
    });
}

/** Whether the only value of `axis` is 0. */
export const isSingle = (axis: Axis): boolean => constantOf(axis.size) === 1;

const coefficient = (form: Affine, axis: Axis): Expr => form.terms.get(axis) ?? int(0);

/**
 * Merges pairs of loops that step through memory as one would: wherever the outer one moves an address, it moves by the
 * size of the inner one times what the inner one does, and neither is used but in addresses.
 */
export function mergeAxes(flat: Flat): Flat {
  let now = flat;
  if (flat.axes.length < 2 && !hasWideReduction(flat)) return flat;
  for (;;) {
    const merged = mergeOnce(now, new Analysis());
    if (!merged) return now;
    now = merged;
  }
}

function hasWideReduction({ stores, extra }: Flat): boolean {
  let found = false;
  walk([...stores.map((s) => s.value), ...extra], (e) => {
    found ||= e.kind === "reduce" && e.of.axes.length > 1;
  });
  return found;
}

function mergeOnce(flat: Flat, analysis: Analysis): Flat | undefined {
  const values = [...flat.stores.map((s) => s.value), ...flat.extra];
  const addresses = flat.stores.map((s) => s.address);
  const loads: Load[] = [];
  const reductions = new Set<Reduction>();
  const used = new Set<Axis>();
  const seeUses = (roots: readonly Expr[]): void => {
    const seen = new Set<Expr>();
    const stack = [...roots];
    while (stack.length > 0) {
      const e = stack.pop() as Expr;
      if (e.kind === "const" || seen.has(e)) continue;
      seen.add(e);
      if (e.kind === "index") used.add(e.axis);
      else if (e.kind === "load") stack.push(analysis.affine(e.at[0] as Expr).rest);
      else if (e.kind === "call") stack.push(...e.args);
      else if (e.kind === "reduce") {
        stack.push(...e.of.bodies, ...e.of.axes.map((a) => a.size));
        reductions.add(e.of);
      }
    }
  };
  walk(values, (e) => {
    if (e.kind === "load") loads.push(e);
  });
  seeUses(values);
  seeUses(addresses.map((a) => analysis.affine(a).rest));
  const forms = [...loads.map((l) => l.at[0] as Expr), ...addresses].map((a) => analysis.affine(a));
  const fits = (outer: Axis, inner: Axis): boolean =>
    !used.has(outer) &&
    !used.has(inner) &&
    analysis.mask(outer.size) === 0 &&
    analysis.mask(inner.size) === 0 &&
    forms.every((f) => sameExpr(coefficient(f, outer), prim.mul(coefficient(f, inner), inner.size)));
  const merge = (outer: Axis, inner: Axis): Flat => {
    const made = newAxis(prim.mul(outer.size, inner.size));
    const moved = (address: Expr): Expr => {
      const form = analysis.affine(address);
      if (!form.terms.has(inner) && !form.terms.has(outer)) return address;
      const terms = new Map([...form.terms].filter(([a]) => a !== outer && a !== inner));
      terms.set(made, coefficient(form, inner));
      return rebuild({ terms, rest: form.rest }, () => 0);
    };
    const changes = {
      load: (e: Load, at: readonly Expr[]): Expr => load(e.input, [moved(at[0] as Expr)]),
      reductionAxes: (r: Reduction): readonly Axis[] =>
        r.axes.includes(inner)
          ? r.axes.filter((a) => a !== outer).map((a) => (a === inner ? made : a))
          : r.axes,
    };
    const rewritten = rewrite([...values, ...addresses], changes);
    const n = flat.stores.length;
    return {
      axes: flat.axes.includes(inner)
        ? flat.axes.filter((a) => a !== outer).map((a) => (a === inner ? made : a))
        : flat.axes,
      stores: flat.stores.map((s, i) => ({
        ...s,
        value: rewritten[i] as Expr,
        address: moved(rewritten[values.length + i] as Expr),
      })),
      extra: rewritten.slice(n, values.length),
    };
  };
  for (const a of flat.axes) for (const b of flat.axes) if (a !== b && fits(a, b)) return merge(a, b);
  const lists = [...reductions];
  for (const r of lists)
    for (let i = 0; i + 1 < r.axes.length; i++) {
      const [a, b] = [r.axes[i] as Axis, r.axes[i + 1] as Axis];
      const together =
        lists.every((o) => !o.axes.includes(a) || o.axes[o.axes.indexOf(a) + 1] === b) &&
        lists.every((o) => o.axes.includes(a) === o.axes.includes(b));
      if (together && fits(a, b)) return merge(a, b);
    }
  return undefined;
}

/** The sum that an affine form stands for, terms of small `rank` first, a small constant last. */
function rebuild(form: Affine, rank: (axis: Axis) => number): Expr {
  let rest = form.rest;
  let tail: Expr | undefined;
  if (rest.kind === "call" && rest.prim === prim.add && rest.args[1]?.kind === "const")
    [rest, tail] = [rest.args[0] as Expr, rest.args[1]];
  const terms = [...form.terms].toSorted((a, b) => rank(a[0]) - rank(b[0]));
  const sum = terms.reduce((e, [axis, c]) => prim.add(e, prim.mul(index(axis), c)), rest);
  return tail ? prim.add(sum, tail) : sum;
}

/** `flat` with its addresses summed in the order of the loops, so that each loop adds its part to what the outer ones made. */
export function orderAddresses(flat: Flat, analysis: Analysis, last: ReadonlySet<Axis> = new Set()): Flat {
  const ranks = new Map<Axis, number>();
  flat.axes.forEach((a, i) => ranks.set(a, i));
  const rank = (a: Axis): number => (last.has(a) ? 1000 : (ranks.get(a) ?? 500));
  const ordered = (e: Expr): Expr => {
    const form = analysis.affine(e);
    return form.terms.size === 0 ? e : rebuild(form, rank);
  };
  const n = flat.stores.length;
  const roots = rewrite([...flat.stores.map((s) => s.value), ...flat.extra], {
    load: (e, at) => load(e.input, [ordered(at[0] as Expr)]),
  });
  return {
    axes: flat.axes,
    stores: flat.stores.map((s, i) => ({ ...s, value: roots[i] as Expr, address: ordered(s.address) })),
    extra: roots.slice(n),
  };
}
