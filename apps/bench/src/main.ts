import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { makeInputs } from "./data.ts";
import { printGrowth } from "./growth.ts";
import { make } from "./programs.ts";
import { type Task, tasks } from "./tasks.ts";

const { values: options } = parseArgs({
  options: {
    /** Tasks by id, or by how their id begins; all of them if left out. */
    task: { type: "string", multiple: true },
    json: { type: "string" },
    rounds: { type: "string", default: "7" },
    /** How many milliseconds a round of steps lasts. */
    target: { type: "string", default: "100" },
    /** Instead of tasks: how long it takes to compile more and more loops. */
    growth: { type: "boolean", default: false },
  },
});
if (options.growth) {
  printGrowth();
  process.exit();
}
const [rounds, target] = [Number(options.rounds), Number(options.target)];

const chosen = tasks.filter(({ id }) => options.task?.some((name) => id.startsWith(name)) ?? true);
if (chosen.length === 0)
  throw new Error(`There is no task ${options.task}: the ids are ${tasks.map((t) => t.id).join(", ")}`);

console.log(
  `${"task".padEnd(22)}${"compile".padStart(11)}${"first call".padStart(12)}${"median".padStart(13)}${"best".padStart(11)}`,
);
const results: Record<string, unknown> = {};
for (const task of chosen) {
  const result = time(task);
  results[task.id] = result;
  const told = (ms: number): string => asUnit(task, ms).toPrecision(4);
  const ms = (x: number): string => `${x.toFixed(1)} ms`;
  console.log(
    `${task.id.padEnd(22)}${ms(result.compileMs).padStart(11)}${ms(result.firstMs).padStart(12)}${told(result.medianMs).padStart(13)}${told(result.bestMs).padStart(11)} ${task.unit}`,
  );
}
if (options.json)
  writeFileSync(options.json, `${JSON.stringify({ node: process.version, tasks: results }, null, 1)}\n`);

interface Timing {
  readonly compileMs: number;
  readonly firstMs: number;
  readonly medianMs: number;
  readonly bestMs: number;
  readonly unit: string;
}

/** Times a task: how long it takes to be compiled and called first, then a step, in rounds of about `target` ms. */
function time(task: Task): Timing {
  const data = makeInputs(task);
  const before = performance.now();
  const instance = make(task, data);
  if (!instance) throw new Error(`There is no program for ${task.id}`);
  const compiled = performance.now();
  instance.step();
  const called = performance.now();
  let steps = 1;
  let lasted = 0;
  // As many steps as last a third of a round, found by doubling: this warms up, too.
  while ((lasted = run(instance.step, steps)) < target / 3) steps *= 2;
  steps = Math.max(1, Math.round((steps * target) / lasted));
  const times = Array.from({ length: rounds }, () => run(instance.step, steps) / steps).sort((a, b) => a - b);
  return {
    compileMs: compiled - before,
    firstMs: called - compiled,
    medianMs: times[rounds >> 1] as number,
    bestMs: times[0] as number,
    unit: task.unit,
  };
}

/** How many milliseconds `steps` steps last. */
function run(step: () => void, steps: number): number {
  const start = performance.now();
  for (let i = 0; i < steps; i++) step();
  return performance.now() - start;
}

/** A step's milliseconds in the task's unit. */
function asUnit({ unit, flops = 0, per = 1 }: Task, ms: number): number {
  if (unit === "ms") return ms;
  if (unit === "ns/step") return (ms * 1e6) / per;
  return unit === "GFLOP/s" ? flops / (ms * 1e6) : 1000 / ms;
}
