import type { Call, Expr, Reduce } from "@theano-ts/kernel";
import { type Local, v128 } from "../wasm/code.ts";
import type { Emitter } from "./emitter.ts";
import { type Context, collectNeeds, hasVariable, type Need, type Target, visitParts } from "./needs.ts";
import { computeReductions } from "./reductions.ts";
import { scalar, vector } from "./scope.ts";
import { typeOf } from "./types.ts";
import { anyLane, type Lanes, vectorSelect } from "./vectorOps.ts";

/** Puts each target into a variable, with all it needs. */
export function ensure(emitter: Emitter, targets: readonly Target[]): void {
  const before = emitter.plan;
  const needs = collectNeeds(emitter, targets, false);
  if (needs.length > 0) {
    needs.reverse();
    let top = needs[0]?.context as Context;
    while (top.parent) top = top.parent;
    for (const n of needs) (n.context as Context).needs.push(n);
    for (const n of needs) setDepth(emitter, n);
    emitContext(emitter, top);
  }
  emitter.plan = before;
}

function setDepth(emitter: Emitter, need: Need): void {
  let depth = 0;
  visitParts(
    emitter,
    need.e,
    need.form,
    (e, form) => {
      const part = emitter.plan[form].get(e);
      if (part && !hasVariable(part)) depth = Math.max(depth, part.depth);
    },
    false,
  );
  need.depth = depth + 1;
}

/** Computes what `targets` need and no loop that is still closed changes. */
export function hoist(emitter: Emitter, targets: readonly Target[]): void {
  const leaves: Target[] = [];
  for (const n of collectNeeds(emitter, targets, true))
    if ((emitter.analysis.mask(n.e) & ~emitter.bound) === 0)
      leaves.push({ e: n.e, form: n.form, certain: n.certain });
  // A leaf's own parts must not be met twice: vectors first want their scalars, which `ensure` orders.
  if (leaves.length > 0) emitter.ensure(leaves);
}

function emitContext(emitter: Emitter, context: Context): void {
  for (const need of context.needs)
    if (hasVariable(need) && !emitter.scope.find(need.e, need.form)) materialize(emitter, need);
}

function materialize(emitter: Emitter, need: Need): void {
  const { e, form } = need;
  if (e.kind === "reduce" && (form === scalar || emitter.isVarying(e))) {
    const before = [emitter.plan, emitter.certain] as const;
    emitter.certain &&= need.certain;
    const group = (need.context as Context).needs.filter(
      (n): n is Need & { e: Reduce } =>
        n.e.kind === "reduce" &&
        n.form === form &&
        !emitter.scope.find(n.e, form) &&
        (form === scalar || emitter.isVarying(n.e)),
    );
    computeReductions(
      emitter,
      e,
      form,
      group.map((n) => n.e),
    );
    [emitter.plan, emitter.certain] = before;
  } else if (need.branches && (form === scalar || emitter.isVarying(e))) lazySelect(emitter, need, e as Call);
  else {
    const locals: Local[] = [];
    // What does not vary is the same in all unrolled vectors: one variable.
    const count = form === vector && emitter.isVarying(e) ? emitter.unroll : 1;
    for (let u = 0; u < count; u++) {
      emitter.generate(e, form, u);
      const local = emitter.code.local(form === vector ? v128 : typeOf(e.dtype));
      emitter.code.set(local);
      locals.push(local);
    }
    emitter.scope.bind(e, form, locals);
  }
}

function lazySelect(emitter: Emitter, need: Need, e: Call): void {
  const [condition, x, y] = e.args as [Expr, Expr, Expr];
  const [then, otherwise] = need.branches as readonly [Context, Context];
  const c = emitter.code;
  if (need.form === scalar) {
    const result = c.local(typeOf(e.dtype));
    emitter.push(condition, scalar);
    c.if();
    emitter.within(() => {
      emitContext(emitter, then);
      emitter.push(x, scalar);
      c.set(result);
    });
    c.else();
    emitter.within(() => {
      emitContext(emitter, otherwise);
      emitter.push(y, scalar);
      c.set(result);
    });
    c.end();
    emitter.scope.bind(e, scalar, [result]);
    return;
  }
  // For vectors a branch is skipped if no lane wants it.
  const results = Array.from({ length: emitter.unroll }, () => c.local(v128));
  const test = (combine: number, then: () => void): void => {
    for (let u = 0; u < emitter.unroll; u++) {
      emitter.push(condition, vector, u);
      if (u > 0) c.simd(combine);
    }
    then();
    anyLane(c);
    c.if();
  };
  test(0x50, () => {});
  emitter.within(() => {
    emitContext(emitter, then);
    results.forEach((r, u) => {
      emitter.push(x, vector, u);
      c.set(r);
    });
  });
  c.end();
  test(0x4e, () => c.simd(0x4d));
  emitter.within(() => {
    emitContext(emitter, otherwise);
    results.forEach((r, u) => {
      c.get(r);
      emitter.push(y, vector, u);
      emitter.push(condition, vector, u);
      vectorSelect(c, e.dtype, emitter.lanes as Lanes);
      c.set(r);
    });
  });
  c.end();
  emitter.scope.bind(e, vector, results);
}
