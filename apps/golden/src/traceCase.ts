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
export function runTrace(trace: TraceCase): string | undefined {
  const start = programs[trace.program];
  if (!start) throw new Missing(`the program ${trace.program} is not ported yet`);
  const run = start(trace);
  const values = (names: object): Record<string, unknown> =>
    Object.fromEntries(Object.keys(names).map((name) => [name, run.parameters[name]?.getValue()]));
  const begin = differences(values(trace.init), trace.init, trace, "init");
  if (begin) return begin;
  for (const [i, recorded] of trace.trace.entries()) {
    const wrong = differences(run.step(recorded), recorded, trace, `step ${i}`, given);
    if (wrong) return wrong;
  }
  return (
    differences(values(trace.final), trace.final, trace, "final") ??
    differences(run.extras?.() ?? {}, trace as unknown as Json, trace, "then", known)
  );
}

/** What a step's record says of what goes into it; the rest is what comes out. */
const given: ReadonlySet<string> = new Set(
  "batch layer phase sentence contextwin labels x y mask v".split(" "),
);

/** What a case has beside the results of its last step. */
const known: ReadonlySet<string> = new Set(
  "id kind program note rtol atol hyper data init trace final".split(" "),
);

/** The first of the values `recorded`, but for those in `besides`, that `got` lacks or has otherwise. */
function differences(
  got: Readonly<Record<string, unknown>>,
  recorded: Readonly<Record<string, unknown>>,
  terms: Terms,
  where: string,
  besides: ReadonlySet<string> = new Set(),
): string | undefined {
  const missing = Object.keys(recorded).find((name) => !besides.has(name) && !Object.hasOwn(got, name));
  if (missing) return `${where}, ${missing}: not computed`;
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
