import { expressions, type Kernel, withExpressions } from "./kernel.ts";
import { define } from "./math/index.ts";
import type { Prim } from "./prims.ts";
import { type Step, withKernel } from "./program.ts";
import { rewrite } from "./rewrite.ts";

/**
 * `step` with every primitive outside `prims` that has a definition replaced by it, all that is inside the step
 * included; the step itself if there is none.
 */
export function expandStep(step: Step, prims: ReadonlySet<Prim>): Step {
  const all = (steps: readonly Step[]): Step[] => steps.map((s) => expandStep(s, prims));
  if (step.kind === "loop") return { ...step, steps: all(step.steps) };
  if (step.kind === "branch")
    return { ...step, whenTrue: all(step.whenTrue), whenFalse: all(step.whenFalse) };
  return withKernel(step, expandKernel(step.kernel, prims));
}

function expandKernel(kernel: Kernel, prims: ReadonlySet<Prim>): Kernel {
  if (kernel.kind === "routine") return kernel;
  const before = expressions(kernel);
  const after = rewrite(before, {
    call: ({ prim, dtype }, [x, y]) =>
      prims.has(prim) ? undefined : define(prim, dtype)?.(x as never, y as never),
  });
  return after.every((e, i) => e === before[i]) ? kernel : withExpressions(kernel, after);
}
