import { carry, carryValue, type Expr, type RealDType, type Reduce, type Reduction } from "@theano-ts/kernel";
import { i32, type Local, v128 } from "../wasm/code.ts";
import { scalarCarry, vectorCarry } from "./analysis.ts";
import type { Emitter, VectorWay } from "./emitter.ts";
import type { Target } from "./needs.ts";
import { type Form, scalar, vector } from "./scope.ts";
import { typeOf } from "./types.ts";
import { extract, type Lanes } from "./vectorOps.ts";

/** Computes the reduction `first`, with those of `candidates` that can share its loops, into variables. */
export function computeReductions(
  emitter: Emitter,
  first: Reduce,
  form: Form,
  candidates: readonly Reduce[],
): void {
  const group = fusible(first, candidates);
  const reductions = [...new Set(group.map((e) => e.of))];
  const way = form === scalar ? emitter.vectorReduction?.(reductions) : undefined;
  const results = way ? reduceVectors(emitter, reductions, way) : reducePlain(emitter, reductions, form);
  for (const e of group) {
    const locals = results.get(e.of)?.[e.slot] as readonly Local[];
    emitter.scope.bind(e, form, locals);
  }
}

/** Fresh variables with the values that `reduction` starts from. */
function initial(emitter: Emitter, { reducer, bodies }: Reduction, form: Form): Local[][] {
  return reducer.init(bodies.map((b) => b.dtype)).map((e) => {
    const locals: Local[] = [];
    for (let u = 0; u < (form === vector ? emitter.unroll : 1); u++) {
      emitter.push(e, form, u);
      const local = emitter.code.local(form === vector ? v128 : typeOf(e.dtype));
      emitter.code.set(local);
      locals.push(local);
    }
    return locals;
  });
}

/** Names for the running values held in `locals`. */
function carried(
  emitter: Emitter,
  dtypes: readonly RealDType[],
  form: Form,
  locals: readonly (readonly Local[])[],
): Expr[] {
  return dtypes.map((dtype, s) => {
    const c = carry(dtype);
    emitter.analysis.declare(c, form === vector ? vectorCarry : scalarCarry);
    const e = carryValue(c);
    emitter.scope.bind(e, form, locals[s] as readonly Local[]);
    return e;
  });
}

/** Computes all of `values` before it changes any of the variables that held the ones before. */
export function assign(
  emitter: Emitter,
  values: readonly Expr[],
  form: Form,
  to: readonly (readonly Local[])[],
): void {
  const bound = emitter.bound;
  emitter.bound |= scalarCarry | vectorCarry;
  emitter.ensure(values.map((e) => ({ e, form })));
  const c = emitter.code;
  values.forEach((e) => {
    for (let u = 0; u < (form === vector ? emitter.unroll : 1); u++) emitter.push(e, form, u);
  });
  for (const locals of to.toReversed()) for (const l of locals.toReversed()) c.set(l);
  emitter.bound = bound;
}

/** Runs `body` as if no running value were known, so that nothing built on one leaves its loop. */
function withoutCarries(emitter: Emitter, body: () => void): void {
  const bound = emitter.bound;
  emitter.bound &= ~(scalarCarry | vectorCarry);
  body();
  emitter.bound = bound;
}

function reducePlain(
  emitter: Emitter,
  reductions: readonly Reduction[],
  form: Form,
): Map<Reduction, Local[][]> {
  const results = new Map<Reduction, Local[][]>();
  const steps: { values: readonly Expr[]; to: Local[][] }[] = [];
  for (const r of reductions) {
    const to = initial(emitter, r, form);
    const before = carried(
      emitter,
      r.bodies.map((b) => b.dtype),
      form,
      to,
    );
    steps.push({ values: r.reducer.combine(before, r.bodies), to });
    results.set(r, to);
  }
  const values = steps.flatMap((s) => s.values);
  const to = steps.flatMap((s) => s.to);
  withoutCarries(emitter, () =>
    emitter.nest(
      (reductions[0] as Reduction).axes,
      values.map((e) => ({ e, form })),
      () => assign(emitter, values, form, to),
    ),
  );
  return results;
}

