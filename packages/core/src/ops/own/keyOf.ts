import { identityOf } from "../../graph/identity.ts";

/** A text that is the same for equal numbers, strings and lists of them, and else for the same object. */
export function keyOf(x: unknown): string {
  if (Array.isArray(x)) return `[${x.map(keyOf).join()}]`;
  if (typeof x === "string") return JSON.stringify(x);
  if ((typeof x === "object" && x !== null) || typeof x === "function") return `#${identityOf(x)}`;
  if (typeof x === "bigint") return `${x}n`;
  return Object.is(x, -0) ? "-0" : String(x);
}
