import {
  type Axis,
  type Carry,
  carry,
  carryValue,
  type Expr,
  type Input,
  int,
  isCall,
  type Load,
  operands,
  type Prim,
  type ProgramBuffer,
  placeOf,
  type Reduction,
  type SizeParam,
  type View,
} from "@theano-ts/kernel";
import * as prim from "@theano-ts/kernel/prims";
import { callText, comparisons, isNone, isSome, literal, logic, type Namer, quotient } from "./primText.ts";

/** A GPU.js kernel that computes a whole buffer, one number for each of its places. */
export interface Source {
  /** A function of `buffers`, of what the output's buffer had if it `keeps` some of that, of `sizes` and of `specials`. */
  readonly text: string;
  readonly keeps: boolean;
  /** How many numbers it makes. */
  readonly length: number;
  readonly buffers: readonly ProgramBuffer[];
  readonly sizes: readonly SizeParam[];
  readonly specials: readonly ("inf" | "nan")[];
}

/** What one output of a kernel is, and where it goes. */
export interface Target {
  readonly axes: readonly Axis[];
  readonly value: Expr;
  /** Where the inputs are. */
  readonly views: ReadonlyMap<Input, View>;
  readonly output: View;
  /** Whether what the output's buffer had outside of the view is kept; else it is 0 there. */
  readonly keeps: boolean;
  /** Whether each result is rounded to a float of 32 bits on the way: where numbers are of 64. */
  readonly rounds: boolean;
}

/** The number that `e`, a size that is baked in, is. */
export const numberOf = (e: Expr): number => {
  if (e.kind !== "const") throw new Error("internal: a size that is not baked in");
  return Number(e.value);
};

/** Writes the kernel for `target`. The sizes of all buffers, axes and strides are numbers. */
export function sourceOf(target: Target): Source {
  const { axes, value, output } = target;
  const place = decode(output, axes);
  const keeps = target.keeps && !place.covers;
  const writer = new Writer(target, keeps);
  writer.bindPlace(place);
  const outside = keeps ? "old[p]" : "0";
  if (place.empty) writer.line(`return ${outside};`);
  else {
    const result = writer.value(value);
    writer.line(`return ${place.covers ? result : `(${writer.inside} ? ${result} : ${outside})`};`);
  }
  return {
    text: writer.text,
    keeps,
    length: numberOf(output.buffer.length),
    buffers: writer.buffers,
    sizes: writer.sizes,
    specials: writer.specials,
  };
}

/** One dimension of an output's view, strides falling. */
interface Digit {
  readonly axis: Axis;
  readonly size: number;
  readonly stride: number;
  /** Whether the dimension runs backwards through the buffer. */
  readonly reversed: boolean;
}

/** How a place in a buffer tells where in the loops it is. */
interface Decoding {
  readonly digits: readonly Digit[];
  /** Where the lowest element is. */
  readonly offset: Expr;
  /** Whether every place of the buffer is written. */
  readonly covers: boolean;
  /** Whether none is. */
  readonly empty: boolean;
}

/** How the places of `view` decode into the values of `axes`; throws if elements interleave, see {@link decodes}. */
function decode(view: View, axes: readonly Axis[]): Decoding {
  let offset: Expr = view.offset;
  const digits = axes.flatMap((axis, k): Digit[] => {
    const [size, stride] = [numberOf(axis.size), numberOf(view.strides[k] as Expr)];
    if (size === 1) return [];
    if (stride < 0) offset = prim.add(offset, int(stride * (size - 1)));
    return [{ axis, size, stride: Math.abs(stride), reversed: stride < 0 }];
  });
  digits.sort((a, b) => b.stride - a.stride);
  const count = digits.reduce((n, d) => n * d.size, 1);
  const covers =
    count === numberOf(view.buffer.length) && offset.kind === "const" && Number(offset.value) === 0;
  return { digits, offset, covers, empty: count === 0 };
}

/** Whether each place belongs to one point at most, and tells which by division. */
export function decodes(view: View, axes: readonly Axis[]): boolean {
  const { digits, empty } = decode(view, axes);
  if (empty) return true;
  let below = 0;
  for (const { size, stride } of digits.toReversed()) {
    if (stride <= below) return false;
    below += stride * (size - 1);
  }
  return true;
}

/** The lines of one loop, and what is known by name in it. */
interface Scope {
  readonly binds: ReadonlySet<Axis | Carry>;
  readonly names: Map<Expr, string>;
  readonly results: Map<Reduction, readonly string[]>;
  readonly lines: string[];
}

const scope = (binds: readonly (Axis | Carry)[]): Scope => ({
  binds: new Set(binds),
  names: new Map(),
  results: new Map(),
  lines: [],
});

class Writer implements Namer {
  readonly buffers: ProgramBuffer[] = [];
  readonly sizes: SizeParam[] = [];
  readonly specials: ("inf" | "nan")[] = [];
  /** Whether the place is one that is written, as text. */
  inside = "";
  readonly #target: Target;
  readonly #keeps: boolean;
  readonly #bound = new Map<Axis | Carry, string>();
  readonly #free = new Map<Expr, ReadonlySet<Axis | Carry>>();
  /** The loads that are made whatever branches are taken. */
  readonly #certain: ReadonlySet<Expr>;
  #scopes: Scope[] = [scope([])];
  #count = 0;

