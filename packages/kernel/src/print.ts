import { type Axis, type Carry, type Expr, type Input, type Reduction, walk } from "./expr.ts";
import type { Kernel } from "./kernel.ts";
import type { Program, ProgramBuffer, Step, View } from "./program.ts";

const infix: Readonly<Record<string, string>> = {
  add: "+",
  sub: "-",
  mul: "*",
  div: "/",
  floorDiv: "//",
  mod: "%",
  eq: "==",
  ne: "!=",
  lt: "<",
  le: "<=",
  gt: ">",
  ge: ">=",
  and: "&",
  or: "|",
  xor: "^",
};

/** Short names for the things of one dump, given in the order they are met. */
class Names {
  readonly #names = new Map<object, string>();
  readonly #counts = new Map<string, number>();

  of(thing: object, letters: string): string {
    let name = this.#names.get(thing);
    if (name === undefined) {
      const n = this.#counts.get(letters) ?? 0;
      this.#counts.set(letters, n + 1);
      name =
        letters.length > 1 && n < letters.length
          ? (letters[n] as string)
          : `${letters[letters.length - 1]}${n}`;
      this.#names.set(thing, name);
    }
    return name;
  }

  axis = (a: Axis): string => this.of(a, "ijklmn");
  input = (x: Input): string => x.name || this.of(x, "v");
  carry = (c: Carry): string => this.of(c, "c");
}

/** `e` as a formula; nodes used more than once are named first, each on a line. */
export function printExprs(roots: readonly Expr[], names: Names = new Names()): string {
  const uses = new Map<Expr, number>();
  walk(roots, (e) => {
    const seen =
      e.kind === "call" ? e.args : e.kind === "load" ? e.at : e.kind === "reduce" ? e.of.bodies : [];
    for (const o of seen) uses.set(o, (uses.get(o) ?? 0) + 1);
  });
  const lines: string[] = [];
  const named = new Map<Expr | Reduction, string>();
  const text = (e: Expr): string => named.get(e) ?? formula(e);
  const formula = (e: Expr): string => {
    switch (e.kind) {
      case "const":
        return e.dtype === "int32" || e.dtype === "float64" ? `${e.value}` : `${e.dtype}(${e.value})`;
      case "index":
        return names.axis(e.axis);
      case "size":
        return e.param.name;
      case "carry":
        return names.carry(e.carry);
      case "load":
        return `${names.input(e.input)}[${e.at.map(text).join(", ")}]`;
      case "reduce": {
        const over = e.of.axes.map((a) => `${names.axis(a)} < ${text(a.size)}`).join(", ");
        const slot = e.of.bodies.length > 1 ? `.${e.slot}` : "";
        return `${e.of.reducer.name}(${over}: ${e.of.bodies.map(text).join(", ")})${slot}`;
      }
      case "call": {
        const args = e.args.map(text);
        const op = infix[e.prim.name];
        if (op) return `(${args.join(` ${op} `)})`;
        return e.prim.result === "given" ? `${e.dtype}(${args[0]})` : `${e.prim.name}(${args.join(", ")})`;
      }
    }
  };
  walk(roots, (e) => {
    if ((e.kind !== "call" && e.kind !== "reduce") || (uses.get(e) ?? 0) < 2) return;
    const name = names.of(e, "t");
    lines.push(`${name} = ${formula(e)}`);
    named.set(e, name);
  });
  return [...lines, ...roots.map(text)].join("\n");
}

/** A kernel as the loop it means. */
export function printKernel(kernel: Kernel): string {
  if (kernel.kind === "routine") return `routine ${kernel.name}`;
  const names = new Names();
  const loop = (axes: readonly Axis[]): string =>
    axes.map((a) => `${names.axis(a)} < ${printExprs([a.size], names)}`).join(", ");
  const dtypes = kernel.outputs.map((o) => o.dtype).join(", ");
  const indent = (text: string): string => text.replaceAll(/^/gm, "  ");
  const values = (es: readonly Expr[]): string => indent(printExprs(es, names));
  switch (kernel.kind) {
    case "map":
      return `map [${loop(kernel.axes)}] → ${dtypes}\n${values(kernel.outputs.map((o) => o.value))}`;
    case "fold": {
      const head = `fold [${loop(kernel.axes)}] along ${loop([kernel.along])} → ${dtypes}`;
      const carries = kernel.carries.map(
        (c) =>
          `  ${names.carry(c.carry)} from ${printExprs([c.init], names)}, then\n${indent(values([c.next]))}`,
      );
      return [head, ...carries, values(kernel.outputs.map((o) => o.value))].join("\n");
    }
    case "scatter": {
      const how = kernel.combine ? kernel.combine.name : "set";
      const guard = kernel.where ? ` where ${printExprs([kernel.where], names)}` : "";
      return `scatter ${how} [${loop(kernel.axes)}] at [${kernel.at.map((e) => printExprs([e], names)).join(", ")}]${guard} → ${dtypes}\n${values([kernel.outputs[0].value])}`;
    }
  }
}

/** A program: its buffers, then its steps, each with the places it reads and writes. */
export function printProgram(program: Program): string {
  const names = new Map(program.buffers.map((b, i) => [b, `b${i}`]));
  const buffer = (b: ProgramBuffer): string =>
    `${names.get(b)}: ${b.role} ${b.dtype}[${printExprs([b.length])}]`;
  const view = (v: View): string =>
    `${names.get(v.buffer)}@${printExprs([v.offset])}(${v.strides.map((s) => printExprs([s])).join(", ")})`;
  const indent = (text: string): string => text.replaceAll(/^/gm, "   ");
  const list = (steps: readonly Step[]): string => indent(steps.map(step).join("\n"));
  const step = (s: Step, i: number): string => {
    if (s.kind === "loop") {
      const until = s.until ? ` until ${view(s.until)}` : "";
      return `${i}: loop ${s.counter.name} < ${printExprs([s.count])}${until}\n${list(s.steps)}`;
    }
    if (s.kind === "branch")
      return `${i}: if ${view(s.condition)}\n${list(s.whenTrue)}\n   else\n${list(s.whenFalse)}`;
    const reads = s.kernel.inputs.map((x, k) => `${x.name || "v"}=${view(s.inputs[k] as View)}`).join(" ");
    const writes = s.kind === "launch" ? ` → ${s.outputs.map(view).join(" ")}` : "";
    return `${i}: ${s.kind === "check" ? "check " : ""}${reads}${writes}\n${indent(printKernel(s.kernel))}`;
  };
  return [...program.buffers.map(buffer), ...program.steps.map(step)].join("\n");
}
