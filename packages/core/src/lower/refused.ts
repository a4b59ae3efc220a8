import type { Backend, Step } from "@theano-ts/kernel";
import { NotImplementedError } from "../errors.ts";
import type { Apply } from "../graph/apply.ts";

/** The error of a function that must run on `backend` alone, which cannot do `step`, or not with some data. */
export const refusedStep = (step: Step | undefined, { name }: Backend, reason: string): NotImplementedError =>
  refused(step, `${name} cannot run`, reason, "without strict, the fallback runs it");

/** The error of a function with a `step` that no backend of its own runs: for each, why. */
export const refusedByAll = (
  step: Step | undefined,
  reasons: readonly (readonly [Backend, string])[],
): NotImplementedError =>
  refused(
    step,
    `${reasons.map(([{ name }]) => name).join(", then ")} cannot run`,
    reasons.map(([, reason]) => reason).join("; "),
    "name a fallback that can: { fallback: cpu() } of @theano-ts/backend-cpu",
  );

function refused(step: Step | undefined, who: string, reason: string, hint: string): NotImplementedError {
  const [node] = (step?.source?.() ?? []) as readonly Apply[];
  return new NotImplementedError(`Backend ${who} ${node ?? "this"}: ${reason}`, {
    origin: node?.origin,
    notes: [`    hint     ${hint}`],
    code: "refused-step",
  });
}
