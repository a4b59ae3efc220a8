import { type Axis, bytesOf, type Reduction, reducer } from "@theano-ts/kernel";
import { type Analysis, constantOf } from "../emit/analysis.ts";
import type { Emitter, VectorWay } from "../emit/emitter.ts";
import { store } from "../emit/memoryAccess.ts";
import type { Target } from "../emit/needs.ts";
import { chunk, inChunks } from "../emit/outline.ts";
import { narrowBody } from "../emit/reductions.ts";
import { scalar, vector } from "../emit/scope.ts";
import { takeSurvey } from "../emit/survey.ts";
import type { Lanes } from "../emit/vectorOps.ts";
import type { Local } from "../wasm/code.ts";
import { i32 } from "../wasm/code.ts";
import type { Flat, Store } from "./flatten.ts";

/** How the innermost loop runs. */
export interface Inner {
  /** Of the axes, the one that is innermost; undefined if there is none. */
  readonly axis: Axis | undefined;
  readonly lanes: Lanes | 0;
  readonly unroll: number;
}

/** Chooses the innermost loop of a map, and whether it runs as vectors. */
export function chooseInner({ axes, stores }: Flat, emitter: Emitter): Inner {
  const { analysis } = emitter;
  let best: Inner = { axis: axes.at(-1), lanes: 0, unroll: 1 };
  let bestScore = Number.NEGATIVE_INFINITY;
  for (const axis of axes) {
    const { score, inner } = judge(axis, stores, emitter, analysis);
    // Of equals the later one: it is the one whose elements are expected to be neighbours.
    if (score >= bestScore) [best, bestScore] = [inner, score];
  }
  return best;
}

/** Points for an innermost loop: neighbours in memory count for it, jumps against it, and so do short loops. */
function judge(
  axis: Axis,
  stores: readonly Store[],
  emitter: Emitter,
  analysis: Analysis,
): { score: number; inner: Inner } {
  const bit = analysis.bitOf(axis);
  const survey = takeSurvey(
    emitter,
    stores.map((s) => s.value),
    bit,
  );
  let [contiguousStores, otherStores] = [0, 0];
  for (const s of stores) {
    const c = analysis.affine(s.address).terms.get(axis);
    if (constantOf(c) === bytesOf(s.dtype)) contiguousStores++;
    else otherStores++;
  }
  const n = constantOf(axis.size) ?? 1000;
  const wide = survey.wide || stores.some((s) => bytesOf(s.dtype) === 8);
  const lanes: Lanes = wide ? 2 : 4;
  const jumps = survey.strided + survey.gathers + otherStores;
  const neighbours = survey.contiguous + contiguousStores;
  // Lane by lane is what scalar code does, with more ceremony.
  // A reduction whose operands jump is better run along its own axis, where they are neighbours.
  const reduces = stores.some((s) => emitter.weight(s.value) >= 10000) && survey.strided + survey.gathers > 0;
  const pays =
    survey.work + neighbours > (survey.laneByLane + jumps) * (lanes === 4 ? 1 : 2) &&
    !reduces &&
    !survey.half &&
    !stores.some((s) => s.dtype === "float16") &&
    n >= lanes;
  const { work } = survey;
  // Measured: two at once hide latency in almost any body; four pay for short ones, or halfway long ones of 4 lanes.
  const most = Math.floor(n / lanes);
  const unroll = work <= (lanes === 4 ? 50 : 16) && most >= 4 ? 4 : work <= 300 && most >= 2 ? 2 : 1;
  const score =
    (pays ? 4 : 0) +
    2 * contiguousStores -
    otherStores +
    survey.contiguous -
    survey.strided -
    survey.gathers +
    (n < 4 ? -20 : n < 16 ? -3 : 0);
  return { score, inner: { axis, lanes: pays ? lanes : 0, unroll: pays ? unroll : 1 } };
}

/** Reducers whose values may be combined in any order. */
const anyOrder: ReadonlySet<string> = /* @__PURE__ */ new Set(
  /* @__PURE__ */ Object.values(reducer).map((r) => r.name),
);

