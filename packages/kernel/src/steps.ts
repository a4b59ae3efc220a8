import type { ProgramBuffer, Step, View, Work } from "./program.ts";

/** The lists of steps inside a step. */
export const innerSteps = (step: Step): readonly (readonly Step[])[] =>
  step.kind === "loop" ? [step.steps] : step.kind === "branch" ? [step.whenTrue, step.whenFalse] : [];

/** All steps with a kernel, those inside loops and branches included, in the order in which they are written. */
export const workOf = (steps: readonly Step[]): Work[] =>
  steps.flatMap((s) => (s.kind === "launch" || s.kind === "check" ? [s] : innerSteps(s).flatMap(workOf)));

/** What a step itself reads that no kernel inside it does: the bool that ends a loop or chooses a branch. */
export const decides = (step: Step): readonly View[] =>
  step.kind === "branch" ? [step.condition] : step.kind === "loop" && step.until ? [step.until] : [];

/** Every view a step reads, all that is inside it included. */
export const viewsRead = (step: Step): readonly View[] =>
  step.kind === "launch" || step.kind === "check"
    ? step.inputs
    : [...innerSteps(step).flatMap((list) => list.flatMap(viewsRead)), ...decides(step)];

/** Every view a step writes, all that is inside it included. */
export const viewsWritten = (step: Step): readonly View[] =>
  step.kind === "launch" ? step.outputs : innerSteps(step).flatMap((list) => list.flatMap(viewsWritten));

/** `step` with every view replaced. */
export function withViews(step: Step, view: (v: View) => View): Step {
  const all = (steps: readonly Step[]): Step[] => steps.map((s) => withViews(s, view));
  switch (step.kind) {
    case "check":
      return { ...step, inputs: step.inputs.map(view) };
    case "launch":
      return { ...step, inputs: step.inputs.map(view), outputs: step.outputs.map(view) };
    case "loop":
      return { ...step, steps: all(step.steps), ...(step.until ? { until: view(step.until) } : {}) };
    case "branch":
      return {
        ...step,
        condition: view(step.condition),
        whenTrue: all(step.whenTrue),
        whenFalse: all(step.whenFalse),
      };
  }
}

/** A buffer that a backend needs for one step besides those of the program. */
export interface Extra {
  readonly buffer: ProgramBuffer;
  /** Whether it is filled before the loop that the step is in, for all its rounds. */
  readonly throughout: boolean;
}

/** When a buffer holds something, in numbers of the work (as {@link workOf} counts), ends included. */
export interface Life {
  first: number;
  last: number;
}

/**
 * The lives of all buffers that steps touch. Inputs are there before the first step, outputs until after the last. What a loop finds from the round before or from outside, and what it leaves
 * to others, it holds from its first step to its last; `extra` adds what single steps need besides, by number.
 */
export function livesOf(
  steps: readonly Step[],
  extra: (work: number) => readonly Extra[] = () => [],
): Map<ProgramBuffer, Life> {
  const lives = new Map<ProgramBuffer, Life>();
  let now = 0;
  /** Visits a list, and gives the buffers that it reads before it writes them. */
  const visit = (list: readonly Step[]): Set<ProgramBuffer> => {
    const found = new Set<ProgramBuffer>();
    const written = new Set<ProgramBuffer>();
    const touch = (b: ProgramBuffer, at: number): void => {
      const life = lives.get(b);
      if (!life)
        lives.set(b, {
          first: b.role === "input" ? -1 : at,
          last: b.role === "output" ? Number.POSITIVE_INFINITY : at,
        });
      else life.last = Math.max(life.last, at);
    };
    const read = (b: ProgramBuffer): void => {
      if (!written.has(b)) found.add(b);
    };
    for (const step of list) {
      if (step.kind === "launch" || step.kind === "check") {
        for (const v of step.inputs) read(v.buffer);
        for (const v of viewsWritten(step)) written.add(v.buffer);
        for (const v of [...step.inputs, ...viewsWritten(step)]) touch(v.buffer, now);
        for (const { buffer, throughout } of extra(now)) {
          if (throughout) read(buffer);
          touch(buffer, now);
        }
        now++;
        continue;
      }
      const first = now;
      if (step.kind === "branch") {
        read(step.condition.buffer);
        touch(step.condition.buffer, now);
      }
      const before = new Set(lives.keys());
      const carried = new Set(innerSteps(step).flatMap((inner) => [...visit(inner)]));
      const last = Math.max(first, now - 1);
      for (const v of decides(step)) touch(v.buffer, last);
      for (const b of carried) read(b);
      for (const v of viewsWritten(step)) written.add(v.buffer);
      if (step.kind === "branch") continue;
      ranges.push({ first, last });
      const touched = [...viewsRead(step), ...viewsWritten(step)].map((v) => v.buffer);
      for (const b of new Set([...touched.filter((x) => before.has(x)), ...carried]))
        stretch(lives.get(b) as Life, first, last);
    }
    return found;
  };
  const ranges: { readonly first: number; readonly last: number }[] = [];
  visit(steps);
  // Inner loops come before those around them: a life that leaves the one may reach into the other.
  for (const life of lives.values())
    for (const { first, last } of ranges)
      if (life.first >= first && life.first <= last && life.last > last) stretch(life, first, last);
  return lives;
}

function stretch(life: Life, first: number, last: number): void {
  life.first = Math.min(life.first, first);
  life.last = Math.max(life.last, last);
}
