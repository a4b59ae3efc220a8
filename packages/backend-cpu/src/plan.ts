import { bytesOf, evaluateSize, type Program, type ProgramBuffer } from "@theano-ts/kernel";

/** When a buffer holds something, in numbers of steps, ends included. */
export interface Life {
  readonly buffer: ProgramBuffer;
  first: number;
  last: number;
}

/** The lives of all buffers that a run has to find room for; `scratch` adds those that schedules asked for. */
export function livesOf(program: Program, scratch: ReadonlyMap<number, readonly ProgramBuffer[]>): Life[] {
  const lives = new Map<ProgramBuffer, Life>();
  const last = program.steps.length;
  const touch = (buffer: ProgramBuffer, step: number): void => {
    if (buffer.role === "state" || buffer.role === "constant") return;
    let life = lives.get(buffer);
    // Inputs are copied in before the first step, outputs copied out after the last.
    if (!life) lives.set(buffer, (life = { buffer, first: buffer.role === "input" ? -1 : step, last: step }));
    life.last = Math.max(life.last, buffer.role === "output" ? last : step);
  };
  program.steps.forEach((step, i) => {
    for (const v of step.inputs) touch(v.buffer, i);
    if (step.kind === "launch") for (const v of step.outputs) touch(v.buffer, i);
    for (const b of scratch.get(i) ?? []) touch(b, i);
  });
  for (const b of program.buffers)
    if (b.role === "input" || b.role === "output") touch(b, b.role === "input" ? -1 : last);
  return [...lives.values()];
}

/** Where each buffer is, relative to the arena, for one set of sizes. */
export interface Layout {
  readonly offsets: ReadonlyMap<ProgramBuffer, number>;
  /** Numbers in each buffer, those outside the arena included. */
  readonly lengths: ReadonlyMap<ProgramBuffer, number>;
  readonly bytes: number;
}

const align = (n: number): number => Math.ceil(n / 64) * 64;

/** Places buffers so that those alive at the same time do not meet; the largest choose first, each the lowest free place. */
export function layOut(program: Program, lives: readonly Life[], sizes: readonly number[]): Layout {
  const values = new Map(program.sizes.map((p, i) => [p.id, sizes[i] as number]));
  const lengths = new Map<ProgramBuffer, number>();
  const length = (b: ProgramBuffer): number => {
    let n = lengths.get(b);
    if (n === undefined) lengths.set(b, (n = Math.max(0, evaluateSize(b.length, values))));
    return n;
  };
  for (const b of program.buffers) length(b);
  const offsets = new Map<ProgramBuffer, number>();
  const placed: { start: number; end: number; life: Life }[] = [];
  const bySize = lives.map((life) => ({
    life,
    bytes: align(length(life.buffer) * bytesOf(life.buffer.dtype)),
  }));
  bySize.sort((a, b) => b.bytes - a.bytes);
  let total = 0;
  for (const { life, bytes } of bySize) {
    let start = 0;
    for (const p of placed) {
      if (p.life.last < life.first || p.life.first > life.last) continue;
      if (p.start < start + bytes && start < p.end) start = p.end;
    }
    // Those placed are kept in order of their start, so one pass finds the first gap.
    const end = start + Math.max(bytes, 64);
    let k = placed.length;
    while (k > 0 && (placed[k - 1] as { start: number }).start > start) k--;
    placed.splice(k, 0, { start, end, life });
    offsets.set(life.buffer, start);
    total = Math.max(total, end);
  }
  return { offsets, lengths, bytes: total };
}
