import { type Axis, type Call, type Expr, type Load, load, type Reduction, reduce, walk } from "./expr.ts";

/** What a rewrite may replace; what it leaves out, or answers undefined for, stays. */
export interface Changes {
  axis?(axis: Axis): Expr | undefined;
  load?(e: Load, at: readonly Expr[]): Expr | undefined;
  call?(e: Call, args: readonly Expr[]): Expr | undefined;
  reductionAxes?(of: Reduction): readonly Axis[];
}

/** `roots` with everything under them rebuilt by `changes`, reductions included. */
export function rewrite(roots: readonly Expr[], changes: Changes): Expr[] {
  const memo = new Map<Expr, Expr>();
  const reductions = new Map<Reduction, readonly Expr[]>();
  const get = (e: Expr): Expr => (e.kind === "const" ? e : (memo.get(e) as Expr));
  const list = (es: readonly Expr[]): readonly Expr[] => {
    const made = es.map(get);
    return made.every((x, i) => x === es[i]) ? es : made;
  };
  const rebuild = (e: Expr): Expr => {
    switch (e.kind) {
      case "index":
        return changes.axis?.(e.axis) ?? e;
      case "load": {
        const at = list(e.at);
        return changes.load?.(e, at) ?? (at === e.at ? e : load(e.input, at));
      }
      case "call": {
        const args = list(e.args);
        return changes.call?.(e, args) ?? (args === e.args ? e : e.prim.apply(args, e.dtype));
      }
      case "reduce": {
        let made = reductions.get(e.of);
        if (!made) {
          const axes = changes.reductionAxes?.(e.of) ?? e.of.axes;
          const bodies = list(e.of.bodies);
          made = axes === e.of.axes && bodies === e.of.bodies ? [] : reduce(e.of.reducer, axes, bodies);
          reductions.set(e.of, made);
        }
        return made[e.slot] ?? e;
      }
      case "const":
      case "size":
      case "carry":
        return e;
    }
  };
  walk(roots, (e) => {
    if (e.kind !== "const") memo.set(e, rebuild(e));
  });
  return roots.map(get);
}

/** `e` where the loop variables are other expressions. */
export const replaceAxes = (roots: readonly Expr[], by: ReadonlyMap<Axis, Expr>): Expr[] =>
  rewrite(roots, { axis: (a) => by.get(a) });
