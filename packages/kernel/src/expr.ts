import { isBig, isFloat, type RealDType } from "./dtype.ts";
import type { Prim } from "./prims.ts";

/** A number as an expression computes with it: bigint for the 64-bit integers, number for the rest (bool is 0 or 1). */
export type Scalar = number | bigint;

/** A loop: the values 0 … size - 1. Told apart by identity, so two axes of one size stay two. */
export interface Axis {
  readonly id: number;
  readonly size: Expr;
}

/** An integer that is given when a program runs: a dimension of an input, the start of a slice. */
export interface SizeParam {
  readonly id: number;
  readonly name: string;
}

/** Something a kernel reads. What it is bound to, a view of a buffer, is said where the kernel is launched. */
export interface Input {
  readonly id: number;
  readonly dtype: RealDType;
  readonly ndim: number;
  readonly name: string;
}

/** One running value of a fold, as the step before left it. */
export interface Carry {
  readonly id: number;
  readonly dtype: RealDType;
}

/**
 * How many values become one. `init` and `combine` work on as many values as there are carries: one for a sum,
 * two (the value and where it was) for argmax. `combine(a, b)` may assume that `a` comes before `b`.
 */
export interface Reducer {
  readonly name: string;
  readonly carries: number;
  /** The values of an empty reduction, for bodies of these dtypes. */
  init(dtypes: readonly RealDType[]): readonly Expr[];
  combine(a: readonly Expr[], b: readonly Expr[]): readonly Expr[];
  /**
   * The same where all elements of `b` come after those of `a`, in the order of loops over the axes as they are listed:
   * for those that have a quicker way then.
   */
  append?(a: readonly Expr[], b: readonly Expr[]): readonly Expr[];
}

/** One reduction; its results are the `reduce` expressions that name it. */
export interface Reduction {
  readonly reducer: Reducer;
  readonly axes: readonly Axis[];
  readonly bodies: readonly Expr[];
}

/** `id`s grow in the order of creation, so operands have smaller ones than what uses them. */
interface Node {
  readonly id: number;
  readonly dtype: RealDType;
}
/** A number. */
export interface Const extends Node {
  readonly kind: "const";
  readonly value: Scalar;
}
/** The current value of a loop variable: int32. */
export interface Index extends Node {
  readonly kind: "index";
  readonly axis: Axis;
}
/** A size given when the program runs: int32. */
export interface Size extends Node {
  readonly kind: "size";
  readonly param: SizeParam;
}
/** The element of `input` at these coordinates, one int32 for each of its dimensions. */
export interface Load extends Node {
  readonly kind: "load";
  readonly input: Input;
  readonly at: readonly Expr[];
}
/** A primitive applied to operands. */
export interface Call extends Node {
  readonly kind: "call";
  readonly prim: Prim;
  readonly args: readonly Expr[];
}
/** One of the results of a reduction. */
export interface Reduce extends Node {
  readonly kind: "reduce";
  readonly of: Reduction;
  /** Which of the reducer's carries. */
  readonly slot: number;
}
/** A fold's running value. */
export interface CarryValue extends Node {
  readonly kind: "carry";
  readonly carry: Carry;
}

/**
 * What one element of a kernel's output is: a number computed from loop variables, sizes and loads. Nothing in it
 * has a side effect. Equal expressions are the same object, so an expression is a graph without repeats:
 * walk it with a memo, never as a tree, or the walk may take exponential time.
 */
export type Expr = Const | Index | Size | Load | Call | Reduce | CarryValue;

let lastId = 0;
/** A number not given out before. */
export const freshId = (): number => ++lastId;

// Each expression keeps a table of those built on it, keyed by how. Nothing global holds an expression, so a graph
// that is dropped is collected whole.
const users = new WeakMap<object, Map<string, Expr>>();

function intern<T extends Expr>(owner: object, key: string, make: () => T): T {
  let table = users.get(owner);
  if (!table) users.set(owner, (table = new Map()));
  let found = table.get(key);
  if (!found) table.set(key, (found = make()));
  return found as T;
}

