import {
  type Axis,
  axis,
  buffer,
  type Expr,
  type Input,
  index,
  input,
  int,
  load,
  operands,
  type ProgramBuffer,
  type Reduction,
  reduce,
  rewrite,
  type View,
  walk,
  wholeView,
} from "@theano-ts/kernel";
import * as prim from "@theano-ts/kernel/prims";
import { numberOf } from "./source.ts";

/** What is computed for each point of `axes`, and where it goes. */
interface Stage {
  readonly axes: readonly Axis[];
  readonly value: Expr;
  readonly output: View;
}

/** A value in stages: what `before` makes, `value` reads from `views`. */
export interface Staged {
  readonly before: readonly Stage[];
  readonly value: Expr;
  readonly views: ReadonlyMap<Input, View>;
}

/** One invocation does not go round more often: drivers stop what takes too long. */
const longest = 4096;
/** With fewer results than this to compute, a device has nothing to do at the same time. */
const enoughResults = 4096;
/** Shorter reductions are not worth a stage. */
const shortest = 256;

/**
 * `value`, of which long reductions are made in blocks: one stage reduces each block, and the value what came of them.
 * The same number but for the order of its roundings, which blocks improve.
 */
export function staged(axes: readonly Axis[], value: Expr): Staged {
  const results = sizeOf(axes);
  const before: Stage[] = [];
  const views = new Map<Input, View>();
  const replaced = new Map<Reduction, readonly Expr[]>();
  for (const of of outerReductions(value)) {
    const block = blockOf(of, results);
    if (block !== undefined) replaced.set(of, inBlocks(axes, of, block, before, views));
  }
  if (replaced.size === 0) return { before, value, views };
  return { before, value: replacing(value, replaced), views };
}

const sizeOf = (axes: readonly Axis[]): number => axes.reduce((n, a) => n * numberOf(a.size), 1);

/** The reductions that are inside of no other, each once. */
function outerReductions(value: Expr): Reduction[] {
  const found = new Set<Reduction>();
  const seen = new Set<Expr>();
  const stack = [value];
  while (stack.length > 0) {
    const e = stack.pop() as Expr;
    if (seen.has(e)) continue;
    seen.add(e);
    if (e.kind === "reduce") found.add(e.of);
    else stack.push(...operands(e));
  }
  return [...found];
}

/** How many rounds of its first loop make a block; undefined if there is no need of blocks. */
function blockOf({ axes, bodies }: Reduction, results: number): number | undefined {
  const rounds = sizeOf(axes);
  const first = axes[0] ? numberOf(axes[0].size) : 1;
  const isLong = rounds > longest || (rounds >= shortest && results < enoughResults);
  // A body that itself reduces would be reduced again in each stage: it is left as it is.
  if (!isLong || first < 2 || reducesInside(bodies)) return undefined;
  const blocks = Math.min(first, Math.max(Math.ceil(Math.sqrt(rounds)), Math.ceil(rounds / longest)));
  return Math.ceil(first / blocks);
}

function reducesInside(bodies: readonly Expr[]): boolean {
  let found = false;
  walk(bodies, (e) => {
    if (e.kind === "reduce") found = true;
  });
  return found;
}

/** The results of `of` from those of blocks, for which stages are added that have them for each point of `axes`. */
function inBlocks(
  axes: readonly Axis[],
  { reducer, axes: loops, bodies }: Reduction,
  rounds: number,
  before: Stage[],
  views: Map<Input, View>,
): readonly Expr[] {
  const [first, ...rest] = loops as [Axis, ...Axis[]];
  const total = numberOf(first.size);
  const blocks = axis(Math.ceil(total / rounds));
  const within = axis(rounds);
  const place = prim.add(prim.mul(index(blocks), int(rounds)), index(within));
  const isThere = total % rounds === 0 ? undefined : prim.lt(place, int(total));
  const identity = reducer.init(bodies.map((b) => b.dtype));
  const parts = rewrite(bodies, { axis: (a) => (a === first ? place : undefined) }).map((b, k) =>
    isThere ? prim.select(isThere, b, identity[k] as Expr) : b,
  );
  const stage = [...axes, blocks];
  const shape = stage.map((a) => a.size);
  const made = reduce(reducer, [within, ...rest], parts).map((value) => {
    const to: ProgramBuffer = buffer(value.dtype, sizeOf(stage), "temporary");
    const from = input(value.dtype, stage.length, "block");
    before.push({ axes: stage, value, output: wholeView(to, shape) });
    views.set(from, wholeView(to, shape));
    return load(from, stage.map(index));
  });
  return reduce(reducer, [blocks], made);
}

/** `value` with the results of reductions replaced. */
function replacing(value: Expr, by: ReadonlyMap<Reduction, readonly Expr[]>): Expr {
  const memo = new Map<Expr, Expr>();
  walk([value], (e) => memo.set(e, rebuilt(e)));
  return memo.get(value) as Expr;

  function rebuilt(e: Expr): Expr {
    if (e.kind === "reduce") return by.get(e.of)?.[e.slot] ?? e;
    if (e.kind !== "call") return e;
    const args = e.args.map((a) => memo.get(a) ?? a);
    return args.every((a, i) => a === e.args[i]) ? e : e.prim.apply(args, e.dtype);
  }
}
