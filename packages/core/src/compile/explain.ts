import {
  type Backend,
  type Cost,
  costOf,
  type MemoryNeed,
  memoryOf,
  printProgram,
  total,
} from "@theano-ts/kernel";
import { bakedProgram, type Prepared } from "../lower/specialize.ts";
import type { Computer, Outline } from "./computer.ts";
import type { Argument, CompiledFunction } from "./types.ts";

/**
 * The kernels of `f`, where they run, and, once sizes are known, what they cost and what memory they need. With
 * arguments: for a call with those, which is not made.
 */
export const explain = ({ maker, computer }: CompiledFunction, ...args: readonly Argument[]): string =>
  [`outputs: ${maker.fgraph.outputs.join(", ")}`, explainComputer(computer, args)].join("\n");

/** As {@link explain}, of what computes a function. */
export function explainComputer(computer: Computer, args?: readonly Argument[]): string {
  const outline = computer.outline(args);
  return typeof outline === "string" ? outline : textOf(outline);
}

function textOf({ plan, prepared, backend }: Exclude<Outline, string>): string {
  if (!prepared)
    return [
      `for ${backend.name}, before sizes are known (explain(…arguments) tells costs without running):`,
      printProgram(plan.program),
    ].join("\n");
  const { ready } = prepared;
  return [
    costs(prepared),
    ...refusals(ready, backend),
    ...ready.segments.flatMap((s) => {
      const made = s.executable.explain?.();
      return [`on ${s.backend.name}:`, printProgram(s.program), ...(made ? [made] : [])];
    }),
  ].join("\n");
}

/** What does not run on the backend, and why: steps it refuses, and runs it declined. */
function refusals({ program, segments, refused }: Prepared["ready"], backend: Backend): string[] {
  const elsewhere = segments.filter((s) => s.backend !== backend);
  const count = elsewhere.reduce((n, s) => n + s.program.steps.length, 0);
  return [
    ...elsewhere
      .slice(0, 1)
      .map(
        (s) => `${count} of ${program.steps.length} steps run on ${s.backend.name}, not on ${backend.name}`,
      ),
    ...refused.map((r) => `step ${r.step} is not for ${backend.name}: ${r.reason}`),
    ...segments.flatMap((s) =>
      [...s.declined].map(
        ([reason, n]) => `${n} ${n === 1 ? "run" : "runs"} declined by ${backend.name}: ${reason}`,
      ),
    ),
  ];
}

/** A line for each step: operations and bytes; then the memory that all of it needs. */
function costs(prepared: Prepared): string {
  const program = bakedProgram(prepared);
  const steps = program.steps.map(costOf);
  const line = (name: string, c: Cost): string =>
    [name, count(c.flops), count(c.transcendentals), bytes(c.bytesRead), bytes(c.bytesWritten)]
      .map((text, i) => (i === 0 ? text.padEnd(6) : text.padStart(12)))
      .join("");
  return [
    ["step", "flops", "exp, log, …", "read", "written"]
      .map((text, i) => (i === 0 ? text.padEnd(6) : text.padStart(12)))
      .join(""),
    ...steps.map((c, i) => line(String(i), c)),
    line("all", total(program.steps)),
    memoryText(memoryOf(program)),
  ].join("\n");
}

const count = (n: number): string => scaled(n, 1000, ["", " k", " M", " G", " T"]);
const bytes = (n: number): string => scaled(n, 1024, [" B", " KiB", " MiB", " GiB", " TiB"]);

/** What a run needs of memory, as a sentence. */
export const memoryText = ({ given, states, constants, temporaries }: MemoryNeed): string =>
  `Memory at most: arguments and results ${bytes(given)}, shared variables ${bytes(states)}, constants ${bytes(constants)}, temporaries ${bytes(temporaries)}`;

function scaled(n: number, by: number, units: readonly string[]): string {
  let [value, unit] = [n, 0];
  while (value >= by && unit < units.length - 1) [value, unit] = [value / by, unit + 1];
  return `${Number.isInteger(value) ? value : value.toPrecision(3)}${units[unit]}`;
}
