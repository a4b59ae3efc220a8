import type { Expr } from "@theano-ts/kernel";
import { i32, type Local, type Type, v128 } from "../wasm/code.ts";
import { Emitter } from "./emitter.ts";
import { type Target, visitParts } from "./needs.ts";
import { type Form, Scope, vector } from "./scope.ts";
import { typeOf } from "./types.ts";

/**
 * `body` as a function of its own, called here with what it needs for `targets`, and with `extra` int32 values that
 * are on top of the stack as `push` leaves them. The engine can replace a function by faster code only between calls.
 */
export function outline(
  emitter: Emitter,
  targets: readonly Target[],
  extra: number,
  pushExtra: () => void,
  body: (inner: Emitter, extra: readonly Local[]) => void,
): () => void {
  const captured = capturesOf(emitter, targets);
  const params: Type[] = [i32];
  for (const { e, form, locals } of captured)
    for (const _ of locals) params.push(form === vector ? v128 : typeOf(e.dtype));
  const first = params.length;
  for (let k = 0; k < extra; k++) params.push(i32);
  const inner = new Emitter(emitter.code.module.function(params, []), emitter.analysis, emitter.environment);
  inner.scope = new Scope(undefined, emitter.scope.loop);
  [inner.lanes, inner.unroll, inner.varying, inner.bound] = [
    emitter.lanes,
    emitter.unroll,
    emitter.varying,
    emitter.bound,
  ];
  inner.vectorReduction = emitter.vectorReduction;
  let next = 1;
  for (const { e, form, locals } of captured)
    inner.scope.bind(
      e,
      form,
      locals.map(() => next++),
    );
  body(
    inner,
    Array.from({ length: extra }, (_, k) => first + k),
  );
  return () => {
    emitter.code.get(0);
    for (const { locals } of captured) for (const l of locals) emitter.code.get(l);
    pushExtra();
    emitter.code.call(inner.code);
  };
}

/** What is bound already and used by `targets`. */
function capturesOf(
  emitter: Emitter,
  targets: readonly Target[],
): { e: Expr; form: Form; locals: readonly Local[] }[] {
  const found: { e: Expr; form: Form; locals: readonly Local[] }[] = [];
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
