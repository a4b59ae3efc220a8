import { withFlags } from "theano-ts";
import type { Case, Family } from "./case.ts";
import { describeError } from "./compare.ts";
import { type Gap, gapFor, missingName } from "./gaps.ts";
import { runOp } from "./opCase.ts";
import { runProgram } from "./programCase.ts";
import { runTrace } from "./traceCase.ts";

/** What came of a family's cases. */
export interface Outcome {
  readonly name: string;
  passed: number;
  /** The ids of cases that went wrong, and how; among them gaps that no longer are. */
  readonly failed: Map<string, string>;
  /** The ids of cases that cannot pass yet, and why. */
  readonly gaps: Map<string, string>;
}

/** Runs the cases of a family. What fails for want of a name in `missing` falls into a gap. */
export function runFamily(
  { name, cases }: Family,
  gaps: readonly Gap[],
  missing: Readonly<Record<string, string>>,
): Outcome {
  const outcome: Outcome = { name, passed: 0, failed: new Map(), gaps: new Map() };
  const closed = new Map<string, number>();
  for (const one of cases) {
    const gap = gapFor(gaps, one);
    const wrong = runCase(one);
    if (wrong === undefined && gap?.exact)
      outcome.failed.set(one.id, `passes, but is declared a gap: ${gap.reason}`);
    else if (wrong === undefined) outcome.passed++;
    else if (gap) outcome.gaps.set(one.id, gap.reason);
    else if (missing[missingName(wrong) ?? ""])
      outcome.gaps.set(one.id, missing[missingName(wrong) as string] as string);
    else outcome.failed.set(one.id, wrong);
    if (gap && !gap.exact)
      closed.set(gap.reason, (closed.get(gap.reason) ?? 0) + (wrong === undefined ? 0 : 1));
  }
  for (const [reason, left] of closed)
    if (left === 0) outcome.failed.set(`${name}/*`, `all cases of a declared gap pass: ${reason}`);
  return outcome;
}

/** What is wrong with how we do a case; undefined if all is right. */
function runCase(one: Case): string | undefined {
  try {
    const { floatX = "float64", compute_test_value: computeTestValue = "off" } = one.flags ?? {};
    return withFlags({ floatX, computeTestValue }, () => {
      if (one.kind === "op") return runOp(one);
      if (one.kind === "program") return runProgram(one);
      return runTrace(one);
    });
  } catch (error) {
    return describeError(error);
  }
}
