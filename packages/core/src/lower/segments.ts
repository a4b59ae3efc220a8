import {
  type Backend,
  type Program,
  type ProgramBuffer,
  refusal,
  type Step,
  type View,
  viewsRead,
  viewsWritten,
  withViews,
} from "@theano-ts/kernel";
import { refusedByAll } from "./refused.ts";

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
 * `program` cut where the first of `backends` cannot go on: each step runs on the first that takes it.
 * What one segment makes and a later one reads travels as host data; a state that another backend writes is brought
 * back. If nothing is refused, one segment: the program itself. Throws a NotImplementedError for a step that none takes.
 */
export function cut(
  program: Program,
  backends: readonly [Backend, ...Backend[]],
): { segments: Segment[]; refused: Refusal[] } {
  const [home] = backends;
  const refused: Refusal[] = program.steps.flatMap((step, i) => {
    const reason = refusal(home, step);
    return reason === undefined ? [] : [{ step: i, reason }];
  });
  if (refused.length === 0) return { segments: [whole(program, home)], refused };
  const runs: { backend: Backend; steps: Step[] }[] = [];
  for (const [step, backend] of assigned(program, backends)) {
    const last = runs[runs.length - 1];
    if (last?.backend === backend) last.steps.push(step);
    else runs.push({ backend, steps: [step] });
  }
  if (runs.length === 1)
    return { segments: [whole(program, (runs[0] as (typeof runs)[number]).backend)], refused };
  const all = runs.map((r) => r.steps);
  // What is written in two segments would have to travel back and forth: then one backend does it all.
  if (isWrittenTwice(all)) {
    return { segments: [whole(program, firstFor(program.steps, backends.slice(1)))], refused };
  }
  return { segments: runs.map((run, i) => carve(program, all, i, run.backend)), refused };
}

/** The first of `backends` that takes all `steps`. Throws a NotImplementedError if there is none. */
export function firstFor(steps: readonly Step[], backends: readonly Backend[]): Backend {
  const able = backends.find((b) => steps.every((s) => refusal(b, s) === undefined));
  if (able) return able;
  const refusals = backends.map((b) => {
    const step = steps.find((s) => refusal(b, s) !== undefined) as Step;
    return { step, by: [b, refusal(b, step) as string] as const };
  });
  throw refusedByAll(
    refusals[0]?.step,
    refusals.map(({ by }) => by),
  );
}

const written = (step: Step): ProgramBuffer[] => viewsWritten(step).map((v) => v.buffer);
const touched = (step: Step): View[] => [...viewsRead(step), ...viewsWritten(step)];

/** Where each step runs: all that write one buffer on one backend. */
function assigned({ steps }: Program, backends: readonly [Backend, ...Backend[]]): [Step, Backend][] {
  const groups: Step[][] = [];
  const groupOf = new Map<ProgramBuffer, Step[]>();
  for (const step of steps) {
    const buffers = written(step);
    const joined = new Set(buffers.flatMap((b) => groupOf.get(b) ?? []));
    const group = [...joined, step];
    for (const s of group) for (const b of written(s)) groupOf.set(b, group);
    if (buffers.length === 0) groups.push(group);
  }
  groups.push(...new Set(groupOf.values()));
  const homes = new Map<Step, Backend>();
  for (const group of groups) {
    const home = firstFor(group, backends);
    for (const step of group) homes.set(step, home);
  }
  return steps.map((step) => [step, homes.get(step) as Backend]);
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
