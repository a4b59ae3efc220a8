import {
  type Axis,
  carry,
  carryValue,
  type Expr,
  type RealDType,
  type Reduce,
  type Reduction,
} from "@theano-ts/kernel";
import * as prim from "@theano-ts/kernel/prims";
import { i32, type Local, v128 } from "../wasm/code.ts";
import * as simd from "../wasm/simd.ts";
import { constantOf, scalarCarry, vectorCarry } from "./analysis.ts";
import type { Emitter, VectorWay } from "./emitter.ts";
import type { Target } from "./needs.ts";
import { chunk, inChunks } from "./outline.ts";
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
  const running: Expr[] = [];
  const values: Expr[] = [];
  for (const r of reductions) {
    const to = initial(emitter, r, form);
    const before = carried(emitter, typesOf(r), form, to);
    running.push(...before);
    values.push(...appended(r, before));
    results.set(r, to);
  }
  const { axes } = reductions[0] as Reduction;
  const targets = values.map((e) => ({ e, form }));
  const step = (e: Emitter): void => assign(e, values, form, variablesOf(e, running, form));
  withoutCarries(emitter, () =>
    emitter.nest(
      axes,
      targets,
      () => step(emitter),
      [],
      (axis, level, body) => {
        if (level + 1 < axes.length || !isLong(axes)) return emitter.loop(axis, body);
        inChunks(
          emitter,
          axis,
          targets,
          chunk,
          (e, start, end) =>
            e.loopFrom(
              axis,
              start,
              1,
              () => e.code.get(end),
              () => step(e),
            ),
          running.map((e) => ({ e, form })),
        );
      },
    ),
  );
  return results;
}

/** Whether so many rounds are expected that waiting for their end would be waiting for faster code. */
function isLong(axes: readonly Axis[]): boolean {
  let n = 1;
  for (const a of axes) n *= constantOf(a.size) ?? Number.POSITIVE_INFINITY;
  return n > 4 * chunk;
}

/** The variables that hold running values. */
const variablesOf = (emitter: Emitter, running: readonly Expr[], form: Form): (readonly Local[])[] =>
  running.map((e) => emitter.scope.find(e, form) as readonly Local[]);

function reduceVectors(
  emitter: Emitter,
  reductions: readonly Reduction[],
  { axis, lanes, unroll, halves }: VectorWay,
): Map<Reduction, Local[][]> {
  const results = new Map<Reduction, Local[][]>();
  for (const r of reductions) results.set(r, initial(emitter, r, scalar));
  const running = reductions.map((r) =>
    carried(emitter, typesOf(r), scalar, results.get(r) as readonly Local[][]),
  );
  const { axes } = reductions[0] as Reduction;
  const outer = axes.filter((a) => a !== axis);
  const next = axis === axes.at(-1) ? appended : combined;
  /** Adds to the running values what `loops` goes through, in vectors. */
  const accumulate = (e: Emitter, loops: (run: (i: Local, end: () => void) => void) => void): void => {
    const parts = reductions.map((r, n) => {
      const vectors = halves ? initialHalves(e, r) : initial(e, r, vector);
      const before = running[n] as readonly Expr[];
      return {
        r,
        vectors,
        singles: variablesOf(e, before, scalar),
        whole: halves ? [] : next(r, carried(e, typesOf(r), vector, vectors)),
        rest: next(r, before),
      };
    });
    const [whole, vectors] = [parts.flatMap((p) => p.whole), parts.flatMap((p) => p.vectors)];
    const [rest, singles] = [parts.flatMap((p) => p.rest), parts.flatMap((p) => p.singles)];
    const gather = (): void => {
      const [width, count] = halves ? ([2, 2 * unroll] as const) : [lanes, unroll];
      for (const p of parts) gatherLanes(e, p.r, p.singles, p.vectors, width, count);
    };
    // Where the vectors meet right after their loop, V8 mixes the instructions of all of them; if they have to pass a
    // join of control flow one by one, it computes one after the other, and nothing hides the latency.
    const once = e !== emitter || outer.length === 0;
    loops((i, end) =>
      e.vectorLoop(
        axis,
        i,
        end,
        () => (halves ? addHalves(e, parts) : assign(e, whole, vector, vectors)),
        () => assign(e, rest, scalar, singles),
        once ? gather : undefined,
      ),
    );
    if (!once) gather();
  };
  const nest = (targets: readonly Target[], leaf: () => void): void =>
    emitter.nest(
      outer,
      targets,
      () => {
        emitter.hoist(targets);
        leaf();
      },
      [axis],
    );
  emitter.inVector(lanes, unroll, emitter.analysis.bitOf(axis), () =>
    withoutCarries(emitter, () => {
      const targets: Target[] = (emitter.isWhole(axis) ? [vector] : [vector, scalar]).flatMap((form) =>
        reductions.flatMap((r) =>
          (halves && form === vector ? [narrowBody(r) as Expr] : r.bodies).map((e) => ({ e, form })),
        ),
      );
      if (!isLong([...outer, axis]))
        return accumulate(emitter, (run) =>
          nest(targets, () => {
            const i = emitter.code.local(i32);
            emitter.code.i32(0);
            emitter.code.set(i);
            run(i, () => emitter.push(axis.size, scalar));
          }),
        );
      // A function that makes its vectors and gives back scalars: shorter chains of rounding errors, too.
      const kept = running.flat().map((e) => ({ e, form: scalar }));
      nest(targets, () =>
        inChunks(
          emitter,
          axis,
          [...targets, ...kept],
          chunk,
          (e, start, end) => accumulate(e, (run) => run(start, () => e.code.get(end))),
          kept,
        ),
      );
    }),
  );
  return results;
}

