import type { Backend } from "@theano-ts/kernel";
import { useBackend } from "theano-ts";
import type { Family } from "./case.ts";
import type { Gap } from "./gaps.ts";
import { runFamily } from "./run.ts";

/** What came of a family's cases, as data that leaves a page. */
export interface Report {
  readonly passed: number;
  /** How many went wrong, and how many cannot pass yet. */
  readonly failed: number;
  readonly gap: number;
  /** How each went wrong, and why each cannot pass, by their ids. */
  readonly ids: {
    readonly failed: Readonly<Record<string, string>>;
    readonly gap: Readonly<Record<string, string>>;
  };
}

/** Runs the cases of `family` on `backend`, which remains the default one; `missing` are names the library lacks. */
export function runOn(
  backend: Backend,
  family: Family,
  gaps: readonly Gap[],
  missing: Readonly<Record<string, string>>,
): Report {
  useBackend(backend);
  const outcome = runFamily(family, gaps, missing);
  return {
    passed: outcome.passed,
    failed: outcome.failed.size,
    gap: outcome.gaps.size,
    ids: { failed: Object.fromEntries(outcome.failed), gap: Object.fromEntries(outcome.gaps) },
  };
}
