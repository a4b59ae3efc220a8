import type { Backend, Step } from "@theano-ts/kernel";
import { NotImplementedError } from "../errors.ts";
import type { Apply } from "../graph/apply.ts";

/** The error of a function that must run on `backend` alone, which cannot do `step`, or not with some data. */
export function refusedStep(step: Step | undefined, { name }: Backend, reason: string): NotImplementedError {
  const [node] = (step?.source?.() ?? []) as readonly Apply[];
  return new NotImplementedError(`Backend ${name} cannot run ${node ?? "this"}: ${reason}`, {
    origin: node?.origin,
    notes: ["    hint     without strict, the fallback runs it"],
    code: "refused-step",
  });
}
