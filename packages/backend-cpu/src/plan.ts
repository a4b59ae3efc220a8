import {
  bytesOf,
  type Extra,
  evaluateSize,
  livesOf,
  type Program,
  type ProgramBuffer,
} from "@theano-ts/kernel";

/** When a buffer holds something, in numbers of the steps that run a kernel, ends included. */
export interface Occupied {
  readonly buffer: ProgramBuffer;
  readonly first: number;
  readonly last: number;
}

/** The lives of all buffers that a run has to find room for; `scratch` adds those that schedules asked for. */
export function occupiedBy(program: Program, scratch: ReadonlyMap<number, readonly Extra[]>): Occupied[] {
  const lives = livesOf(program.steps, (work) => scratch.get(work) ?? []);
  for (const b of program.buffers)
    if (!lives.has(b)) lives.set(b, { first: -1, last: Number.POSITIVE_INFINITY });
  return [...lives]
    .filter(([{ role }]) => role !== "state" && role !== "constant")
    .map(([buffer, { first, last }]) => ({ buffer, first, last }));
}

/** Where each buffer is, relative to the arena, for one set of sizes. */
export interface Layout {
  readonly offsets: ReadonlyMap<ProgramBuffer, number>;
  /** Numbers in each buffer, those outside the arena included. */
  readonly lengths: ReadonlyMap<ProgramBuffer, number>;
  /** Numbers at the beginning of an output that the caller does not get. */
  readonly skips: ReadonlyMap<ProgramBuffer, number>;
  readonly bytes: number;
}

const align = (n: number): number => Math.ceil(n / 64) * 64;

/** Places buffers so that those alive at the same time do not meet; the largest choose first, each the lowest free place. */
export function layOut(program: Program, lives: readonly Occupied[], sizes: readonly number[]): Layout {
  const values = new Map(program.sizes.map((p, i) => [p.id, sizes[i] as number]));
  const lengths = new Map<ProgramBuffer, number>();
  const length = (b: ProgramBuffer): number => {
    let n = lengths.get(b);
    if (n === undefined) lengths.set(b, (n = Math.max(0, evaluateSize(b.length, values))));
    return n;
  };
  for (const b of program.buffers) length(b);
  const offsets = new Map<ProgramBuffer, number>();
  const placed: { start: number; end: number; life: Occupied }[] = [];
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
  const skips = new Map(
    program.buffers.flatMap((b) => (b.skip ? [[b, evaluateSize(b.skip, values)] as const] : [])),
  );
  return { offsets, lengths, skips, bytes: total };
}
