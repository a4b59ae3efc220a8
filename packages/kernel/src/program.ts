import type { RealDType, TypedArray } from "./dtype.ts";
import { type Axis, type Expr, freshId, index, int, type SizeParam, substitution } from "./expr.ts";
import { domain, expressions, type Kernel, type MapKernel, withExpressions } from "./kernel.ts";
import { add, mul } from "./prims.ts";

/**
 * Numbers of one dtype that steps read and write.
 *
 * - `input`: given by the caller for each run, only read.
 * - `state`: lives on the backend between runs; given by the caller for each run, read and written.
 * - `constant`: `data`, only read.
 * - `temporary`: the run's own; undefined before its first write.
 * - `output`: handed to the caller after the run; undefined before its first write.
 */
export interface ProgramBuffer {
  readonly id: number;
  readonly dtype: RealDType;
  /** How many numbers: int32, over sizes only. */
  readonly length: Expr;
  readonly role: "input" | "state" | "constant" | "temporary" | "output";
  /** Of an output: how many numbers at its beginning the caller does not get. None, if left out. */
  readonly skip?: Expr;
  readonly data?: TypedArray;
}

/** Where the element at coordinates c is: `buffer[offset + Σ strides·c]`, counted in numbers. */
export interface View {
  readonly buffer: ProgramBuffer;
  /** int32, over sizes only. */
  readonly offset: Expr;
  readonly strides: readonly Expr[];
}

/**
 * Runs a kernel on these views: one for each of its inputs and outputs, with a stride for each dimension (of an output:
 * for each axis of the domain; of a scatter's output and a routine's arrays: for each of their own dimensions, whose
 * sizes are in `shapes`). An output may share memory with an input only if every element is read at the very place,
 * and at the very point of the loop, where it is written.
 */
export interface Launch {
  readonly kind: "launch";
  readonly kernel: Kernel;
  readonly inputs: readonly View[];
  readonly outputs: readonly View[];
  /** For routines: the shape of each input, then of each output. */
  readonly shapes?: readonly (readonly Expr[])[];
  /** What it is made of, for whoever made the program. */
  readonly source?: () => readonly unknown[];
}

/** Ends the run with a `CheckFailure` unless this kernel's only output, a single bool, is true. */
export interface Check {
  readonly kind: "check";
  readonly kernel: MapKernel;
  readonly inputs: readonly View[];
  /** What the failure carries back to whoever made the check. */
  readonly subject: unknown;
  /** What it is made of, for whoever made the program. */
  readonly source?: () => readonly unknown[];
}

/** Runs `steps` round after round. */
export interface Loop {
  readonly kind: "loop";
  /** The number of the round, from 0, as a size that only `steps` may use. */
  readonly counter: SizeParam;
  /** How many rounds at most: int32, over sizes. */
  readonly count: Expr;
  readonly steps: readonly Step[];
  /** One bool: the loop ends after the round that leaves it true. */
  readonly until?: View;
  /** What it is made of, for whoever made the program. */
  readonly source?: () => readonly unknown[];
}

/** Runs one of two lists of steps. */
export interface Branch {
  readonly kind: "branch";
  /** One bool. */
  readonly condition: View;
  readonly whenTrue: readonly Step[];
  readonly whenFalse: readonly Step[];
  /** What it is made of, for whoever made the program. */
  readonly source?: () => readonly unknown[];
}

/** A step that runs one kernel. */
export type Work = Launch | Check;

/** One thing a program does. */
export type Step = Work | Loop | Branch;

/** Steps in the order they must appear to happen. Checks come before the first write to a state. */
export interface Program {
  readonly sizes: readonly SizeParam[];
  /** Every buffer. Inputs, states and outputs are given to and taken from `run` in the order they have here. */
  readonly buffers: readonly ProgramBuffer[];
  readonly steps: readonly Step[];
}

/** Thrown by a run when a check does not hold; no state has been changed then. */
export class CheckFailure extends Error {
  readonly subject: unknown;
  constructor(subject: unknown) {
    super("a check failed");
    this.name = "CheckFailure";
    this.subject = subject;
  }
}

/** A new buffer of `length` numbers. */
export const buffer = (
  dtype: RealDType,
  length: Expr | number,
  role: ProgramBuffer["role"],
  data?: TypedArray,
): ProgramBuffer => ({
  id: freshId(),
  dtype,
  length: typeof length === "number" ? int(length) : length,
  role,
  ...(data ? { data } : {}),
});

