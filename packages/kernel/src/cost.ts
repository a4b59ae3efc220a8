import { bytesOf, isFloat } from "./dtype.ts";
import type { Axis, Expr, Reduction } from "./expr.ts";
import { domain, expressions, type Kernel } from "./kernel.ts";
import type { Program, ProgramBuffer, Step, View, Work } from "./program.ts";
import { livesOf, workOf } from "./steps.ts";

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

/**
 * What `step` of a program costs whose sizes are all baked in: of a loop all its rounds, of a branch the dearer way. A
 * routine's arithmetic is not known: 0.
 */
export function costOf(step: Step): Cost {
  if (step.kind === "loop") return scaled(total(step.steps), valueOf(step.count));
  if (step.kind === "branch") {
    const [a, b] = [total(step.whenTrue), total(step.whenFalse)];
    return a.flops + a.bytesRead >= b.flops + b.bytesRead ? a : b;
  }
  return costOfWork(step);
}

/** What steps cost together. */
export const total = (steps: readonly Step[]): Cost => {
  const costs = steps.map(costOf);
  const all = (of: keyof Cost): number => sum(costs.map((c) => c[of]));
  return {
    flops: all("flops"),
    transcendentals: all("transcendentals"),
    bytesRead: all("bytesRead"),
    bytesWritten: all("bytesWritten"),
  };
};

const scaled = (c: Cost, times: number): Cost => ({
  flops: c.flops * times,
  transcendentals: c.transcendentals * times,
  bytesRead: c.bytesRead * times,
  bytesWritten: c.bytesWritten * times,
});

function costOfWork(step: Work): Cost {
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
  const lives = [...livesOf(steps)].filter(([b]) => b.role === "temporary");
  return Math.max(
    0,
    ...workOf(steps).map((_, i) =>
      sum(lives.filter(([, l]) => l.first <= i && i <= l.last).map(([b]) => sizeOf(b))),
    ),
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