/** Whether and how a reduction that is not itself part of a vector loop runs as vectors along one of its axes. */
export function vectorReduction(group: readonly Reduction[], emitter: Emitter): VectorWay | undefined {
  if (!group.every((r) => anyOrder.has(r.reducer.name))) return undefined;
  const bodies = group.flatMap((r) => r.bodies);
  const narrow = group.map(narrowBody).filter((e) => e !== undefined);
  let best: VectorWay | undefined;
  let bestScore = 0;
  for (const axis of (group[0] as Reduction).axes) {
    const bit = emitter.analysis.bitOf(axis);
    const inFloat32 = narrow.length === group.length ? takeSurvey(emitter, narrow, bit) : undefined;
    const halves = inFloat32?.wide === false;
    const survey = halves ? inFloat32 : takeSurvey(emitter, bodies, bit);
    const lanes: Lanes = survey.wide ? 2 : 4;
    const n = constantOf(axis.size) ?? 1000;
    if (survey.half || n < 2 * lanes) continue;
    const score =
      2 * survey.contiguous +
      survey.work +
      2 -
      2 * survey.strided -
      3 * survey.gathers -
      2 * survey.laneByLane +
      Math.min(n, 64) / 64;
    if (score <= bestScore) continue;
    bestScore = score;
    const carried = group.reduce((sum, r) => sum + r.bodies.length, 0);
    const unroll = n < 4 * lanes || carried >= 4 ? 1 : carried > 1 || survey.work > 12 ? 2 : 4;
    best = { axis, lanes, unroll: halves ? Math.min(unroll, 2) : unroll, halves };
  }
  return best;
}

/** The loops of a map, its innermost one as `inner` says. Long ones become functions, called in chunks. */
export function emitMap(flat: Flat, inner: Inner, emitter: Emitter): void {
  const { axes, stores } = flat;
  const targets = (form: 0 | 1): Target[] =>
    stores.flatMap((s) => [
      { e: s.value, form },
      { e: s.address, form: scalar },
    ]);
  const write = (e: Emitter, form: 0 | 1): void => {
    e.ensure(targets(form));
    for (const s of stores) store(e, s.dtype, s.address, s.value, form);
  };
  if (!inner.axis) {
    write(emitter, scalar);
    return;
  }
  const innermost = inner.axis;
  const outer = axes.filter((a) => a !== innermost);
  const sizes: Target[] = axes.map((a) => ({ e: a.size, form: scalar }));

  /** The innermost loop from `i` to `end`. */
  const run = (e: Emitter, i: Local, end: Local): void => {
    if (inner.lanes === 0) {
      e.loopFrom(
        innermost,
        i,
        1,
        () => e.code.get(end),
        () => write(e, scalar),
      );
      return;
    }
    e.vectorLoop(
      innermost,
      i,
      () => e.code.get(end),
      () => write(e, vector),
      () => write(e, scalar),
    );
  };
  /** What `run` needs, computed before it. */
  const n = constantOf(innermost.size);
  const isWhole = n !== undefined && n % (inner.lanes * inner.unroll) === 0;
  const wanted: Target[] =
    inner.lanes === 0
      ? targets(scalar)
      : isWhole
        ? targets(vector)
        : [...targets(vector), ...targets(scalar)];

  /** The innermost loop, from beginning to end. */
  const whole = (e: Emitter): void => {
    const [i, end] = [e.code.local(i32), e.code.local(i32)];
    e.code.i32(0);
    e.code.set(i);
    e.push(innermost.size, scalar);
    e.code.set(end);
    run(e, i, end);
  };

  const total = axes.reduce<number | undefined>(
    (p, a) =>
      p === undefined || constantOf(a.size) === undefined ? undefined : p * (constantOf(a.size) as number),
    1,
  );
  const heavy = emitter.weight(stores[0]?.value ?? innermost.size) >= 10000;
  // Few elements are not worth a function of their own; of short innermost loops, the loop around them becomes one.
  const outlined =
    total !== undefined && total <= 4 * chunk && !heavy
      ? -1
      : n !== undefined && n <= 64 && outer.length > 0
        ? outer.length - 1
        : outer.length;

  const inVectors = (e: Emitter, body: () => void): void =>
    inner.lanes === 0
      ? body()
      : e.inVector(inner.lanes, inner.unroll, emitter.analysis.bitOf(innermost), body);
  inVectors(emitter, () =>
    emitter.nest(
      outer,
      wanted,
      () => {
        if (outlined !== outer.length) {
          emitter.hoist(wanted);
          return whole(emitter);
        }
        emitter.hoist(wanted);
        inChunks(emitter, innermost, [...wanted, ...sizes], heavy ? 16 : chunk, (e, start, end) =>
          run(e, start, end),
        );
      },
      [innermost],
      (axis, level, body) => {
        if (level !== outlined) return emitter.loop(axis, body);
        // The function contains this loop and the innermost one.
        const rows = Math.max(1, Math.floor(chunk / (n ?? chunk)));
        inChunks(emitter, axis, [...wanted, ...sizes], rows, (e, start, end) =>
          e.loopFrom(
            axis,
            start,
            1,
            () => e.code.get(end),
            () => {
              e.hoist(wanted);
              whole(e);
            },
          ),
        );
      },
    ),
  );
}
