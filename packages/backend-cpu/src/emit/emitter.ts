import {
  type Axis,
  bytesOf,
  type Call,
  carry,
  carryValue,
  type Expr,
  index,
  int,
  isFloat,
  type Load,
  prim,
  type RealDType,
  type Reduce,
  type Reduction,
  type SizeParam,
} from "@theano-ts/kernel";
import { type Code, i32, type Local, type Type, v128 } from "../wasm/code.ts";
import { op } from "../wasm/opcodes.ts";
import { type Analysis, constantOf, scalarCarry, vectorCarry } from "./analysis.ts";
import { addressOf, callWeight, clampCode, isConstantShift, sameExpr } from "./patterns.ts";
import { applyScalar, fromHalfBits, toHalfBits } from "./scalarOps.ts";
import { type Form, Scope, scalar, vector } from "./scope.ts";
import { loadOf, pushConstant, storeOf, typeOf } from "./types.ts";
import {
  anyLane,
  applyVector,
  extract,
  fusedMultiplyAdd,
  isVector,
  type Lanes,
  loadLane,
  ramp,
  replace,
  splat,
  storeLane,
  vectorConstant,
  vectorLoad,
  vectorSelect,
  vectorShift,
  vectorStore,
} from "./vectorOps.ts";

/** Something wanted in a local variable. `certain`: evaluating it cannot read outside of memory it may read. */
export interface Target {
  readonly e: Expr;
  readonly form: Form;
  readonly certain?: boolean;
}

/** Code that runs under a condition: one branch of a select; or, at the top, none. */
interface Context {
  readonly parent: Context | undefined;
  readonly depth: number;
  readonly needs: Need[];
}

/** An expression that has to be computed here. */
interface Need {
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

/** What a vector loop meets: the dtypes that decide its width, how loads meet memory, operations in vectors and not. */
export interface Survey {
  wide: boolean;
  half: boolean;
  contiguous: number;
  strided: number;
  gathers: number;
  work: number;
  laneByLane: number;
}

/** What all emitters of a program share. */
export interface Environment {
  readonly fma: boolean;
  /** Where in the table of launch parameters a size is. */
  slotOf(param: SizeParam): number;
}

/** How far beyond the address that is checked an instruction may read; the last bytes of memory are left unused. */
const guardBytes = 256;

const inlineLimit = 24;
const lowestCommon = (a: Context, b: Context): Context => {
  let [x, y] = [a, b];
  while (x !== y) {
    if (x.depth >= y.depth) x = x.parent as Context;
    else y = y.parent as Context;
  }
  return x;
};

/**
 * Writes expressions as instructions. Loads are of rank 1, their coordinate a byte address. What is wanted more than
 * once gets a local variable; what does not depend on a loop is computed before it (`hoist`). In a vector loop,
 * expressions that vary along its axis are vectors, `unroll` of them at once; the others stay scalars.
 */
export class Emitter {
  readonly code: Code;
  readonly analysis: Analysis;
  readonly environment: Environment;
  scope: Scope;
  /** Elements of a vector; 0 outside of vector loops. */
  lanes: Lanes | 0 = 0;
  unroll = 1;
  /** The loops and carries whose value makes an expression a vector. */
  varying = 0;
  /** The loops that are open. */
  bound = 0;
  #plan: [Map<Expr, Need>, Map<Expr, Need>] = [new Map(), new Map()];
  /** Whether what is computed now is certainly wanted. */
  #certain = true;
  /** Remarks on what was made, for `explain`. */
  readonly notes: Set<string> = new Set();
  readonly #limit: Local;

