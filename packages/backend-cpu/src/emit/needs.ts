import type { Expr } from "@theano-ts/kernel";
import * as prim from "@theano-ts/kernel/prims";
import { constantOf } from "./analysis.ts";
import type { Emitter } from "./emitter.ts";
import { access, addressOf } from "./memoryAccess.ts";
import { clampCode, isConstantShift } from "./patterns.ts";
import { type Form, scalar, vector } from "./scope.ts";

/** Something wanted in a local variable. `certain`: evaluating it cannot read outside of memory it may read. */
export interface Target {
  readonly e: Expr;
  readonly form: Form;
  readonly certain?: boolean;
}

/** What is needed, in either form. */
export type Plan = [Map<Expr, Need>, Map<Expr, Need>];

/** Code that runs under a condition: one branch of a select; or, at the top, none. */
export interface Context {
  readonly parent: Context | undefined;
  readonly depth: number;
  readonly needs: Need[];
}

/** An expression that has to be computed here. */
export interface Need {
  readonly e: Expr;
  readonly form: Form;
  target: boolean;
  uses: number;
  /** Nesting of what is written inline. */
  depth: number;
  /** The innermost context that holds all uses. */
  context: Context | undefined;
  /** The outermost context in which it is certainly used. */
  sure: Context | undefined;
  certain: boolean;
  branches: readonly [Context, Context] | undefined;
}

const inlineLimit = 24;
const lowestCommon = (a: Context, b: Context): Context => {
  let x = a;
  let y = b;
  while (x !== y) {
    if (x.depth >= y.depth) x = x.parent as Context;
    else y = y.parent as Context;
  }
  return x;
};

/** Calls `visit` on what `e` is computed from; `branch` is 1 and 2 for what a select may not need, 3 for what a loop may not. */
export function visitParts(
  emitter: Emitter,
  e: Expr,
  form: Form,
  visit: (e: Expr, form: Form, branch: 0 | 1 | 2 | 3) => void,
  intoReductions: boolean,
): void {
  if (form === vector && !emitter.isVarying(e)) {
    visit(e, scalar, 0);
    return;
  }
  switch (e.kind) {
    case "index":
      if (form === vector) visit(e, scalar, 0);
      return;
    case "load": {
      const { base } = addressOf(e, emitter);
      if (form === scalar) {
        visit(base, scalar, 0);
        return;
      }
      const way = access(emitter, e);
      visit(base, way.kind === "gather" ? vector : scalar, 0);
      if (way.kind === "strided") visit(way.stride, scalar, 0);
      return;
    }
    case "call": {
      const { args } = e;
      if (
        form === vector &&
        e.prim === prim.select &&
        clampCode(args[0] as Expr, args[1] as Expr, args[2] as Expr) !== undefined
      ) {
        visit(args[1] as Expr, form, 0);
        visit(args[2] as Expr, form, 0);
      } else if (e.prim === prim.select) {
        visit(args[0] as Expr, form, 0);
        visit(args[1] as Expr, form, 1);
        visit(args[2] as Expr, form, 2);
      } else if (form === vector && isConstantShift(e)) visit(args[0] as Expr, form, 0);
      else for (let i = 0; i < args.length; i++) visit(args[i] as Expr, form, 0);
      return;
    }
    case "reduce":
      if (intoReductions) {
        for (const a of e.of.axes) visit(a.size, scalar, 0);
        const sure = e.of.axes.every((a) => (constantOf(a.size) ?? 0) > 0);
        for (const b of e.of.bodies) visit(b, form, sure ? 0 : 3);
      }
      return;
    case "const":
    case "size":
    case "carry":
      return;
  }
}

/** Everything that `targets` need and no variable holds, uses before what they use. With `hoisting`, only down to what depends on no loop still closed. */
export function collectNeeds(emitter: Emitter, targets: readonly Target[], hoisting: boolean): Need[] {
  const plan: Plan = [new Map(), new Map()];
  const needs: Need[] = [];
  const stack: Need[] = [];
  const want = (e: Expr, form: Form): Need | undefined => {
    if (e.kind === "const") return undefined;
    let need = plan[form].get(e);
    if (need) return need;
    if (emitter.scope.find(e, form)) return undefined;
    need = {
      e,
      form,
      target: false,
      uses: 0,
      depth: 0,
      context: undefined,
      sure: undefined,
      certain: false,
      branches: undefined,
    };
    plan[form].set(e, need);
    needs.push(need);
    stack.push(need);
    return need;
  };
  const top: Context = { parent: undefined, depth: 0, needs: [] };
  for (const t of targets) {
    const need = want(t.e, t.form);
    if (!need) continue;
    need.target = true;
    need.context = top;
    if (t.certain !== false && emitter.certain) need.sure = top;
  }
  const isLeaf = (n: Need): boolean => hoisting && (emitter.analysis.mask(n.e) & ~emitter.bound) === 0;
  while (stack.length > 0) {
    const need = stack.pop() as Need;
    if (!isLeaf(need)) visitParts(emitter, need.e, need.form, (e, form) => want(e, form), hoisting);
  }
  needs.sort((a, b) => b.e.id - a.e.id || b.form - a.form);
  for (const need of needs) {
    const context = need.context as Context;
    need.certain = need.sure === context;
    if (isLeaf(need)) continue;
    if (isLazy(emitter, need.e, need.form))
      need.branches = [
        { parent: context, depth: context.depth + 1, needs: [] },
        { parent: context, depth: context.depth + 1, needs: [] },
      ];
    visitParts(
      emitter,
      need.e,
      need.form,
      (e, form, branch) => {
        const part = plan[form].get(e);
        if (!part) return;
        // Unrolled vectors each use the scalar: better a variable.
        part.uses += form === scalar && need.form === vector ? 2 : need.branches && branch === 0 ? 2 : 1;
        const lazily = need.branches !== undefined && (branch === 1 || branch === 2);
        const at = lazily ? ((need.branches as readonly [Context, Context])[branch - 1] as Context) : context;
        part.context = part.context ? lowestCommon(part.context, at) : at;
        const sure = need.certain && (branch === 0 || (lazily && need.form === scalar));
        if (sure && (!part.sure || at.depth < part.sure.depth)) part.sure = at;
      },
      hoisting,
    );
  }
  if (!hoisting) emitter.plan = plan;
  return needs;
}

/** Whether the branches of a select are worth a jump. */
function isLazy(emitter: Emitter, e: Expr, form: Form): boolean {
  if (e.kind !== "call" || e.prim !== prim.select) return false;
  if (form === vector && clampCode(e.args[0] as Expr, e.args[1] as Expr, e.args[2] as Expr) !== undefined)
    return false;
  const weight = Math.max(emitter.weight(e.args[1] as Expr), emitter.weight(e.args[2] as Expr));
  return weight > (form === vector ? 999 : 12);
}

/** Whether what is needed gets a variable instead of being written where it is used. */
export function hasVariable(n: Need): boolean {
  return n.target || n.uses > 1 || n.depth > inlineLimit || n.e.kind === "reduce" || n.branches !== undefined;
}
