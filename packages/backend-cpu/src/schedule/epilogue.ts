import {
  type Axis,
  buffer,
  bytesOf,
  type Expr,
  index,
  input,
  int,
  load,
  type ProgramBuffer,
  type RealDType,
  type Reduce,
  type SizeParam,
  size,
  walk,
} from "@theano-ts/kernel";
import * as prim from "@theano-ts/kernel/prims";
import type { Emitter } from "../emit/emitter.ts";
import { type Flat, orderAddresses, type Store } from "./flatten.ts";
import { chooseInner, emitMap } from "./map.ts";

/** What a schedule may ask for besides the program's buffers. */
export interface Scratch {
  /** A buffer for this step, as the parameter that its address is. */
  take(buffer: ProgramBuffer): SizeParam;
  /** Whether a launch parameter is an address. */
  isAddress(param: SizeParam): boolean;
  /** What can be done once before the loop that the step is in; undefined for a step in no loop. */
  readonly before?: BeforeLoop;
}

/** Work that is the same in every round of a loop. */
export interface BeforeLoop {
  /** Whether `e` is the same in every round. */
  isFixed(e: Expr): boolean;
  /** A buffer that keeps its content through all rounds. */
  keep(buffer: ProgramBuffer): SizeParam;
  /** Writes a function that runs before the first round. */
  write(body: (emitter: Emitter) => void): void;
}

/** A map with one output, made from the elements of one sum, or of another reduction to one value. */
export interface OneSum {
  readonly axes: readonly Axis[];
  readonly store: Store;
  readonly sum: Reduce;
}

/** `flat` as a map made from one sum, or undefined. */
export function asOneSum(flat: Flat): OneSum | undefined {
  const one = asOneReduction(flat);
  return one?.sum.of.reducer.name === "sum" ? one : undefined;
}

/** `flat` as a map made from one reduction to one value, or undefined. */
export function asOneReduction({ axes, stores }: Flat): OneSum | undefined {
  const [store, more] = stores;
  if (!store || more) return undefined;
  let sum: Reduce | undefined;
  let others = 0;
  walk([store.value], (e) => {
    if (e.kind !== "reduce") return;
    if (sum) others++;
    sum = e;
  });
  const found: Reduce | undefined = sum;
  return found && others === 0 && found.of.reducer.carries === 1 ? { axes, store, sum: found } : undefined;
}

/** Where the sums go, and what has to be done when they are there. */
export interface Target {
  /** The address of the sum for each element. */
  readonly place: Expr;
  /** Whether the output is more than the sum. */
  readonly epilogue: boolean;
  /** A second loop, from the sums to the output, if it is needed. */
  finish(emitter: Emitter): void;
}

/**
 * Where to put the sums of `of`: the output itself if it is of their dtype, and nothing reads what it held; else a
 * buffer of its own. With `accumulates`, the terms of the sum must not read the output either.
 */
export function targetOf(of: OneSum, scratch: Scratch, accumulates: boolean): Target {
  const { axes, store, sum } = of;
  const epilogue = store.value !== (sum as Expr);
  const direct =
    store.dtype === sum.dtype && !((epilogue || accumulates) && readsOutput(of, scratch, accumulates));
  const place = direct ? store.address : outside(of, scratch);
  return {
    place,
    epilogue,
    finish(emitter) {
      if (!epilogue && direct) return;
      const [value] = replaceReduce([store.value], sum, load(input(sum.dtype, 1, "sum"), [place])) as [Expr];
      const flat: Flat = { axes, stores: [{ ...store, value }], extra: [] };
      const inner = chooseInner(flat, emitter);
      const last = inner.axis ? [...axes.filter((a) => a !== inner.axis), inner.axis] : axes;
      emitMap(orderAddresses({ ...flat, axes: last }, emitter.analysis), inner, emitter);
    },
  };
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

/** Whether anything but the sum, or also the sum's terms, is read from where the results go. */
function readsOutput({ store, sum }: OneSum, scratch: Scratch, terms: boolean): boolean {
  const addresses = (roots: readonly Expr[]): Set<SizeParam> => {
    const found = new Set<SizeParam>();
    walk(roots, (e) => {
      if (e.kind === "size" && scratch.isAddress(e.param)) found.add(e.param);
    });
    return found;
  };
  const read = terms ? [store.value] : replaceReduce([store.value], sum, prim.number(0, sum.dtype));
  const written = addresses([store.address]);
  return [...addresses(read)].some((p) => written.has(p));
}

/** The address of each element of the sums in a buffer of its own, as an array like the output, packed. */
function outside({ axes, sum }: OneSum, scratch: Scratch): Expr {
  const dtype = sum.dtype as RealDType;
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
