import type { Entry } from "./messages.ts";

/** At most so many entries: the last ones, but first of all those with labels, which stand for what was shown last. */
export function lastEntries(entries: readonly Entry[], most: number): Entry[] {
  let surplus = entries.length - most;
  if (surplus <= 0) return [...entries];
  const rest = entries.filter(({ label }) => label !== undefined || surplus-- <= 0);
  return rest.slice(Math.max(0, rest.length - most));
}
