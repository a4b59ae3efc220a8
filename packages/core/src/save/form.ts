import { TheanoTypeError } from "../errors.ts";
import type { Form } from "./document.ts";

/** One thing, several in order, or several by name. */
export type OneOrMore<T> = T | readonly T[] | Readonly<Record<string, T>>;

/** The form of `x`, with the number of each thing in its place. Throws a TypeError for what is no such thing. */
export function formOf<T>(
  x: OneOrMore<T>,
  is: (item: unknown) => item is T,
  number: (item: T) => number,
  what: string,
): Form {
  const one = (item: unknown): number => {
    if (is(item)) return number(item);
    throw new TheanoTypeError(`Cannot save ${String(item)}: give ${what}, a list of them, or an object`);
  };
  if (is(x)) return number(x);
  if (Array.isArray(x)) return x.map(one);
  if (typeof x !== "object" || x === null) return one(x);
  return Object.fromEntries(Object.entries(x).map(([name, item]) => [name, one(item)]));
}

/** Things in the form that numbers have in a document. */
export function fromForm<T>(x: unknown, item: (number: unknown) => T): OneOrMore<T> | undefined {
  if (x === null) return undefined;
  if (Array.isArray(x)) return x.map(item);
  if (typeof x === "object" && x !== undefined)
    return Object.fromEntries(Object.entries(x).map(([name, number]) => [name, item(number)]));
  return item(x);
}
