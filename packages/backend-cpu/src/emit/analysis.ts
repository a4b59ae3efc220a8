import { type Axis, type Carry, type Expr, int, operands } from "@theano-ts/kernel";
import * as prim from "@theano-ts/kernel/prims";

/** Bits of a mask that are not loops: a value carried from step to step, as a scalar or as a vector. */
export const scalarCarry: number = /* @__PURE__ */ bit(28);
/** The bit of what is carried as vectors. */
export const vectorCarry: number = /* @__PURE__ */ bit(29);
/** A kernel with more loops than this is refused. */
export const maxAxes = 28;

function bit(n: number): number {
  return 1 << n;
}

/** An integer expression as a sum of loop variables times invariants, and a rest (which may use any loop as well). */
export interface Affine {
  readonly terms: ReadonlyMap<Axis, Expr>;
  readonly rest: Expr;
}

/** Which loops expressions depend on, as masks of bits, and how: remembered for one kernel. */
export class Analysis {
  readonly #bits = new Map<Axis, number>();
  readonly #carries = new Map<Carry, number>();
  readonly #masks = new Map<Expr, number>();
  readonly #affine = new Map<Expr, Affine>();
  readonly #heavy = new Map<Expr, number>();

  bitOf(axis: Axis): number {
    let b = this.#bits.get(axis);
    if (b === undefined) {
      if (this.#bits.size === maxAxes) throw new Error("internal: too many loops");
      this.#bits.set(axis, (b = bit(this.#bits.size)));
    }
    return b;
  }

  bitsOf(axes: readonly Axis[]): number {
    return axes.reduce((m, a) => m | this.bitOf(a), 0);
  }

  /** Says whether a carry will be a scalar or a vector, before it is met. */
  declare(carry: Carry, mask: number): void {
    this.#carries.set(carry, mask);
  }

  /** The loops and carries that `e` depends on. */
  mask(e: Expr): number {
    return e.kind === "const" ? 0 : (this.#masks.get(e) ?? this.#findMask(e));
  }

  #findMask(e: Expr): number {
    walkNew(e, this.#masks, (x) => {
      let m = 0;
      operands(x).forEach((o) => {
        if (o.kind !== "const") m |= this.#masks.get(o) as number;
      });
      if (x.kind === "index") m |= this.bitOf(x.axis);
      else if (x.kind === "carry") m |= this.#carries.get(x.carry) ?? scalarCarry;
      else if (x.kind === "reduce") {
        for (const a of x.of.axes) m &= ~this.bitOf(a);
        for (const a of x.of.axes) m |= this.mask(a.size);
      }
      this.#masks.set(x, m);
    });
    return this.#masks.get(e) as number;
  }

  /** `e`, an int32, as a sum of loop variables times expressions without loops. */
  affine(e: Expr): Affine {
    const known = this.#affine.get(e);
    if (known) return known;
    walkNew(e, this.#affine, (x) => {
      if (x.kind !== "const") this.#affine.set(x, this.#split(x));
    });
    return this.#affine.get(e) ?? { terms: new Map(), rest: e };
  }

  #split(e: Expr): Affine {
    const whole: Affine = { terms: new Map(), rest: e };
    if (e.kind === "index") return { terms: new Map([[e.axis, int(1)]]), rest: int(0) };
    if (e.kind !== "call" || e.dtype !== "int32") return whole;
    const [x, y] = e.args as [Expr, Expr];
    const part = (o: Expr): Affine => this.#affine.get(o) ?? { terms: new Map(), rest: o };
    switch (e.prim.name) {
      case "add":
        return combine(part(x), part(y), prim.add);
      case "sub":
        return combine(part(x), part(y), prim.sub);
      case "neg":
        return scale(part(x), int(-1));
      case "mul":
        if (this.mask(y) === 0) return scale(part(x), y);
        return this.mask(x) === 0 ? scale(part(y), x) : whole;
      case "cast": {
        // Whole numbers of 64 bits that fit: coordinates made from loop variables, which do.
        if (
          x.kind === "call" &&
          x.prim.name === "cast" &&
          x.args[0]?.dtype === "int32" &&
          x.dtype === "int64"
        )
          return part(x.args[0] as Expr);
        return whole;
      }
      default:
        return whole;
    }
  }

  /** How much work `e` is, roughly in instructions, loads counting 4, JavaScript calls 1000 and inner loops 10000. */
  weight(e: Expr, callWeight: (e: Expr) => number): number {
    if (e.kind === "const") return 0;
    walkNew(e, this.#heavy, (x) => {
      let w = x.kind === "load" ? 4 : x.kind === "reduce" ? 10000 : x.kind === "call" ? callWeight(x) : 0;
      operands(x).forEach((o) => {
        if (o.kind !== "const") w += this.#heavy.get(o) as number;
      });
      this.#heavy.set(x, Math.min(w, 1e6));
    });
    return this.#heavy.get(e) as number;
  }
}

/** Visits what is under `e` and not in `done` yet, operands first; `visit` adds to `done`. */
function walkNew(e: Expr, done: ReadonlyMap<Expr, unknown>, visit: (e: Expr) => void): void {
  const stack: Expr[] = [e];
  while (stack.length > 0) {
    const x = stack[stack.length - 1] as Expr;
    const before = stack.length;
    if (x.kind !== "const" && !done.has(x)) {
      const parts = operands(x);
      for (let i = 0; i < parts.length; i++) {
        const o = parts[i] as Expr;
        if (o.kind !== "const" && !done.has(o)) stack.push(o);
      }
      if (stack.length > before) continue;
      visit(x);
    }
    stack.pop();
  }
}

function combine(a: Affine, b: Affine, f: (x: Expr, y: Expr) => Expr): Affine {
  const terms = new Map(a.terms);
  for (const [axis, c] of b.terms) terms.set(axis, f(terms.get(axis) ?? int(0), c));
  return { terms, rest: f(a.rest, b.rest) };
}

function scale(a: Affine, by: Expr): Affine {
  const terms = new Map([...a.terms].map(([axis, c]) => [axis, prim.mul(c, by)] as const));
  return { terms, rest: prim.mul(a.rest, by) };
}

/** The int32 constant that `e` is, or undefined. */
export const constantOf = (e: Expr | undefined): number | undefined =>
  e?.kind === "const" ? Number(e.value) : undefined;