const keyOf = (e: Expr): string =>
  e.kind === "const" ? `${e.dtype}=${Object.is(e.value, -0) ? "-0" : e.value}` : `${e.id}`;

/** The constant `value`, which must be exact in `dtype`: integers in range, floats already rounded. */
export const constant = (value: Scalar, dtype: RealDType): Const => ({
  kind: "const",
  id: 0,
  dtype,
  value: isBig(dtype) ? BigInt(value) : isFloat(dtype) ? Number(value) : Number(value),
});

/** An int32 constant, as index arithmetic uses it. */
export const int = (value: number): Const => constant(value, "int32");

/** A new loop of this size. */
export const axis = (size: Expr | number): Axis => ({
  id: freshId(),
  size: typeof size === "number" ? int(size) : size,
});

/** The value of a loop variable. */
export const index = (of: Axis): Index =>
  intern(of, "index", () => ({ kind: "index", id: freshId(), dtype: "int32", axis: of }));

/** A new size parameter; `name` is for people. */
export const sizeParam = (name: string): SizeParam => ({ id: freshId(), name });

/** The value of a size parameter. */
export const size = (param: SizeParam): Size =>
  intern(param, "size", () => ({ kind: "size", id: freshId(), dtype: "int32", param }));

/** A new kernel input; `name` is for people. */
export const input = (dtype: RealDType, ndim: number, name = ""): Input => ({
  id: freshId(),
  dtype,
  ndim,
  name,
});

/** The element of `from` at `at`. Throws if there are not as many coordinates as dimensions. */
export function load(from: Input, at: readonly Expr[]): Load {
  if (at.length !== from.ndim)
    throw new Error(`internal: ${at.length} coordinates for ${from.name}, which has ${from.ndim} dimensions`);
  return intern(from, at.map(keyOf).join(), () => ({
    kind: "load",
    id: freshId(),
    dtype: from.dtype,
    input: from,
    at,
  }));
}

/** A new running value of a fold. */
export const carry = (dtype: RealDType): Carry => ({ id: freshId(), dtype });

/** What a running value is now. */
export const carryValue = (of: Carry): CarryValue =>
  intern(of, "carry", () => ({ kind: "carry", id: freshId(), dtype: of.dtype, carry: of }));

/**
 * `prim` applied, without any simplification: `prim.apply` is what one normally wants. Shared with equal calls unless
 * all operands are constants.
 */
export function call(prim: Prim, args: readonly Expr[], dtype: RealDType): Call {
  const make = (): Call => ({ kind: "call", id: freshId(), dtype, prim, args });
  let owner: Expr | undefined;
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] as Expr;
    if (arg.kind !== "const" && (!owner || arg.id > owner.id)) owner = arg;
  }
  return owner ? intern(owner, `${prim.name}:${dtype}(${args.map(keyOf).join()})`, make) : make();
}

/** `bodies` combined over all values of `axes`: as many results as the reducer has carries. */
export function reduce(reducer: Reducer, axes: readonly Axis[], bodies: readonly Expr[]): Expr[] {
  const of: Reduction = { reducer, axes, bodies };
  return bodies.map((body, slot) => ({ kind: "reduce", id: freshId(), dtype: body.dtype, of, slot }));
}

/** The operands of `e`, in order; for a reduction its bodies. */
export function operands(e: Expr): readonly Expr[] {
  switch (e.kind) {
    case "call":
      return e.args;
    case "load":
      return e.at;
    case "reduce":
      return e.of.bodies;
    default:
      return [];
  }
}

const none: readonly Expr[] = [];

