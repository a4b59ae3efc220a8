import { bytesOf, isFloat } from "./dtype.ts";
import type { Axis, Expr, Reduction } from "./expr.ts";
import { domain, expressions, type Kernel } from "./kernel.ts";
import type { Program, ProgramBuffer, Step, View } from "./program.ts";

/** What a step does, counted; not how long it takes. */
export interface Cost {
  /** Arithmetic on floats: additions, products, comparisons, one each. */
  readonly flops: number;
  /** exp, sin, pow and their like, which are not among the `flops`. */
  readonly transcendentals: number;
  /** Of the distinct elements that are read. */
  readonly bytesRead: number;
  readonly bytesWritten: number;
}

/** What `step` of a program costs whose sizes are all baked in. A routine's arithmetic is not known: 0. */
export function costOf(step: Step): Cost {
  const { kernel } = step;
  const counted = { flops: 0, transcendentals: 0 };
  if (kernel.kind !== "routine") {
    const at = domain(kernel).reduce((n, a) => n * extent(a), 1);
    count(expressions(kernel), at, counted);
  }
  const outputs = step.kind === "launch" ? step.outputs : [];
  const written = outputs.map((v) => Math.min(points(kernel), lengthOf(v.buffer)) * bytesOf(v.buffer.dtype));
  return { ...counted, bytesRead: sum(step.inputs.map((v) => bytesRead(v))), bytesWritten: sum(written) };
}

/** The bytes that a run with these sizes baked in needs at its worst moment, by what for. */
export interface MemoryNeed {
  /** Arguments and results. */
  readonly given: number;
  /** Shared variables. */
  readonly states: number;
  readonly constants: number;
  /** The temporaries that are alive at once, at most. */
  readonly temporaries: number;
}

/** What `program`, whose sizes are all baked in, needs of memory while it runs. */
export function memoryOf(program: Program): MemoryNeed {
  const bytes = (...roles: readonly ProgramBuffer["role"][]): number =>
    sum(program.buffers.filter((b) => roles.includes(b.role)).map(sizeOf));
  return {
    given: bytes("input", "output"),
    states: bytes("state"),
    constants: bytes("constant"),
    temporaries: mostAlive(program),
  };
}

function mostAlive({ steps }: Program): number {
  const lives = new Map<ProgramBuffer, { from: number; to: number }>();
  steps.forEach((step, i) => {
    const views: readonly View[] = [...step.inputs, ...(step.kind === "launch" ? step.outputs : [])];
    for (const { buffer } of views) {
      if (buffer.role !== "temporary") continue;
      const life = lives.get(buffer);
      if (life) life.to = i;
      else lives.set(buffer, { from: i, to: i });
    }
  });
  const all = [...lives];
  return Math.max(
    0,
    ...steps.map((_, i) => sum(all.filter(([, l]) => l.from <= i && i <= l.to).map(([b]) => sizeOf(b)))),
  );
}

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);
const valueOf = (e: Expr): number => (e.kind === "const" ? Number(e.value) : Number.NaN);
const extent = (a: Axis): number => valueOf(a.size);
const lengthOf = (b: ProgramBuffer): number => valueOf(b.length);
const sizeOf = (b: ProgramBuffer): number => lengthOf(b) * bytesOf(b.dtype);
const points = (kernel: Kernel): number =>
  kernel.kind === "routine" ? Number.POSITIVE_INFINITY : domain(kernel).reduce((n, a) => n * extent(a), 1);

/** A view without strides reads one element; any other reads, at most, the whole buffer. */
const bytesRead = ({ buffer, strides }: View): number =>
  (strides.every((s) => valueOf(s) === 0) ? 1 : lengthOf(buffer)) * bytesOf(buffer.dtype);

/** Adds what evaluating `roots`, each shared node once, costs at `times` points. Places of loads are free. */
function count(
  roots: readonly Expr[],
  times: number,
  into: { flops: number; transcendentals: number },
): void {
  const seen = new Set<Expr | Reduction>();
  const stack = [...roots];
  while (stack.length > 0) {
    const e = stack.pop() as Expr;
    if (seen.has(e)) continue;
    seen.add(e);
    if (e.kind === "call") {
      stack.push(...e.args);
      if (!isFloat(e.dtype) && !e.args.some((a) => isFloat(a.dtype))) continue;
      if (e.prim.accuracy) into.transcendentals += times;
      else into.flops += times;
    } else if (e.kind === "reduce" && !seen.has(e.of)) {
      seen.add(e.of);
      const inner = e.of.axes.reduce((n, a) => n * extent(a), times);
      if (e.of.bodies.some((b) => isFloat(b.dtype))) into.flops += inner;
      count(e.of.bodies, inner, into);
    }
  }
}