  /** The first parameter of `code` is the address of the table of launch parameters. */
  constructor(code: Code, analysis: Analysis, environment: Environment) {
    this.code = code;
    this.analysis = analysis;
    this.environment = environment;
    this.scope = new Scope(undefined, {});
    this.#limit = code.local(i32);
    code.memorySize();
    code.i32(16);
    code.op(op.i32_shl);
    code.i32(guardBytes);
    code.op(op.i32_sub);
    code.set(this.#limit);
  }

  isVarying(e: Expr): boolean {
    return (this.analysis.mask(e) & this.varying) !== 0;
  }

  // Structure.

  /** Code whose variables are its own. */
  within(body: () => void, loop: object = this.scope.loop): void {
    const outer = this.scope;
    this.scope = new Scope(outer, loop);
    body();
    this.scope = outer;
  }

  /** Switches to vectors of `lanes` along the loops `varying`, `unroll` at once, for the time of `body`. */
  inVector(lanes: Lanes | 0, unroll: number, varying: number, body: () => void): void {
    const before = [this.lanes, this.unroll, this.varying] as const;
    [this.lanes, this.unroll, this.varying] = [lanes, unroll, lanes === 0 ? 0 : varying | vectorCarry];
    this.within(body, {});
    [this.lanes, this.unroll, this.varying] = before;
  }

  /** Opens a loop for the time of `body`: its index is in `i`. */
  open(axis: Axis, i: Local, body: () => void): void {
    const bit = this.analysis.bitOf(axis);
    const before = this.bound;
    this.bound |= bit;
    this.within(() => {
      this.scope.bind(index(axis), scalar, [i]);
      body();
    });
    this.bound = before;
  }

  /** Leaves the innermost block (or `depth` blocks) if `axis` has no elements. */
  #skipIfEmpty(axis: Axis): void {
    const n = constantOf(axis.size);
    if (n !== undefined && n > 0) return;
    this.push(axis.size, scalar);
    this.code.i32(0);
    this.code.op(op.i32_le_s);
    this.code.brIf(0);
  }

  /**
   * Loops over `axes`, outermost first, around `leaf`. What `targets` need is computed as far out as possible. Nothing
   * at all happens if one of `axes` or `also` is empty.
   */
  nest(
    axes: readonly Axis[],
    targets: readonly Target[],
    leaf: () => void,
    also: readonly Axis[] = [],
    loop: (axis: Axis, level: number, body: () => void) => void = (axis, _, body) => this.loop(axis, body),
  ): void {
    this.code.block();
    this.within(() => {
      const all = [...axes, ...also];
      this.ensure(all.map((a) => ({ e: a.size, form: scalar })));
      for (const a of all) this.#skipIfEmpty(a);
      const level = (d: number): void => {
        if (d === axes.length) {
          leaf();
          return;
        }
        this.hoist(targets);
        loop(axes[d] as Axis, d, () => level(d + 1));
      };
      level(0);
    });
    this.code.end();
  }

  /** A loop over `axis`, which is not empty. */
  loop(axis: Axis, body: () => void): void {
    const c = this.code;
    const i = c.local(i32);
    c.i32(0);
    c.set(i);
    this.loopFrom(axis, i, 1, () => this.push(axis.size, scalar), body);
  }

  /** A loop over `axis` from the value of `i` on, in steps, as long as `i` is below what `end` puts on the stack. At least one round. */
  loopFrom(axis: Axis, i: Local, step: number, end: () => void, body: () => void): void {
    const c = this.code;
    c.loop();
    this.open(axis, i, body);
    c.get(i);
    c.i32(step);
    c.op(op.i32_add);
    c.tee(i);
    end();
    c.op(op.i32_lt_u);
    c.brIf(0);
    c.end();
  }

  /**
   * `body` as a function of its own, called here with what it needs for `targets`, and with `extra` int32 values that
   * are on top of the stack as `push` leaves them. The engine can replace a function by faster code only between calls.
   */
  outline(
    targets: readonly Target[],
    extra: number,
    pushExtra: () => void,
    body: (inner: Emitter, extra: readonly Local[]) => void,
  ): () => void {
    const captured = this.#captures(targets);
    const params: Type[] = [i32];
    for (const { e, form, locals } of captured)
      for (const _ of locals) params.push(form === vector ? v128 : typeOf(e.dtype));
    const first = params.length;
    for (let k = 0; k < extra; k++) params.push(i32);
    const inner = new Emitter(this.code.module.function(params, []), this.analysis, this.environment);
    inner.scope = new Scope(undefined, this.scope.loop);
    [inner.lanes, inner.unroll, inner.varying, inner.bound] = [
      this.lanes,
      this.unroll,
      this.varying,
      this.bound,
    ];
    inner.vectorReduction = this.vectorReduction;
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
      this.code.get(0);
      for (const { locals } of captured) for (const l of locals) this.code.get(l);
      pushExtra();
      this.code.call(inner.code);
    };
  }