/** The product of sizes. */
export const product = (sizes: readonly Expr[]): Expr => sizes.reduce((n, s) => mul(n, s), int(1) as Expr);

/** The strides of an array of this shape whose elements follow each other, last dimension fastest, `step` apart. */
export function rowMajor(shape: readonly Expr[], step: Expr = int(1)): Expr[] {
  const strides: Expr[] = [];
  let stride = step;
  for (let i = shape.length - 1; i >= 0; i--) {
    strides[i] = stride;
    stride = mul(stride, shape[i] as Expr);
  }
  return strides;
}

/** The whole of `buffer` as an array of `shape`, in row-major order. */
export const wholeView = (of: ProgramBuffer, shape: readonly Expr[]): View => ({
  buffer: of,
  offset: int(0),
  strides: rowMajor(shape),
});

/** The flat position that `view` gives to coordinates. */
export const placeOf = (view: View, at: readonly Expr[]): Expr =>
  at.reduce((sum, x, i) => add(sum, mul(x, view.strides[i] as Expr)), view.offset);

/** `program` with some sizes fixed: their expressions fold away, and the others stay parameters. */
export function bake(program: Program, values: ReadonlyMap<SizeParam, number>): Program {
  if (values.size === 0) return program;
  const axes = new Map<Axis, Axis>();
  const sizesOnly = substitution((e) =>
    e.kind === "size" && values.has(e.param) ? int(values.get(e.param) as number) : undefined,
  );
  const newAxis = (a: Axis): Axis => {
    let found = axes.get(a);
    if (!found) {
      const size = sizesOnly(a.size);
      axes.set(a, (found = size === a.size ? a : { id: freshId(), size }));
    }
    return found;
  };
  const rewrite = substitution((e) =>
    e.kind === "size"
      ? values.has(e.param)
        ? int(values.get(e.param) as number)
        : undefined
      : e.kind === "index" && axes.has(e.axis)
        ? index(axes.get(e.axis) as Axis)
        : undefined,
  );
  const buffers = new Map(
    program.buffers.map((b) => [
      b,
      { ...b, length: rewrite(b.length), ...(b.skip ? { skip: rewrite(b.skip) } : {}) },
    ]),
  );
  const view = (v: View): View => ({
    buffer: buffers.get(v.buffer) as ProgramBuffer,
    offset: rewrite(v.offset),
    strides: v.strides.map(rewrite),
  });
  const step = (s: Step): Step => {
    if (s.kind === "loop")
      return {
        ...s,
        count: rewrite(s.count),
        steps: s.steps.map(step),
        ...(s.until ? { until: view(s.until) } : {}),
      };
    if (s.kind === "branch")
      return {
        ...s,
        condition: view(s.condition),
        whenTrue: s.whenTrue.map(step),
        whenFalse: s.whenFalse.map(step),
      };
    if (s.kernel.kind !== "routine") domain(s.kernel).forEach(newAxis);
    // Folding may leave an input unread: its view goes with it.
    const made = withKernel(s, rewriteKernel(s.kernel, rewrite, newAxis));
    const inputs = made.inputs.map(view);
    if (made.kind === "check") return { ...made, inputs };
    return {
      ...made,
      inputs,
      outputs: made.outputs.map(view),
      ...(made.shapes ? { shapes: made.shapes.map((shape) => shape.map(rewrite)) } : {}),
    };
  };
  return {
    sizes: program.sizes.filter((p) => !values.has(p)),
    buffers: [...buffers.values()],
    steps: program.steps.map(step),
  };
}

/** `kernel` with every expression and axis replaced. */
function rewriteKernel(kernel: Kernel, rewrite: (e: Expr) => Expr, newAxis: (a: Axis) => Axis): Kernel {
  if (kernel.kind === "routine") return kernel;
  const changed = withExpressions(kernel, expressions(kernel).map(rewrite));
  const axes = kernel.axes.map(newAxis);
  return changed.kind === "fold" ? { ...changed, axes, along: newAxis(changed.along) } : { ...changed, axes };
}

/** `step` with another kernel over inputs that it has: views of those that are left out go. */
export function withKernel<S extends Work>(step: S, kernel: Kernel): S {
  if (kernel === step.kernel) return step;
  const inputs = kernel.inputs.map((x) => step.inputs[step.kernel.inputs.indexOf(x)] as View);
  return { ...step, kernel, inputs };
}