  constructor(target: Target, keeps: boolean) {
    this.#target = target;
    this.#keeps = keeps;
    this.#certain = certainLoads(target.value);
  }

  get text(): string {
    const parameters = [
      ...this.buffers.map((_, i) => `b${i}`),
      ...(this.#keeps ? ["old"] : []),
      ...this.sizes.map((_, i) => `n${i}`),
      ...this.specials,
    ];
    return `function (${parameters.join(", ")}) {\n${(this.#scopes[0] as Scope).lines.join("\n")}\n}`;
  }

  line(text: string): void {
    this.#scopes[this.#scopes.length - 1]?.lines.push(text);
  }

  name(text: string): string {
    const name = `v${this.#count++}`;
    this.line(`const ${name} = ${text};`);
    return name;
  }

  special(which: "inf" | "nan"): string {
    return put(this.specials, which) && which;
  }

  buffer(b: ProgramBuffer): string {
    put(this.buffers, b);
    return `b${this.buffers.indexOf(b)}`;
  }

  /** Finds the values of the kernel's loops at this place. */
  bindPlace({ digits, offset, covers, empty }: Decoding): void {
    this.line("const p = Math.floor(this.thread.x + 0.5);");
    if (empty) return;
    let rest = covers ? "p" : this.name(`p - ${this.value(offset)}`);
    const tests = covers ? [] : [`${rest} >= 0`];
    digits.forEach(({ axis, size, stride, reversed }, k) => {
      const last = stride === 1;
      const digit = last ? rest : this.name(quotient(rest, `${stride}`, this));
      if (!covers) tests.push(`${digit} < ${size}`);
      this.#bound.set(axis, reversed ? this.name(`${size - 1} - ${digit}`) : digit);
      rest = last
        ? "0"
        : k === digits.length - 1 && covers
          ? rest
          : this.name(`${rest} - ${digit} * ${stride}`);
    });
    if (!covers && rest !== "0") tests.push(`${rest} === 0`);
    for (const a of this.#target.axes) if (!this.#bound.has(a)) this.#bound.set(a, "0");
    this.inside = tests.join(" && ");
  }

  /** A name or literal for the value of `e`, written into the outermost loop that it can be computed in. */
  value(e: Expr): string {
    if (e.kind === "const") return this.#constant(e);
    if (e.kind === "index") return this.#bound.get(e.axis) as string;
    if (e.kind === "carry") return this.#bound.get(e.carry) as string;
    if (e.kind === "size") {
      put(this.sizes, e.param);
      return `n${this.sizes.indexOf(e.param)}`;
    }
    const level = this.#levelOf(e);
    const scope = this.#scopes[level] as Scope;
    const known = scope.names.get(e);
    if (known !== undefined) return known;
    const inner = this.#scopes;
    this.#scopes = inner.slice(0, level + 1);
    const text = this.#text(e);
    const name = e.kind === "reduce" ? text : this.name(text);
    this.#scopes = inner;
    scope.names.set(e, name);
    return name;
  }

  /** How deep the innermost loop is that `e` depends on. */
  #levelOf(e: Expr): number {
    const free = this.#freeIn(e);
    return Math.max(
      0,
      this.#scopes.findLastIndex(({ binds }) => [...binds].some((b) => free.has(b))),
    );
  }

  #freeIn(e: Expr): ReadonlySet<Axis | Carry> {
    let found = this.#free.get(e);
    if (!found) {
      const free = new Set<Axis | Carry>(
        e.kind === "index"
          ? [e.axis]
          : e.kind === "carry"
            ? [e.carry]
            : operands(e).flatMap((o) => [...this.#freeIn(o)]),
      );
      if (e.kind === "reduce") for (const a of e.of.axes) free.delete(a);
      this.#free.set(e, (found = free));
    }
    return found;
  }

  #text(e: Exclude<Expr, { kind: "const" | "index" | "carry" | "size" }>): string {
    switch (e.kind) {
      case "load":
        return this.#load(e);
      case "reduce":
        return this.#reduce(e.of)[e.slot] as string;
      case "call":
        if (e.prim === prim.select) {
          const [c, x, y] = e.args as [Expr, Expr, Expr];
          return `(${this.#condition(c)} ? ${this.value(x)} : ${this.value(y)})`;
        }
        if (comparisons.has(e.prim) || logic.has(e.prim)) return `(${this.#condition(e)} ? 1 : 0)`;
        return this.#rounded(
          e,
          callText(
            e,
            e.args.map((a) => this.value(a)),
            this,
          ),
        );
    }
  }

