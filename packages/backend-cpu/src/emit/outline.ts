import type { Axis, Expr } from "@theano-ts/kernel";
import { i32, type Local, type Type, v128 } from "../wasm/code.ts";
import * as op from "../wasm/op.ts";
import { Emitter } from "./emitter.ts";
import { type Target, visitParts } from "./needs.ts";
import { type Form, Scope, scalar, vector } from "./scope.ts";
import { typeOf } from "./types.ts";

/** Elements of one call of an outlined loop: enough to forget the call, few enough that faster code comes soon. */
export const chunk = 2048;

/**
 * A loop over `axis`, which is not empty, in a function of its own, called for `rows` values at a time: the engine can
 * replace a function by faster code only between calls. `wanted` is what `body` computes, `kept` what variables of it
 * go on from one call to the next.
 */
export function inChunks(
  emitter: Emitter,
  axis: Axis,
  wanted: readonly Target[],
  rows: number,
  body: (e: Emitter, start: Local, end: Local) => void,
  kept: readonly Target[] = [],
): void {
  const c = emitter.code;
  const [start, end] = [c.local(i32), c.local(i32)];
  const call = outline(emitter, [...wanted, { e: axis.size, form: scalar }], kept, body);
  c.i32(0);
  c.set(start);
  c.loop();
  // end = min(start + rows, size)
  c.get(start);
  c.i32(rows);
  c.op(op.i32_add);
  c.tee(end);
  emitter.push(axis.size, scalar);
  c.get(end);
  emitter.push(axis.size, scalar);
  c.op(op.i32_lt_u);
  c.select();
  c.set(end);
  call(start, end);
  c.get(end);
  c.tee(start);
  emitter.push(axis.size, scalar);
  c.op(op.i32_lt_u);
  c.brIf(0);
  c.end();
}

/**
 * `body` as a function of its own, from `start` to `end`, which are given when it is called. Of the variables that hold
 * what `wanted` needs, it gets the values; those of `kept` it gives back.
 */
function outline(
  emitter: Emitter,
  wanted: readonly Target[],
  kept: readonly Target[],
  body: (inner: Emitter, start: Local, end: Local) => void,
): (start: Local, end: Local) => void {
  const captured = capturesOf(emitter, wanted);
  const back = captured.filter((b) => kept.some((k) => k.e === b.e && k.form === b.form));
  const typesOf = (list: readonly Binding[]): Type[] =>
    list.flatMap(({ e, form, locals }) => locals.map(() => (form === vector ? v128 : typeOf(e.dtype))));
  const params: Type[] = [i32, ...typesOf(captured), i32, i32];
  const inner = new Emitter(
    emitter.code.module.function(params, typesOf(back)),
    emitter.analysis,
    emitter.environment,
  );
  inner.scope = new Scope(undefined, emitter.scope.loop);
  [inner.lanes, inner.unroll, inner.varying, inner.bound, inner.certain] = [
    emitter.lanes,
    emitter.unroll,
    emitter.varying,
    emitter.bound,
    emitter.certain,
  ];
  inner.vectorReduction = emitter.vectorReduction;
  let next = 1;
  for (const { e, form, locals } of captured)
    inner.scope.bind(
      e,
      form,
      locals.map(() => next++),
    );
  body(inner, next, next + 1);
  for (const { e, form } of back)
    for (const l of inner.scope.find(e, form) as readonly Local[]) inner.code.get(l);
  return (start, end) => {
    const c = emitter.code;
    c.get(0);
    for (const { locals } of captured) for (const l of locals) c.get(l);
    c.get(start);
    c.get(end);
    c.call(inner.code);
    for (const { locals } of back.toReversed()) for (const l of locals.toReversed()) c.set(l);
  };
}

/** An expression and the variables that hold it. */
interface Binding {
  readonly e: Expr;
  readonly form: Form;
  readonly locals: readonly Local[];
}

/** What is bound already and used by `targets`. */
function capturesOf(emitter: Emitter, targets: readonly Target[]): Binding[] {
  const found: Binding[] = [];
  const seen: [Set<Expr>, Set<Expr>] = [new Set(), new Set()];
  const stack: [Expr, Form][] = targets.map((t) => [t.e, t.form]);
  const add = (e: Expr, form: Form): void => {
    if (e.kind !== "const" && !seen[form].has(e)) stack.push([e, form]);
  };
  while (stack.length > 0) {
    const [e, form] = stack.pop() as [Expr, Form];
    if (e.kind === "const" || seen[form].has(e)) continue;
    seen[form].add(e);
    const locals = emitter.scope.find(e, form);
    if (locals) found.push({ e, form, locals });
    else visitParts(emitter, e, form, add, true);
  }
  return found;
}
