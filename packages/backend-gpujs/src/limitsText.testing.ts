import { limitsOf } from "./limits.ts";

// What GPU.js does not do, as the guide lists it: made of what the conformance suite saw.

/** Two tables of Markdown: what is refused, and why; what devices compute otherwise, and why. */
export function limitsText(refused: ReadonlyMap<string, string>): string {
  const reasons = new Map<string, string[]>();
  for (const [title, reason] of refused) add(reasons, sayable(reason), title);
  const byReason = [...reasons].map(([reason, titles]) => `| ${summary(titles)} | ${reason} |`);
  const differing = new Map<string, string[]>();
  for (const [title, reason] of Object.entries(limitsOf.webgl2)) add(differing, reason, title);
  const byDifference = [...differing].map(([reason, titles]) => `| ${summary(titles)} | ${reason} |`);
  return [
    "| what the fallback does | because |",
    "| --- | --- |",
    ...byReason,
    "",
    "| what a device computes otherwise | because |",
    "| --- | --- |",
    ...byDifference,
  ].join("\n");
}

/** A reason without what differs from case to case. */
const sayable = (reason: string): string =>
  reason
    .replace(/^it has no \w+ of \w+$/, "it has no such operation")
    .replace(/^an \w+ is beyond/, "a number is beyond");

function add(to: Map<string, string[]>, key: string, value: string): void {
  const list = to.get(key);
  if (list) list.push(value);
  else to.set(key, [value]);
}

/** Titles such as "add of int32", "add of int64", "mul of int32" as few words. */
function summary(titles: readonly string[]): string {
  const dtypes = new Map<string, string[]>();
  const others: string[] = [];
  for (const title of titles) {
    const [, what, dtype] = /^(.+?) of (\w+)(?:, up to its ends)?$/.exec(title) ?? [];
    if (what && dtype) {
      if (!dtypes.get(what)?.includes(dtype)) add(dtypes, what, dtype);
    } else if (/^cast of/.test(title)) others.push(title.replace(", up to its ends", ""));
    else others.push(title);
  }
  const groups = new Map<string, string[]>();
  for (const [what, list] of dtypes) add(groups, list.join(", "), what);
  return [...[...groups].map(([list, whats]) => `${whats.join(", ")} of ${list}`), ...kinds(others)].join(
    "; ",
  );
}

/** Titles that differ in sizes and dtypes only, once. */
const kinds = (titles: readonly string[]): string[] => [
  ...new Set(
    titles.map((t) =>
      t
        .replace(/cast of (\w+?)\d+ to (\w+?)\d*$/, "casts of $1 to $2")
        .replace(/ \d+×\d+ (\w+) along \d/, " $1 along an axis")
        .replace(/map over \d+×\d+ of (\w+):.*/, "maps with products of $1")
        .replace(/ (float|u?int)\d+/, " $1")
        .replace(/\d+ rounds/, "rounds"),
    ),
  ),
];
