import type { Backend } from "./backend.ts";
import type { Step } from "./program.ts";
import { viewsRead, viewsWritten } from "./steps.ts";

/** Why `backend` cannot run `step`, for its dtypes or by its own account; undefined if it can. */
export function refusal(backend: Backend, step: Step): string | undefined {
  const missing = [...viewsRead(step), ...viewsWritten(step)].find(
    (v) => !backend.supports.dtypes.has(v.buffer.dtype),
  );
  if (missing) return `it has no ${missing.buffer.dtype}`;
  const answer = backend.accepts(step);
  return answer === true ? undefined : answer;
}