/** What is made a float64 of float32 for the sake of a reduction; undefined of any other. */
export function narrowBody({ bodies }: Reduction): Expr | undefined {
  const [body, more] = bodies;
  const from = body?.kind === "call" && body.prim === prim.castPrim ? body.args[0] : undefined;
  return !more && body?.dtype === "float64" && from?.dtype === "float32" ? from : undefined;
}

/** Running values for each half of a vector of four. */
function initialHalves(emitter: Emitter, r: Reduction): Local[][] {
  let made: Local[][] = [];
  emitter.inVector(2, 2 * emitter.unroll, 0, () => {
    made = initial(emitter, r, vector);
  });
  return made;
}

/** Computes what is reduced four at a time, in float32, and combines it two at a time, in float64. */
function addHalves(
  emitter: Emitter,
  parts: readonly { readonly r: Reduction; readonly vectors: readonly (readonly Local[])[] }[],
): void {
  const c = emitter.code;
  const bodies = parts.map(({ r }) => narrowBody(r) as Expr);
  emitter.ensure(bodies.map((e) => ({ e, form: vector })));
  parts.forEach(({ r, vectors: [sums] }, n) => {
    for (let u = 0; u < emitter.unroll; u++) {
      const four = c.local(v128);
      emitter.push(bodies[n] as Expr, vector, u);
      c.set(four);
      for (const half of [0, 1] as const) {
        const two = c.local(v128);
        c.get(four);
        if (half === 1) {
          c.get(four);
          c.shuffle(upperHalf);
        }
        c.simd(simd.f64x2_promote_low_f32x4);
        c.set(two);
        emitter.inVector(2, 1, 0, () => {
          const to = [[sums?.[2 * u + half] as Local]];
          const [a, b] = [
            carried(emitter, ["float64"], vector, to),
            carried(emitter, ["float64"], vector, [[two]]),
          ];
          assign(emitter, r.reducer.combine(a, b), vector, to);
        });
      }
    }
  });
}
const upperHalf = [8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15];

/** The running values with those of the next element, which comes after all that they are made from. */
const appended = ({ reducer, bodies }: Reduction, running: readonly Expr[]): readonly Expr[] =>
  (reducer.append ?? reducer.combine)(running, bodies);

/** The same, whatever has come before. */
const combined = ({ reducer, bodies }: Reduction, running: readonly Expr[]): readonly Expr[] =>
  reducer.combine(running, bodies);

const typesOf = (r: Reduction): RealDType[] => r.bodies.map((b) => b.dtype);

/** Combines the lanes of a reduction's vectors, and them with its scalars, into the scalars. */
function gatherLanes(
  emitter: Emitter,
  r: Reduction,
  singles: readonly (readonly Local[])[],
  vectors: readonly (readonly Local[])[],
  lanes: Lanes,
  unroll: number,
): void {
  const types = typesOf(r);
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
