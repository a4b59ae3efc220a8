import { memoryText } from "@theano-ts/core";
import type { MemoryNeed } from "@theano-ts/kernel";

/** A step of a compiled program, measured. */
export interface Measured {
  /** The operations in it. */
  readonly name: string;
  readonly kind: string;
  readonly backend: string;
  calls: number;
  seconds: number;
  /** Whose work it is, and to which part: estimated, where several operations share a loop. */
  readonly shares: readonly {
    readonly op: string;
    readonly node: string;
    readonly line: string;
    readonly share: number;
  }[];
}

/** Everything measured of a function. */
export interface Measurements {
  readonly name: string;
  readonly calls: number;
  readonly seconds: number;
  /** Of that, what the first call took: code is made in it. */
  readonly first: number;
  readonly steps: readonly Measured[];
  readonly memory: MemoryNeed | undefined;
}

/** How many rows of a section are shown. */
const shown = 20;

/** What was measured as a table: by step, by operation, by application and by line of the user's program. */
export function profileTable({ name, calls, seconds, first, steps, memory }: Measurements): string {
  const inSteps = sum(steps.map((s) => s.seconds));
  const by = (key: "op" | "node" | "line"): Row[] => {
    const rows = new Map<string, Row>();
    for (const s of steps)
      for (const part of s.shares) {
        const row = rows.get(part[key]) ?? { name: part[key], seconds: 0, calls: 0 };
        row.seconds += s.seconds * part.share;
        row.calls += s.calls;
        rows.set(part[key], row);
      }
    return [...rows.values()];
  };
  return [
    `Profile of ${name}: ${calls} calls, ${time(seconds)}; the first ${time(first)}, in which code is made`,
    `In the steps of the program: ${time(inSteps)} (${percent(inSteps, seconds)}); the rest is arguments, results and making code`,
    ...(memory ? [memoryText(memory)] : []),
    section(
      "Steps (what is fused is one step)",
      steps.map((s) => ({
        name: `${s.kind} on ${s.backend}: ${s.name}`,
        seconds: s.seconds,
        calls: s.calls,
      })),
      inSteps,
    ),
    section("Operations (in a fused step, shared out by what an element costs)", by("op"), inSteps),
    section("Applications", by("node"), inSteps),
    section("Lines of the program", by("line"), inSteps),
  ].join("\n\n");
}

interface Row {
  readonly name: string;
  seconds: number;
  calls: number;
}

function section(title: string, rows: readonly Row[], whole: number): string {
  const sorted = [...rows].sort((a, b) => b.seconds - a.seconds);
  const left = sorted.length - shown;
  return [
    title,
    "   share       time    calls   each",
    ...sorted
      .slice(0, shown)
      .map((r) =>
        [
          percent(r.seconds, whole).padStart(8),
          time(r.seconds).padStart(10),
          String(r.calls).padStart(8),
          time(r.seconds / r.calls).padStart(10),
          ` ${r.name}`,
        ].join(" "),
      ),
    ...(left > 0
      ? [`  … and ${left} more: ${percent(sum(sorted.slice(shown).map((r) => r.seconds)), whole)}`]
      : []),
  ].join("\n");
}

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);
const percent = (part: number, whole: number): string => `${((100 * part) / (whole || 1)).toFixed(1)} %`;

function time(seconds: number): string {
  if (seconds >= 1) return `${seconds.toFixed(2)} s`;
  return seconds >= 1e-3 ? `${(seconds * 1e3).toFixed(2)} ms` : `${(seconds * 1e6).toFixed(1)} us`;
}
