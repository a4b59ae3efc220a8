import { DocumentError } from "./document.ts";

// Reading what JSON.parse gave, of which nothing is known. Every function throws a DocumentError that says where.

/** An object's own fields. */
export type Fields = ReadonlyMap<string, unknown>;

/** The fields of an object, as their own: those of prototypes are not there. */
export function fields(x: unknown, where: string): Fields {
  if (typeof x !== "object" || x === null || Array.isArray(x)) throw unexpected(x, "an object", where);
  return new Map(Object.entries(x));
}

/** A list. */
export function list(x: unknown, where: string): readonly unknown[] {
  if (!Array.isArray(x)) throw unexpected(x, "a list", where);
  return x;
}

/** A text. */
export function text(x: unknown, where: string): string {
  if (typeof x !== "string") throw unexpected(x, "a text", where);
  return x;
}

/** A text, or nothing. */
export const name = (x: unknown, where: string): string | null =>
  x === undefined || x === null ? null : text(x, where);

/** Whether a field that is left out where it does not hold is there. */
export function flag(x: unknown, where: string): boolean {
  if (x !== undefined && typeof x !== "boolean") throw unexpected(x, "true or false", where);
  return x === true;
}

/** A choice between true, false, and null; undefined if left out. */
export function choice(x: unknown, where: string): boolean | null | undefined {
  if (x !== undefined && x !== null && typeof x !== "boolean")
    throw unexpected(x, "true, false or null", where);
  return x;
}

/** The row of a table that has this number. What refers to a later row, or to itself, finds nothing. */
export function row<T>(table: readonly T[], number: unknown, where: string): T {
  if (!Number.isInteger(number) || (number as number) < 0 || (number as number) >= table.length)
    throw unexpected(number, `a number below ${table.length}`, where);
  return table[number as number] as T;
}

/** What was found where something else was expected. */
export const unexpected = (x: unknown, expected: string, where: string): DocumentError =>
  new DocumentError(`Cannot read ${where}: expected ${expected}, got ${brief(x)}`);

/** `x` as text, of which only the beginning is needed. */
export function brief(x: unknown): string {
  if (typeof x === "object" && x !== null) return Array.isArray(x) ? `a list of ${x.length}` : "an object";
  const shown = typeof x === "string" ? JSON.stringify(x.slice(0, 40)) : String(x);
  return x === undefined ? "nothing" : shown;
}