  #rounded({ prim: p, dtype }: Extract<Expr, { kind: "call" }>, text: string): string {
    return this.#target.rounds && dtype === "float32" && rounding.has(p) ? `Math.fround(${text})` : text;
  }

  #constant({ value, dtype }: Extract<Expr, { kind: "const" }>): string {
    const x = Number(value);
    if (Number.isFinite(x)) return literal(dtype === "float32" ? Math.fround(x) : x);
    if (x !== x) return this.special("nan");
    return x > 0 ? this.special("inf") : `(-${this.special("inf")})`;
  }

  /** A bool as a condition. */
  #condition(e: Expr): string {
    if (e.kind !== "call") return `${this.value(e)} !== 0`;
    const operator = comparisons.get(e.prim);
    const [a, b] = e.args as [Expr, Expr];
    if (a === b && e.prim === prim.ne) return isNone(this.value(a));
    if (a === b && e.prim === prim.eq) return isSome(this.value(a));
    // What differs from NaN some devices do not know, but that nothing equals it.
    if (e.prim === prim.ne) return `!(${this.value(a)} === ${this.value(b)})`;
    if (operator) return `${this.value(a)} ${operator} ${this.value(b)}`;
    if (isCall(e, prim.and)) return `(${this.#condition(a)} && ${this.#condition(b)})`;
    if (isCall(e, prim.or)) return `(${this.#condition(a)} || ${this.#condition(b)})`;
    if (isCall(e, prim.not)) return `!(${this.#condition(a)})`;
    if (isCall(e, prim.xor)) return `${this.value(a)} !== ${this.value(b)}`;
    return `${this.value(e)} !== 0`;
  }

  #load(e: Load): string {
    const view = this.#target.views.get(e.input) as View;
    const place = this.value(placeOf(view, e.at));
    const last = numberOf(view.buffer.length) - 1;
    // What a branch guards is loaded all the same, so the place may be any: what is there is not used.
    const safe = this.#certain.has(e)
      ? place
      : this.name(`Math.max(0, Math.min(${place}, ${Math.max(0, last)}))`);
    return `${this.buffer(view.buffer)}[${safe}]`;
  }

  /** The results of a reduction, as names: written as loops around its bodies. */
  #reduce(of: Reduction): readonly string[] {
    const here = this.#scopes[this.#scopes.length - 1] as Scope;
    const found = here.results.get(of);
    if (found) return found;
    const { reducer, axes, bodies } = of;
    const dtypes = bodies.map((b) => b.dtype);
    const results = reducer.init(dtypes).map((init) => {
      const name = `r${this.#count++}`;
      this.line(`let ${name} = ${this.#initial(init)};`);
      return name;
    });
    const sofar = dtypes.map(carry);
    sofar.forEach((c, k) => this.#bound.set(c, results[k] as string));
    const outer = this.#scopes;
    const before = axes.map((a) => [a, this.#bound.get(a)] as const);
    const opened = axes.map((a, k) => this.#open(a, k === axes.length - 1 ? sofar : []));
    const combined = reducer.combine(sofar.map(carryValue), bodies).map((e) => this.value(e));
    combined.forEach((name, k) => this.line(`${results[k]} = ${name};`));
    this.#scopes = outer;
    this.#close(opened);
    for (const [a, name] of before) if (name !== undefined) this.#bound.set(a, name);
    here.results.set(of, results);
    return results;
  }

  /** Where a reduction begins. The ends of integer dtypes are rounded: every element comes before them all the same. */
  #initial(e: Expr): string {
    return e.kind === "const" && !Number.isFinite(Number(e.value))
      ? this.#constant(e)
      : literal(Math.fround(Number((e as { value: number }).value)));
  }

  #open(axis: Axis, carries: readonly Carry[]): { scope: Scope; head: string } {
    const k = `k${this.#count++}`;
    const inner = scope([axis, ...carries]);
    this.#scopes = [...this.#scopes, inner];
    this.#bound.set(axis, this.name(`Math.floor(${k} + 0.5)`));
    return { scope: inner, head: `for (let ${k} = 0; ${k} < ${numberOf(axis.size)}; ${k}++) {` };
  }

  #close(opened: readonly { scope: Scope; head: string }[]): void {
    for (let i = opened.length - 1; i >= 0; i--) {
      const { scope, head } = opened[i] as (typeof opened)[number];
      const around = i > 0 ? opened[i - 1]?.scope : this.#scopes[this.#scopes.length - 1];
      around?.lines.push(head, ...scope.lines, "}");
    }
  }
}

/** What may have more digits than it is given. */
const rounding: ReadonlySet<Prim> = /* @__PURE__ */ new Set([
  prim.add,
  prim.sub,
  prim.mul,
  prim.div,
  prim.sqrt,
]);

/** Adds `x` to `list` unless it is there. */
function put<T>(list: T[], x: T): true {
  if (!list.includes(x)) list.push(x);
  return true;
}

/** The loads under `root` that no branch guards. */
function certainLoads(root: Expr): ReadonlySet<Expr> {
  const found = new Set<Expr>();
  const stack = [root];
  while (stack.length > 0) {
    const e = stack.pop() as Expr;
    if (found.has(e)) continue;
    found.add(e);
    stack.push(...(isCall(e, prim.select) ? [e.args[0] as Expr] : operands(e)));
  }
  return found;
}
