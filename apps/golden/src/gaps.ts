import type { Case } from "./case.ts";

/** A reason why some cases do not pass yet. */
export interface Gap {
  readonly reason: string;
  /** Cases by id; each must still fail. */
  readonly ids?: readonly string[];
  /** Cases whose id, operation or program contains one of these; at least one must still fail. */
  readonly match?: readonly string[];
}

/** The name that was not found, where that is what is wrong. */
export const missingName = (wrong: string): string | undefined =>
  /there is no (?:method )?(\w+)/.exec(wrong)?.[1];

/** The gap that a case falls into, if any; `exact` if it is named there. */
export function gapFor(
  gaps: readonly Gap[],
  one: Case,
): { readonly reason: string; readonly exact: boolean } | undefined {
  const exact = gaps.find((gap) => gap.ids?.includes(one.id));
  if (exact) return { reason: exact.reason, exact: true };
  const text = one.kind === "program" ? one.src : one.kind === "op" ? one.op : "";
  const broad = gaps.find((gap) => gap.match?.some((part) => one.id.includes(part) || text.includes(part)));
  return broad && { reason: broad.reason, exact: false };
}