function reduceVectors(
  emitter: Emitter,
  reductions: readonly Reduction[],
  { axis, lanes, unroll }: VectorWay,
): Map<Reduction, Local[][]> {
  const results = new Map<Reduction, Local[][]>();
  const c = emitter.code;
  for (const r of reductions) results.set(r, initial(emitter, r, scalar));
  const bit = emitter.analysis.bitOf(axis);
  const outer = (reductions[0] as Reduction).axes.filter((a) => a !== axis);
  const types = (r: Reduction): RealDType[] => r.bodies.map((b) => b.dtype);
  emitter.inVector(lanes, unroll, bit, () => {
    const parts = reductions.map((r) => {
      const [singles, vectors] = [results.get(r) as Local[][], initial(emitter, r, vector)];
      return {
        r,
        singles,
        vectors,
        whole: r.reducer.combine(carried(emitter, types(r), vector, vectors), r.bodies),
        rest: r.reducer.combine(carried(emitter, types(r), scalar, singles), r.bodies),
      };
    });
    const targets: Target[] = parts.flatMap((p) => [
      ...p.whole.map((e) => ({ e, form: vector })),
      ...p.rest.map((e) => ({ e, form: scalar })),
    ]);
    withoutCarries(emitter, () =>
      emitter.nest(
        outer,
        targets,
        () => {
          emitter.hoist(targets);
          const i = c.local(i32);
          c.i32(0);
          c.set(i);
          emitter.vectorLoop(
            axis,
            i,
            () => emitter.push(axis.size, scalar),
            () =>
              assign(
                emitter,
                parts.flatMap((p) => p.whole),
                vector,
                parts.flatMap((p) => p.vectors),
              ),
            () =>
              assign(
                emitter,
                parts.flatMap((p) => p.rest),
                scalar,
                parts.flatMap((p) => p.singles),
              ),
          );
        },
        [axis],
      ),
    );
    for (const { r, singles, vectors } of parts) gatherLanes(emitter, r, singles, vectors, lanes, unroll);
  });
  return results;
}

/** Combines the lanes of a reduction's vectors, and them with its scalars, into the scalars. */
function gatherLanes(
  emitter: Emitter,
  r: Reduction,
  singles: Local[][],
  vectors: Local[][],
  lanes: Lanes,
  unroll: number,
): void {
  const types = r.bodies.map((b) => b.dtype);
  for (let half = unroll >> 1; half >= 1; half >>= 1)
    for (let u = 0; u < half; u++)
      emitter.inVector(lanes, 1, 0, () => {
        const at = (k: number): Local[][] => vectors.map((v) => [v[k] as Local]);
        const [a, b] = [
          carried(emitter, types, vector, at(u)),
          carried(emitter, types, vector, at(u + half)),
        ];
        assign(emitter, r.reducer.combine(a, b), vector, at(u));
      });
  const c = emitter.code;
  for (let l = 0; l < lanes; l++)
    emitter.inVector(0, 1, 0, () => {
      const lane = vectors.map((v, s) => {
        const dtype = types[s] as RealDType;
        const local = c.local(typeOf(dtype));
        c.get(v[0] as Local);
        extract(c, dtype, l, lanes);
        c.set(local);
        return [local];
      });
      const [a, b] = [carried(emitter, types, scalar, singles), carried(emitter, types, scalar, lane)];
      assign(emitter, r.reducer.combine(a, b), scalar, singles);
    });
}

/**
 * A loop over `axis` from the value of `i` to what `end` puts on the stack: whole vectors first, then `rest` one by

/** `first` and those of `candidates` that loop over the same axes and need none of the others chosen. */
function fusible(first: Reduce, candidates: readonly Reduce[]): Reduce[] {
  const chosen = [first];
  const chosenOf = new Set<Reduction>([first.of]);
  for (const e of candidates) {
    if (e === first) continue;
    if (chosenOf.has(e.of)) {
      chosen.push(e);
      continue;
    }
    if (e.of.axes.length !== first.of.axes.length || e.of.axes.some((a, i) => a !== first.of.axes[i]))
      continue;
    if (reaches(e.of.bodies, chosenOf)) continue;
    chosen.push(e);
    chosenOf.add(e.of);
  }
  return chosen;
}

function reaches(roots: readonly Expr[], of: ReadonlySet<Reduction>): boolean {
  const seen = new Set<Expr>();
  const stack = [...roots];
  while (stack.length > 0) {
    const e = stack.pop() as Expr;
    if (seen.has(e)) continue;
    seen.add(e);
    if (e.kind === "reduce") {
      if (of.has(e.of)) return true;
      stack.push(...e.of.bodies);
    } else if (e.kind === "call") stack.push(...e.args);
    else if (e.kind === "load") stack.push(...e.at);
  }
  return false;
}