/** Calls `visit` on every expression under `roots` once, operands first; sizes of reduction axes are included. */
export function walk(roots: readonly Expr[], visit: (e: Expr) => void): void {
  const done = new Set<Expr>();
  const stack: Expr[] = roots.toReversed();
  while (stack.length > 0) {
    const e = stack[stack.length - 1] as Expr;
    const before = stack.length;
    if (!done.has(e)) {
      const parts = operands(e);
      // Counted: the iterators of such loops were a quarter of what compiling allocates while the engine is cold.
      for (let i = 0; i < parts.length; i++) if (!done.has(parts[i] as Expr)) stack.push(parts[i] as Expr);
      if (e.kind === "reduce") for (const { size } of e.of.axes) if (!done.has(size)) stack.push(size);
      if (stack.length > before) continue;
      done.add(e);
      visit(e);
    }
    stack.pop();
  }
}

/** Whether two expressions are one, or equal constants (0 is not -0). */
export const sameExpr = (a: Expr, b: Expr): boolean =>
  a === b || (a.kind === "const" && b.kind === "const" && Object.is(a.value, b.value) && a.dtype === b.dtype);

/** A change of leaves: what to put in place of an index, size, load or carry; undefined leaves it. */
export type Substitution = (leaf: Index | Size | Load | CarryValue, at: readonly Expr[]) => Expr | undefined;

/**
 * A function that rewrites expressions by `replace`, sharing its memo between calls. A load is offered with its
 * coordinates already rewritten. Reduction axes whose size changes are replaced by new axes, consistently.
 */
export function substitution(replace: Substitution): (e: Expr) => Expr {
  const memo = new Map<Expr, Expr>();
  const axes = new Map<Axis, Axis>();
  const reductions = new Map<Reduction, readonly Expr[]>();
  const newAxis = (a: Axis): Axis => {
    let found = axes.get(a);
    if (!found) {
      const size = memo.get(a.size) ?? a.size;
      axes.set(a, (found = size === a.size ? a : axis(size)));
    }
    return found;
  };
  const get = (e: Expr): Expr => (e.kind === "const" ? e : (memo.get(e) as Expr));
  const rebuild = (e: Expr): Expr => {
    switch (e.kind) {
      case "const":
        return e;
      case "index":
        return axes.has(e.axis) ? index(axes.get(e.axis) as Axis) : (replace(e, none) ?? e);
      case "size":
      case "carry":
        return replace(e, none) ?? e;
      case "load": {
        const at = e.at.map(get);
        return replace(e, at) ?? (at.every((x, i) => x === e.at[i]) ? e : load(e.input, at));
      }
      case "call": {
        const args = e.args.map(get);
        return args.every((x, i) => x === e.args[i]) ? e : e.prim.apply(args, e.dtype);
      }
      case "reduce": {
        let results = reductions.get(e.of);
        if (!results) {
          const { reducer, bodies } = e.of;
          const newBodies = bodies.map(get);
          const newAxes = e.of.axes.map(newAxis);
          const same =
            newBodies.every((x, i) => x === bodies[i]) && newAxes.every((x, i) => x === e.of.axes[i]);
          results = same ? none : reduce(reducer, newAxes, newBodies);
          reductions.set(e.of, results);
        }
        return results[e.slot] ?? e;
      }
    }
  };
  return (root) => {
    // Sizes of a reduction's axes must be rewritten before its bodies are, so they are visited on the way down.
    const stack: [Expr, boolean][] = [[root, false]];
    while (stack.length > 0) {
      const [e, ready] = stack.pop() as [Expr, boolean];
      if (memo.has(e) || e.kind === "const") continue;
      if (ready) {
        memo.set(e, rebuild(e));
        continue;
      }
      if (e.kind === "reduce") {
        const open = e.of.axes.filter((a) => a.size.kind !== "const" && !memo.has(a.size));
        if (open.length > 0) {
          stack.push([e, false]);
          for (const a of open) stack.push([a.size, false]);
          continue;
        }
        e.of.axes.forEach(newAxis);
      }
      stack.push([e, true]);
      for (const o of operands(e)) if (!memo.has(o)) stack.push([o, false]);
    }
    return get(root);
  };
}