  /** What is bound already and used by `targets`. */
  #captures(targets: readonly Target[]): { e: Expr; form: Form; locals: readonly Local[] }[] {
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
      const locals = this.scope.find(e, form);
      if (locals) found.push({ e, form, locals });
      else this.#parts(e, form, add, true);
    }
    return found;
  }

  // Planning.

  /** Calls `visit` on what `e` is computed from; `branch` is 1 and 2 for what a select may not need, 3 for what a loop may not. */
  #parts(
    e: Expr,
    form: Form,
    visit: (e: Expr, form: Form, branch: 0 | 1 | 2 | 3) => void,
    intoReductions: boolean,
  ): void {
    if (form === vector && !this.isVarying(e)) {
      visit(e, scalar, 0);
      return;
    }
    switch (e.kind) {
      case "index":
        if (form === vector) visit(e, scalar, 0);
        return;
      case "load": {
        const { base } = addressOf(e);
        if (form === scalar) {
          visit(base, scalar, 0);
          return;
        }
        const way = this.access(e);
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
        else for (const a of args) visit(a, form, 0);
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
  #collect(targets: readonly Target[], hoisting: boolean): Need[] {
    const plan: [Map<Expr, Need>, Map<Expr, Need>] = [new Map(), new Map()];
    const needs: Need[] = [];
    const stack: Need[] = [];
    const want = (e: Expr, form: Form): Need | undefined => {
      if (e.kind === "const") return undefined;
      let need = plan[form].get(e);
      if (need) return need;
      if (this.scope.find(e, form)) return undefined;
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
      if (t.certain !== false && this.#certain) need.sure = top;
    }
    const isLeaf = (n: Need): boolean => hoisting && (this.analysis.mask(n.e) & ~this.bound) === 0;
    while (stack.length > 0) {
      const need = stack.pop() as Need;
      if (!isLeaf(need)) this.#parts(need.e, need.form, (e, form) => want(e, form), hoisting);
    }
    needs.sort((a, b) => b.e.id - a.e.id || b.form - a.form);
    for (const need of needs) {
      const context = need.context as Context;
      need.certain = need.sure === context;
      if (isLeaf(need)) continue;
      if (this.#isLazy(need.e, need.form))
        need.branches = [
          { parent: context, depth: context.depth + 1, needs: [] },
          { parent: context, depth: context.depth + 1, needs: [] },
        ];
      this.#parts(
        need.e,
        need.form,
        (e, form, branch) => {
          const part = plan[form].get(e);
          if (!part) return;
          // Unrolled vectors each use the scalar: better a variable.
          part.uses += form === scalar && need.form === vector ? 2 : need.branches && branch === 0 ? 2 : 1;
          const lazily = need.branches !== undefined && (branch === 1 || branch === 2);
          const at = lazily
            ? ((need.branches as readonly [Context, Context])[branch - 1] as Context)
            : context;
          part.context = part.context ? lowestCommon(part.context, at) : at;
          const sure = need.certain && (branch === 0 || (lazily && need.form === scalar));
          if (sure && (!part.sure || at.depth < part.sure.depth)) part.sure = at;
        },
        hoisting,
      );
    }
    if (!hoisting) this.#plan = plan;
    return needs;
  }

  /** What a vector loop over the axes `varying` would meet in computing `targets`. */
  survey(targets: readonly Expr[], varying: number): Survey {
    const before = this.varying;
    this.varying = varying;
    const found: Survey = {
      wide: false,
      half: false,
      contiguous: 0,
      strided: 0,
      gathers: 0,
      work: 0,
      laneByLane: 0,
    };
    const seen: [Set<Expr>, Set<Expr>] = [new Set(), new Set()];
    const stack: [Expr, Form][] = targets.map((e) => [e, vector]);
    while (stack.length > 0) {
      const [e, form] = stack.pop() as [Expr, Form];
      if (e.kind === "const") {
        if (form === vector && bytesOf(e.dtype) === 8) found.wide = true;
        if (e.dtype === "float16") found.half = true;
        continue;
      }
      if (seen[form].has(e)) continue;
      seen[form].add(e);
      if (form === vector) {
        if (e.dtype === "float16") found.half = true;
        if (bytesOf(e.dtype) === 8) found.wide = true;
        if (this.isVarying(e)) {
          if (e.kind === "load") {
            const { kind } = this.access(e);
            found[kind === "gather" ? "gathers" : kind]++;
          } else if (e.kind === "call") {
            const dtype = (e.args[e.args.length - 1] as Expr).dtype;
            if (e.prim === prim.select || isConstantShift(e) || isVector(e.prim, dtype, e.dtype))
              found.work++;
            else found.laneByLane++;
          }
        }
      }
      this.#parts(e, form, (x, f) => stack.push([x, f]), true);
    }
    this.varying = before;
    return found;
  }

  /** Whether the branches of a select are worth a jump. */
  #isLazy(e: Expr, form: Form): boolean {
    if (e.kind !== "call" || e.prim !== prim.select) return false;
    if (form === vector && clampCode(e.args[0] as Expr, e.args[1] as Expr, e.args[2] as Expr) !== undefined)
      return false;
    const weight = Math.max(this.weight(e.args[1] as Expr), this.weight(e.args[2] as Expr));
    return weight > (form === vector ? 999 : 12);
  }

  weight(e: Expr): number {
    return this.analysis.weight(e, (x) => callWeight(x as Call));
  }

  /** Puts each target into a variable, with all it needs. */
  ensure(targets: readonly Target[]): void {
    const before = this.#plan;
    const needs = this.#collect(targets, false);
    if (needs.length > 0) {
      needs.reverse();
      let top = needs[0]?.context as Context;
      while (top.parent) top = top.parent;
      for (const n of needs) (n.context as Context).needs.push(n);
      for (const n of needs) this.#setDepth(n);
      this.#emitContext(top);
    }
    this.#plan = before;
  }

  #setDepth(need: Need): void {
    let depth = 0;
    this.#parts(
      need.e,
      need.form,
      (e, form) => {
        const part = this.#plan[form].get(e);
        if (part && !this.#hasVariable(part)) depth = Math.max(depth, part.depth);
      },
      false,
    );
    need.depth = depth + 1;
  }

  #hasVariable(n: Need): boolean {
    return (
      n.target || n.uses > 1 || n.depth > inlineLimit || n.e.kind === "reduce" || n.branches !== undefined
    );
  }

  /** Computes what `targets` need and no loop that is still closed changes. */
  hoist(targets: readonly Target[]): void {
    const leaves: Target[] = [];
    for (const n of this.#collect(targets, true))
      if ((this.analysis.mask(n.e) & ~this.bound) === 0)
        leaves.push({ e: n.e, form: n.form, certain: n.certain });
    // A leaf's own parts must not be met twice: vectors first want their scalars, which `ensure` orders.
    if (leaves.length > 0) this.ensure(leaves);
  }

  #emitContext(context: Context): void {
    for (const need of context.needs)
      if (this.#hasVariable(need) && !this.scope.find(need.e, need.form)) this.#materialize(need);
  }

  #materialize(need: Need): void {
    const { e, form } = need;
    if (e.kind === "reduce" && (form === scalar || this.isVarying(e))) {
      const before = [this.#plan, this.#certain] as const;
      this.#certain &&= need.certain;
      const group = (need.context as Context).needs.filter(
        (n): n is Need & { e: Reduce } =>
          n.e.kind === "reduce" &&
          n.form === form &&
          !this.scope.find(n.e, form) &&
          (form === scalar || this.isVarying(n.e)),
      );
      this.#reduce(
        e,
        form,
        group.map((n) => n.e),
      );
      [this.#plan, this.#certain] = before;
    } else if (need.branches && (form === scalar || this.isVarying(e))) this.#lazySelect(need, e as Call);
    else {
      const locals: Local[] = [];
      for (let u = 0; u < (form === vector ? this.unroll : 1); u++) {
        this.#generate(e, form, u);
        const local = this.code.local(form === vector ? v128 : typeOf(e.dtype));
        this.code.set(local);
        locals.push(local);
      }
      this.scope.bind(e, form, locals);
    }
  }

  #lazySelect(need: Need, e: Call): void {
    const [condition, x, y] = e.args as [Expr, Expr, Expr];
    const [then, otherwise] = need.branches as readonly [Context, Context];
    const c = this.code;
    if (need.form === scalar) {
      const result = c.local(typeOf(e.dtype));
      this.push(condition, scalar);
      c.if();
      this.within(() => {
        this.#emitContext(then);
        this.push(x, scalar);
        c.set(result);
      });
      c.else();
      this.within(() => {
        this.#emitContext(otherwise);
        this.push(y, scalar);
        c.set(result);
      });
      c.end();
      this.scope.bind(e, scalar, [result]);
      return;
    }
    // For vectors a branch is skipped if no lane wants it.
    const results = Array.from({ length: this.unroll }, () => c.local(v128));
    const test = (combine: number, then: () => void): void => {
      for (let u = 0; u < this.unroll; u++) {
        this.push(condition, vector, u);
        if (u > 0) c.simd(combine);
      }
      then();
      anyLane(c);
      c.if();
    };
    test(0x50, () => {});
    this.within(() => {
      this.#emitContext(then);
      results.forEach((r, u) => {
        this.push(x, vector, u);
        c.set(r);
      });
    });
    c.end();
    test(0x4e, () => c.simd(0x4d));
    this.within(() => {
      this.#emitContext(otherwise);
      results.forEach((r, u) => {
        c.get(r);
        this.push(y, vector, u);
        this.push(condition, vector, u);
        vectorSelect(c, e.dtype, this.lanes as Lanes);
        c.set(r);
      });
    });
    c.end();
    this.scope.bind(e, vector, results);
  }

  // Reductions.

  /** How a reduction met as a scalar is run as vectors along one of its axes, if it is; set by the scheduler. */
  vectorReduction:
    | ((group: readonly Reduction[]) => { axis: Axis; lanes: Lanes; unroll: number } | undefined)
    | undefined;

  #reduce(first: Reduce, form: Form, candidates: readonly Reduce[]): void {
    const group = fusible(first, candidates);
    const reductions = [...new Set(group.map((e) => e.of))];
    const way = form === scalar ? this.vectorReduction?.(reductions) : undefined;
    const results = way ? this.#reduceVectors(reductions, way) : this.#reducePlain(reductions, form);
    for (const e of group) {
      const locals = results.get(e.of)?.[e.slot] as readonly Local[];
      this.scope.bind(e, form, locals);
    }
  }

  /** Fresh variables with the values that `reduction` starts from. */
  #initial({ reducer, bodies }: Reduction, form: Form): Local[][] {
    return reducer.init(bodies.map((b) => b.dtype)).map((e) => {
      const locals: Local[] = [];
      for (let u = 0; u < (form === vector ? this.unroll : 1); u++) {
        this.push(e, form, u);
        const local = this.code.local(form === vector ? v128 : typeOf(e.dtype));
        this.code.set(local);
        locals.push(local);
      }
      return locals;
    });
  }

  /** Names for the running values held in `locals`. */
  carried(dtypes: readonly RealDType[], form: Form, locals: readonly (readonly Local[])[]): Expr[] {
    return dtypes.map((dtype, s) => {
      const c = carry(dtype);
      this.analysis.declare(c, form === vector ? vectorCarry : scalarCarry);
      const e = carryValue(c);
      this.scope.bind(e, form, locals[s] as readonly Local[]);
      return e;
    });
  }

  /** Computes all of `values` before it changes any of the variables that held the ones before. */
  assign(values: readonly Expr[], form: Form, to: readonly (readonly Local[])[]): void {
    const bound = this.bound;
    this.bound |= scalarCarry | vectorCarry;
    this.ensure(values.map((e) => ({ e, form })));
    const c = this.code;
    values.forEach((e) => {
      for (let u = 0; u < (form === vector ? this.unroll : 1); u++) this.push(e, form, u);
    });
    for (const locals of to.toReversed()) for (const l of locals.toReversed()) c.set(l);
    this.bound = bound;
  }

  /** Runs `body` as if no running value were known, so that nothing built on one leaves its loop. */
  withoutCarries(body: () => void): void {
    const bound = this.bound;
    this.bound &= ~(scalarCarry | vectorCarry);
    body();
    this.bound = bound;
  }

  #reducePlain(reductions: readonly Reduction[], form: Form): Map<Reduction, Local[][]> {
    const results = new Map<Reduction, Local[][]>();
    const steps: { values: readonly Expr[]; to: Local[][] }[] = [];
    for (const r of reductions) {
      const to = this.#initial(r, form);
      const before = this.carried(
        r.bodies.map((b) => b.dtype),
        form,
        to,
      );
      steps.push({ values: r.reducer.combine(before, r.bodies), to });
      results.set(r, to);
    }
    const values = steps.flatMap((s) => s.values);
    const to = steps.flatMap((s) => s.to);
    this.withoutCarries(() =>
      this.nest(
        (reductions[0] as Reduction).axes,
        values.map((e) => ({ e, form })),
        () => this.assign(values, form, to),
      ),
    );
    return results;
  }

  #reduceVectors(
    reductions: readonly Reduction[],
    { axis, lanes, unroll }: { axis: Axis; lanes: Lanes; unroll: number },
  ): Map<Reduction, Local[][]> {
    const results = new Map<Reduction, Local[][]>();
    const c = this.code;
    for (const r of reductions) results.set(r, this.#initial(r, scalar));
    const bit = this.analysis.bitOf(axis);
    const outer = (reductions[0] as Reduction).axes.filter((a) => a !== axis);
    const types = (r: Reduction): RealDType[] => r.bodies.map((b) => b.dtype);
    this.inVector(lanes, unroll, bit, () => {
      const parts = reductions.map((r) => {
        const [singles, vectors] = [results.get(r) as Local[][], this.#initial(r, vector)];
        return {
          r,
          singles,
          vectors,
          whole: r.reducer.combine(this.carried(types(r), vector, vectors), r.bodies),
          rest: r.reducer.combine(this.carried(types(r), scalar, singles), r.bodies),
        };
      });
      const targets: Target[] = parts.flatMap((p) => [
        ...p.whole.map((e) => ({ e, form: vector })),
        ...p.rest.map((e) => ({ e, form: scalar })),
      ]);
      this.withoutCarries(() =>
        this.nest(
          outer,
          targets,
          () => {
            this.hoist(targets);
            const i = c.local(i32);
            c.i32(0);
            c.set(i);
            this.vectorLoop(
              axis,
              i,
              () => this.push(axis.size, scalar),
              () =>
                this.assign(
                  parts.flatMap((p) => p.whole),
                  vector,
                  parts.flatMap((p) => p.vectors),
                ),
              () =>
                this.assign(
                  parts.flatMap((p) => p.rest),
                  scalar,
                  parts.flatMap((p) => p.singles),
                ),
            );
          },
          [axis],
        ),
      );
      for (const { r, singles, vectors } of parts) this.#gatherLanes(r, singles, vectors, lanes, unroll);
    });
    return results;
  }

  /** Combines the lanes of a reduction's vectors, and them with its scalars, into the scalars. */
  #gatherLanes(r: Reduction, singles: Local[][], vectors: Local[][], lanes: Lanes, unroll: number): void {
    const types = r.bodies.map((b) => b.dtype);
    for (let half = unroll >> 1; half >= 1; half >>= 1)
      for (let u = 0; u < half; u++)
        this.inVector(lanes, 1, 0, () => {
          const at = (k: number): Local[][] => vectors.map((v) => [v[k] as Local]);
          const [a, b] = [this.carried(types, vector, at(u)), this.carried(types, vector, at(u + half))];
          this.assign(r.reducer.combine(a, b), vector, at(u));
        });
    const c = this.code;
    for (let l = 0; l < lanes; l++)
      this.inVector(0, 1, 0, () => {
        const lane = vectors.map((v, s) => {
          const dtype = types[s] as RealDType;
          const local = c.local(typeOf(dtype));
          c.get(v[0] as Local);
          extract(c, dtype, l, lanes);
          c.set(local);
          return [local];
        });
        const [a, b] = [this.carried(types, scalar, singles), this.carried(types, scalar, lane)];
        this.assign(r.reducer.combine(a, b), scalar, singles);
      });
  }

  /**
   * A loop over `axis` from the value of `i` to what `end` puts on the stack: whole vectors first, then `rest` one by
   * one. `i` is left at the end.
   */
  vectorLoop(axis: Axis, i: Local, end: () => void, whole: () => void, rest: () => void): void {
    const c = this.code;
    const step = (this.lanes as number) * this.unroll;
    const stop = c.local(i32);
    // i + ((end - i) & -step)
    c.get(i);
    end();
    c.get(i);
    c.op(op.i32_sub);
    c.i32(-step);
    c.op(op.i32_and);
    c.op(op.i32_add);
    c.set(stop);
    c.get(i);
    c.get(stop);
    c.op(op.i32_lt_u);
    c.if();
    this.loopFrom(axis, i, step, () => c.get(stop), whole);
    c.end();
    c.get(i);
    end();
    c.op(op.i32_lt_u);
    c.if();
    this.inVector(0, 1, 0, () => this.loopFrom(axis, i, 1, end, rest));
    c.end();
  }

  // Instructions.

  /** The value of `e` on the stack: of its `u`th vector. */
  push(e: Expr, form: Form, u = 0): void {
    if (e.kind === "const") {
      if (form === vector) vectorConstant(this.code, e.value, e.dtype, this.lanes as Lanes);
      else pushConstant(this.code, e.value, e.dtype);
      return;
    }
    const locals = this.scope.find(e, form);
    if (locals) this.code.get(locals[u] as Local);
    else this.#generate(e, form, u);
  }

  #generate(e: Expr, form: Form, u: number): void {
    if (form === vector) this.#generateVector(e, u);
    else this.#generateScalar(e);
  }

  #isCertain(e: Expr, form: Form): boolean {
    return this.#plan[form].get(e)?.certain ?? false;
  }

  #generateScalar(e: Expr): void {
    const c = this.code;
    switch (e.kind) {
      case "size":
        c.get(0);
        c.memory(op.i32_load, 4 * this.environment.slotOf(e.param));
        return;
      case "load": {
        const { base, offset } = addressOf(e);
        this.push(base, scalar);
        if (this.#isCertain(e, scalar)) c.memory(loadOf(e.dtype), offset);
        else {
          this.#clamp(offset);
          c.memory(loadOf(e.dtype));
        }
        if (e.dtype === "float16") fromHalfBits(c);
        return;
      }
      case "call": {
        const { args } = e;
        if (e.prim === prim.select) {
          this.push(args[1] as Expr, scalar);
          this.push(args[2] as Expr, scalar);
          this.push(args[0] as Expr, scalar);
          c.select();
          return;
        }
        if (isConstantShift(e)) {
          this.#scalarShift(e);
          return;
        }
        for (const a of args) this.push(a, scalar);
        applyScalar(c, e.prim, (args[args.length - 1] as Expr).dtype, e.dtype);
        return;
      }
      case "const":
      case "index":
      case "carry":
      case "reduce":
        throw new Error(`internal: ${e.kind} has no variable`);
    }
  }

  #scalarShift(e: Call): void {
    const [x, n] = e.args as [Expr, Expr];
    const c = this.code;
    const dtype = e.dtype;
    if (bytesOf(dtype) < 4) {
      this.push(x, scalar);
      this.push(n, scalar);
      applyScalar(c, e.prim, dtype, dtype);
      return;
    }
    this.push(x, scalar);
    this.push(n, scalar);
    const [big, unsigned] = [bytesOf(dtype) === 8, dtype.startsWith("u")];
    if (e.prim === prim.shl) c.op(big ? op.i64_shl : op.i32_shl);
    else if (unsigned) c.op(big ? op.i64_shr_u : op.i32_shr_u);
    else c.op(big ? op.i64_shr_s : op.i32_shr_s);
  }

  /** The address on the stack plus `offset`; 0 if it is outside of memory. */
  #clamp(offset: number): void {
    const c = this.code;
    if (offset > 0) {
      c.i32(offset);
      c.op(op.i32_add);
    }
    const t = c.temp(i32, 2);
    c.tee(t);
    c.i32(0);
    c.get(t);
    c.get(this.#limit);
    c.op(op.i32_lt_u);
    c.select();
  }

  /** How a load, varying in a vector loop, meets memory. */
  access(e: Load): { kind: "contiguous" } | { kind: "strided"; stride: Expr } | { kind: "gather" } {
    const { terms, rest } = this.analysis.affine(addressOf(e).base);
    if ((this.analysis.mask(rest) & this.varying) !== 0) return { kind: "gather" };
    for (const [axis, coefficient] of terms)
      if ((this.analysis.bitOf(axis) & this.varying) !== 0)
        return constantOf(coefficient) === bytesOf(e.dtype)
          ? { kind: "contiguous" }
          : { kind: "strided", stride: coefficient };
    return { kind: "gather" };
  }

  #generateVector(e: Expr, u: number): void {
    const c = this.code;
    const lanes = this.lanes as Lanes;
    if (!this.isVarying(e)) {
      this.push(e, scalar);
      splat(c, e.dtype, lanes);
      return;
    }
    switch (e.kind) {
      case "index":
        this.push(e, scalar);
        ramp(c, lanes, u * lanes);
        return;
      case "load":
        this.#vectorLoad(e, u);
        return;
      case "call":
        this.#vectorCall(e, u);
        return;
      case "const":
      case "size":
      case "carry":
      case "reduce":
        throw new Error(`internal: ${e.kind} has no variable`);
    }
  }

  #vectorLoad(e: Load, u: number): void {
    const c = this.code;
    const lanes = this.lanes as Lanes;
    const { base, offset } = addressOf(e);
    const way = this.access(e);
    const certain = this.#isCertain(e, vector);
    if (way.kind === "contiguous") {
      this.push(base, scalar);
      const from = u * lanes * bytesOf(e.dtype);
      if (!certain) this.#clamp(offset);
      vectorLoad(c, e.dtype, lanes, from + (certain ? offset : 0));
      return;
    }
    const places = way.kind === "gather" ? c.local(v128) : 0;
    if (way.kind === "gather") {
      this.push(base, vector, u);
      c.set(places);
    }
    const result = c.local(v128);
    c.v128(new Uint8Array(16));
    for (let l = 0; l < lanes; l++) {
      if (way.kind === "gather") {
        c.get(places);
        extract(c, "int32", l, lanes);
      } else {
        this.push(base, scalar);
        this.#scaled(way.stride, u * lanes + l);
      }
      if (!certain) this.#clamp(offset);
      else if (offset > 0) {
        c.i32(offset);
        c.op(op.i32_add);
      }
      loadLane(c, e.dtype, l, lanes);
    }
    c.tee(result);
  }

  /** Adds `k` times `stride` to the int32 on the stack. */
  #scaled(stride: Expr, k: number): void {
    if (k === 0) return;
    const c = this.code;
    const step = constantOf(stride);
    if (step !== undefined) c.i32(step * k);
    else {
      this.push(stride, scalar);
      c.i32(k);
      c.op(op.i32_mul);
    }
    c.op(op.i32_add);
  }

  #vectorCall(e: Call, u: number): void {
    const c = this.code;
    const lanes = this.lanes as Lanes;
    const { args } = e;
    const dtype = (args[args.length - 1] as Expr).dtype;
    if (e.prim === prim.select) {
      const [condition, x, y] = args as [Expr, Expr, Expr];
      const code = clampCode(condition, x, y);
      if (code !== undefined) {
        const [a, b] = (condition as Call).args as [Expr, Expr];
        const isMinimum = sameExpr(x, a);
        this.push(isMinimum ? b : a, vector, u);
        this.push(isMinimum ? a : b, vector, u);
        c.simd(code);
        return;
      }
      this.push(args[1] as Expr, vector, u);
      this.push(args[2] as Expr, vector, u);
      this.push(args[0] as Expr, vector, u);
      vectorSelect(c, e.dtype, lanes);
      return;
    }
    if (isConstantShift(e)) {
      this.push(args[0] as Expr, vector, u);
      vectorShift(c, e.prim === prim.shl ? "shl" : "shr", dtype, constantOf(args[1]) as number);
      return;
    }
    if (this.environment.fma && this.#fused(e, u)) return;
    if (isVector(e.prim, dtype, e.dtype)) {
      for (const a of args) this.push(a, vector, u);
      applyVector(c, e.prim, dtype, e.dtype, lanes);
      return;
    }
    // Lane by lane.
    const operands = args.map((a) => {
      const local = c.local(v128);
      this.push(a, vector, u);
      c.set(local);
      return local;
    });
    c.v128(new Uint8Array(16));
    for (let l = 0; l < lanes; l++) {
      operands.forEach((o, k) => {
        c.get(o);
        extract(c, (args[k] as Expr).dtype, l, lanes);
      });
      applyScalar(c, e.prim, dtype, e.dtype);
      replace(c, e.dtype, l, lanes);
    }
  }

  /** `a · b + c`, `c + a · b` or `c - a · b`, if the product is wanted only here. */
  #fused(e: Call, u: number): boolean {
    if (!isFloat(e.dtype) || (e.prim !== prim.add && e.prim !== prim.sub)) return false;
    const [x, y] = e.args as [Expr, Expr];
    const isProduct = (p: Expr): p is Call =>
      p.kind === "call" && p.prim === prim.mul && this.isVarying(p) && !this.scope.find(p, vector);
    const product = isProduct(y) ? y : e.prim === prim.add && isProduct(x) ? x : undefined;
    if (!product) return false;
    for (const p of product.args) this.push(p, vector, u);
    this.push(product === y ? x : y, vector, u);
    fusedMultiplyAdd(this.code, e.dtype, e.prim === prim.sub);
    return true;
  }

  /** Writes `value`, a target that was ensured, to `address`, likewise; in vectors as `form` says. */
  store(dtype: RealDType, address: Expr, value: Expr, form: Form): void {
    const c = this.code;
    if (form === scalar) {
      this.push(address, scalar);
      this.push(value, scalar);
      if (dtype === "float16") toHalfBits(c);
      c.memory(storeOf(dtype));
      return;
    }
    const lanes = this.lanes as Lanes;
    const stride = this.strideOf(address);
    for (let u = 0; u < this.unroll; u++) {
      if (constantOf(stride) === bytesOf(dtype)) {
        this.push(address, scalar);
        this.push(value, vector, u);
        vectorStore(c, dtype, lanes, u * lanes * bytesOf(dtype));
      } else
        for (let l = 0; l < lanes; l++) {
          this.push(address, scalar);
          this.#scaled(stride, u * lanes + l);
          this.push(value, vector, u);
          storeLane(c, dtype, l, lanes);
        }
    }
  }

  /** By how many bytes an address moves from one element of the vector loop to the next. */
  strideOf(address: Expr): Expr {
    for (const [axis, coefficient] of this.analysis.affine(address).terms)
      if ((this.analysis.bitOf(axis) & this.varying) !== 0) return coefficient;
    return int(0); // only where there is nothing to write
  }
}

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
