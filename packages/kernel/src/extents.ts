import { type Axis, type Expr, type SizeParam, walk } from "./expr.ts";
import { domain, expressions } from "./kernel.ts";
import type { Program, Step } from "./program.ts";
import { viewsRead, viewsWritten, workOf } from "./steps.ts";

/**
 * The sizes of `program` that say how large something is: how many numbers a buffer has, how often a loop of a kernel
 * or of the program goes round, how far apart elements are. The others only say where something is.
 */
export function extents({ buffers, steps }: Program): Set<SizeParam> {
  const found = new Set<SizeParam>();
  const add = (sizes: readonly Expr[]): void =>
    walk(sizes, (e) => {
      if (e.kind === "size") found.add(e.param);
    });
  for (const b of buffers) add(b.skip ? [b.length, b.skip] : [b.length]);
  add(countsOf(steps));
  for (const step of steps) for (const v of [...viewsRead(step), ...viewsWritten(step)]) add(v.strides);
  for (const { kernel, ...step } of workOf(steps)) {
    if (kernel.kind === "routine") add("shapes" in step ? (step.shapes ?? []).flat() : []);
    else add(axesOf(kernel).map((a) => a.size));
  }
  return found;
}

const countsOf = (steps: readonly Step[]): Expr[] =>
  steps.flatMap((s) =>
    s.kind === "loop"
      ? [s.count, ...countsOf(s.steps)]
      : s.kind === "branch"
        ? countsOf([...s.whenTrue, ...s.whenFalse])
        : [],
  );

/** The loops of a kernel, those of its reductions included. */
function axesOf(kernel: Parameters<typeof domain>[0]): Axis[] {
  const axes = [...domain(kernel)];
  walk(expressions(kernel), (e) => {
    if (e.kind === "reduce") axes.push(...e.of.axes);
  });
  return axes;
}
