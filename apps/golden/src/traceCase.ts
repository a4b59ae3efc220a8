import { NDArray } from "theano-ts";
import type { Json, TensorJson, TraceCase } from "./case.ts";
import { difference, type Terms } from "./compare.ts";
import { Missing } from "./missing.ts";
import { autoencoders } from "./traces/autoencoders.ts";
import { boltzmann } from "./traces/boltzmann.ts";
import { classifiers } from "./traces/classifiers.ts";
import { hybridMonteCarlo } from "./traces/hmc.ts";
import { recurrent } from "./traces/recurrent.ts";
import type { Start } from "./traces/run.ts";
import { stacked } from "./traces/stacked.ts";

/** How to train each model, by its name. */
const programs: Readonly<Record<string, Start>> = {
  ...classifiers,
  ...autoencoders,
  ...boltzmann,
  ...recurrent,
  ...stacked,
  ...hybridMonteCarlo,
};

/** What is wrong with how a model is trained, step by step; undefined if all is right. */
export function runTrace(given: TraceCase): string | undefined {
  const start = programs[given.program];
  if (!start) throw new Missing(`the program ${given.program} is not ported yet`);
  const run = start(given);
  const values = (names: object): Record<string, unknown> =>
    Object.fromEntries(Object.keys(names).map((name) => [name, run.parameters[name]?.getValue()]));
  const begin = differences(values(given.init), given.init, given, "init");
  if (begin) return begin;
  for (const [i, recorded] of given.trace.entries()) {
    const wrong = differences(run.step(recorded), recorded, given, `step ${i}`);
    if (wrong) return wrong;
  }
  return (
    differences(values(given.final), given.final, given, "final") ??
    differences(run.extras?.() ?? {}, given as unknown as Json, given, "then")
  );
}

/** The first of `got` that is not as the value of that name was recorded. */
function differences(
  got: Readonly<Record<string, unknown>>,
  recorded: Readonly<Record<string, unknown>>,
  terms: Terms,
  where: string,
): string | undefined {
  for (const [name, value] of Object.entries(got)) {
    const wrong = valueDifference(value, recorded[name], terms);
    if (wrong) return `${where}, ${name}: ${wrong}`;
  }
  return undefined;
}

/** Steps are recorded as plain numbers and lists, arrays as in all cases. */
function valueDifference(got: unknown, want: unknown, terms: Terms): string | undefined {
  if (typeof want === "number") return difference(Number(got), { float: want }, terms);
  if (!Array.isArray(want)) return difference(got, want as TensorJson & Json, terms);
  const list = got instanceof NDArray ? (got.toArray() as unknown[]) : (got as unknown[]);
  if (list.length !== want.length) return `${list.length} elements, not ${want.length}`;
  for (const [i, one] of want.entries()) {
    const wrong = valueDifference(list[i], one, terms);
    if (wrong) return `[${i}]: ${wrong}`;
  }
  return undefined;
}
