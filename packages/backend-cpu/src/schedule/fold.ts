import { type Axis, bytesOf, type CarryRule, carryValue, type Expr } from "@theano-ts/kernel";
import { constantOf, scalarCarry, vectorCarry } from "../emit/analysis.ts";
import type { Emitter } from "../emit/emitter.ts";
import { store } from "../emit/memoryAccess.ts";
import type { Target } from "../emit/needs.ts";
import { inChunks } from "../emit/outline.ts";
import { assign } from "../emit/reductions.ts";
import { type Form, scalar, vector } from "../emit/scope.ts";
import { takeSurvey } from "../emit/survey.ts";
import { typeOf } from "../emit/types.ts";
import type { Lanes } from "../emit/vectorOps.ts";
import { i32, type Local, v128 } from "../wasm/code.ts";
import type { Flat } from "./flatten.ts";
import type { Inner } from "./map.ts";

/** A fold's rules in terms of byte addresses. */
export interface FlatFold {
  readonly flat: Flat;
  readonly along: Axis;
  readonly carries: readonly CarryRule[];
}

/** Steps of one call of an outlined fold. */
const stepsAtOnce = 256;

/** Chooses a loop around the fold whose elements are neighbours, to run as vectors of independent folds. */
export function chooseFoldInner({ flat, carries }: FlatFold, emitter: Emitter): Inner {
  const { axes, stores } = flat;
  for (const c of carries) emitter.analysis.declare(c.carry, vectorCarry);
  const roots = [...stores.map((s) => s.value), ...carries.flatMap((c) => [c.init, c.next])];
  for (const axis of axes.toReversed()) {
    const n = constantOf(axis.size) ?? 1000;
    const survey = takeSurvey(emitter, roots, emitter.analysis.bitOf(axis));
    const wide = survey.wide || stores.some((s) => bytesOf(s.dtype) === 8);
    const lanes: Lanes = wide ? 2 : 4;
    const neighbours = stores.every(
      (s) => constantOf(emitter.analysis.affine(s.address).terms.get(axis)) === bytesOf(s.dtype),
    );
    if (
      survey.half ||
      stores.some((s) => s.dtype === "float16") ||
      n < lanes ||
      !neighbours ||
      survey.gathers > 0 ||
      survey.strided > 0 ||
      survey.laneByLane > 0
    )
      continue;
    return { axis, lanes, unroll: survey.work <= 12 && n >= 4 * lanes ? 4 : 1 };
  }
  return { axis: axes.at(-1), lanes: 0, unroll: 1 };
}

/** The loops of a fold: those of its axes around the steps along it. */
export function emitFold({ flat, along, carries }: FlatFold, inner: Inner, emitter: Emitter): void {
  const { axes, stores } = flat;
  const outputs = (form: Form): Target[] =>
    stores.flatMap((s) => [
      { e: s.value, form },
      { e: s.address, form: scalar },
    ]);
  const starts = (form: Form): Target[] => carries.map((c) => ({ e: c.init, form }));
  const steps = (form: Form): Target[] => [...carries.map((c) => ({ e: c.next, form })), ...outputs(form)];
  const values = carries.map((c) => carryValue(c.carry));
  const step = (e: Emitter, form: Form): void => {
    // What does not use a carry serves both the step and the outputs after it.
    e.hoist(steps(form));
    e.within(() =>
      assign(
        e,
        carries.map((k) => k.next),
        form,
        values.map((v) => e.scope.find(v, form) as readonly Local[]),
      ),
    );
    e.within(() => {
      e.bound |= scalarCarry | vectorCarry;
      e.ensure(outputs(form));
      for (const s of stores) store(e, s.dtype, s.address, s.value, form);
      e.bound &= ~(scalarCarry | vectorCarry);
    });
  };
  const loop = (form: Form): void => {
    const n = constantOf(along.size);
    if (n !== undefined && n <= 2 * stepsAtOnce) {
      emitter.loop(along, () => step(emitter, form));
      return;
    }
    const kept = values.map((e) => ({ e, form }));
    inChunks(
      emitter,
      along,
      [...steps(form), ...kept],
      stepsAtOnce,
      (e, start, end) =>
        e.loopFrom(
          along,
          start,
          1,
          () => e.code.get(end),
          () => step(e, form),
        ),
      kept,
    );
  };
  const one = (form: Form): void => {
    const c = emitter.code;
    emitter.ensure(starts(form));
    const locals = carries.map(({ carry, init }) => {
      const made: Local[] = [];
      for (let u = 0; u < (form === vector ? emitter.unroll : 1); u++) {
        const local = c.local(form === vector ? v128 : typeOf(carry.dtype));
        emitter.push(init, form, u);
        c.set(local);
        made.push(local);
      }
      return made;
    });
    emitter.within(() => {
      values.forEach((v, k) => {
        emitter.scope.bind(v, form, locals[k] as Local[]);
      });
      emitter.nest(
        [along],
        steps(form),
        () => {},
        [],
        () => loop(form),
      );
    });
  };
  const all = (form: Form): Target[] => [...starts(form), ...steps(form), { e: along.size, form: scalar }];
  const innermost = inner.axis;
  if (!innermost || inner.lanes === 0) {
    emitter.nest(axes, all(scalar), () => one(scalar));
    return;
  }
  const wanted = [...all(vector), ...all(scalar)];
  emitter.inVector(inner.lanes, inner.unroll, emitter.analysis.bitOf(innermost), () =>
    emitter.nest(
      axes.filter((a) => a !== innermost),
      wanted,
      () => {
        emitter.hoist(wanted);
        const i = emitter.code.local(i32);
        emitter.code.i32(0);
        emitter.code.set(i);
        emitter.vectorLoop(
          innermost,
          i,
          () => emitter.push(innermost.size, scalar),
          () => one(vector),
          () => one(scalar),
        );
      },
      [innermost],
    ),
  );
}

/** Everything a fold computes, in the order that `Flat.extra` carries it. */
export const foldExtra = (carries: readonly CarryRule[]): Expr[] => carries.flatMap((c) => [c.init, c.next]);
