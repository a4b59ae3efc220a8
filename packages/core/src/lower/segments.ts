import {
  type Backend,
  expandStep,
  type Program,
  type ProgramBuffer,
  type Step,
  type View,
  viewsRead,
  viewsWritten,
  withViews,
} from "@theano-ts/kernel";

/** Steps that one backend runs, as a program of its own. */
export interface Segment {
  readonly backend: Backend;
  readonly program: Program;
  /** Which of the whole program's buffers its inputs, states and outputs are, in their order. */
  readonly inputs: readonly ProgramBuffer[];
  readonly states: readonly ProgramBuffer[];
  readonly outputs: readonly ProgramBuffer[];
}

/** A step that the backend does not run, and why. */
export interface Refusal {
  readonly step: number;
  readonly reason: string;
}

/**
 * `program` cut where `backend` cannot go on: the rest runs on `fallback`. What one segment makes and a later one reads
 * travels as host data; a state that a fallback writes is brought back. If nothing is refused, one segment: the program
 * itself.
 */
export function cut(
  program: Program,
  backend: Backend,
  fallback: Backend,
): { segments: Segment[]; refused: Refusal[] } {
  const refused: Refusal[] = program.steps.flatMap((step, i) => {
    const reason = refusal(backend, step);
    return reason === undefined ? [] : [{ step: i, reason }];
  });
  if (refused.length === 0) return { segments: [whole(program, backend)], refused };
  const byHost = spread(program, new Set(refused.map((r) => r.step)));
  const runs: { backend: Backend; steps: Step[] }[] = [];
  program.steps.forEach((step, i) => {
    const on = byHost.has(i) ? fallback : backend;
    const last = runs[runs.length - 1];
    if (last?.backend === on) last.steps.push(step);
    else runs.push({ backend: on, steps: [step] });
  });
  const all = runs.map((r) => r.steps);
  // What is written in two segments would have to travel back and forth: then the fallback does it all.
  if (isWrittenTwice(all)) return { segments: [whole(program, fallback)], refused };
  return { segments: runs.map((run, i) => carve(program, all, i, run.backend)), refused };
}

/** `segment` as `fallback` would run it. */
export const movedTo = (segment: Segment, fallback: Backend): Segment => ({ ...segment, backend: fallback });

/** A segment's program as its backend is to compile it: of primitives that the backend has, where they can be had. */
export function ownProgram({ program, backend }: Segment): Program {
  const { prims } = backend.supports;
  return prims === "all" ? program : { ...program, steps: program.steps.map((s) => expandStep(s, prims)) };
}

/** Why `backend` cannot run `step`; undefined if it can. */
export function refusal(backend: Backend, step: Step): string | undefined {
  const missing = touched(step).find((v) => !backend.supports.dtypes.has(v.buffer.dtype));
  if (missing) return `it has no ${missing.buffer.dtype}`;
  const answer = backend.accepts(expandStep(step, backend.supports.prims));
  return answer === true ? undefined : answer;
}

const written = (step: Step): ProgramBuffer[] => viewsWritten(step).map((v) => v.buffer);
const touched = (step: Step): View[] => [...viewsRead(step), ...viewsWritten(step)];

/** `steps` and all that write a buffer one of them writes, and so on. */
function spread(program: Program, steps: Set<number>): Set<number> {
  for (let before = -1; before !== steps.size; ) {
    before = steps.size;
    const owned = new Set([...steps].flatMap((i) => written(program.steps[i] as Step)));
    program.steps.forEach((step, i) => {
      if (written(step).some((b) => owned.has(b))) steps.add(i);
    });
  }
  return steps;
}

function isWrittenTwice(runs: readonly (readonly Step[])[]): boolean {
  const first = new Map<ProgramBuffer, number>();
  return runs.some((steps, i) =>
    steps.flatMap(written).some((b) => {
      if (!first.has(b)) first.set(b, i);
      return first.get(b) !== i;
    }),
  );
}

const byRole = (buffers: readonly ProgramBuffer[], role: ProgramBuffer["role"]): ProgramBuffer[] =>
  buffers.filter((b) => b.role === role);

const whole = (program: Program, backend: Backend): Segment => ({
  backend,
  program,
  inputs: byRole(program.buffers, "input"),
  states: byRole(program.buffers, "state"),
  outputs: byRole(program.buffers, "output"),
});

/** The steps of one run as a program: what comes from before is an input, what is wanted after an output. */
function carve(program: Program, runs: readonly (readonly Step[])[], at: number, backend: Backend): Segment {
  const steps = runs[at] as readonly Step[];
  const mine = new Set(steps.flatMap(written));
  const used = new Set(steps.flatMap((s) => touched(s).map((v) => v.buffer)));
  const later = new Set(runs.slice(at + 1).flatMap((r) => r.flatMap((s) => touched(s).map((v) => v.buffer))));
  const roleHere = (b: ProgramBuffer): ProgramBuffer["role"] => {
    if (b.role !== "temporary" && b.role !== "output") return b.role;
    if (!mine.has(b)) return "input";
    return b.role === "output" || later.has(b) ? "output" : "temporary";
  };
  const originals = program.buffers.filter((b) => used.has(b));
  // A later segment may read all of an output: what the caller does not get is left out in the end.
  const copies = new Map(
    originals.map(({ skip: _, ...b }, i) => {
      const original = originals[i] as ProgramBuffer;
      return [original, { ...b, role: roleHere(original) }] as const;
    }),
  );
  const view = (v: View): View => ({ ...v, buffer: copies.get(v.buffer) as ProgramBuffer });
  const inRole = (role: ProgramBuffer["role"]): ProgramBuffer[] =>
    originals.filter((b) => copies.get(b)?.role === role);
  return {
    backend,
    program: {
      sizes: program.sizes,
      buffers: [...copies.values()],
      steps: steps.map((s) => withViews(s, view)),
    },
    inputs: inRole("input"),
    states: inRole("state"),
    outputs: inRole("output"),
  };
}
