import { type NDArray, slice, type TensorVariable } from "theano-ts";
import { asArray } from "./literals.ts";
import { Missing } from "./missing.ts";
import { Tuple } from "./python.ts";

/** Python's `slice(start, stop, step)`. */
export class PythonSlice {
  readonly bounds: readonly unknown[];

  constructor(bounds: readonly unknown[]) {
    this.bounds = bounds;
  }
}

/** Python's `...`. */
export const ellipsis: unique symbol = Symbol("Ellipsis");

/** `self[key]` of one of our arrays or variables. */
export function getItem<X extends NDArray | TensorVariable>(self: X, key: unknown): X {
  const items = key instanceof Tuple ? [...key] : [key];
  const get = (self as unknown as { get?: (...items: unknown[]) => X }).get;
  if (typeof get !== "function") throw new Missing("there is no get");
  return get.apply(self, items.map(indexItem));
}

/** One item of an index as we write it. */
export function indexItem(x: unknown): unknown {
  if (x === ellipsis) return "...";
  if (x instanceof PythonSlice) return slice(...(x.bounds.map(bound) as [never, never, never]));
  if (typeof x === "bigint") return Number(x);
  return Array.isArray(x) ? asArray(x) : x;
}

const bound = (x: unknown): unknown => (typeof x === "bigint" ? Number(x) : (x ?? null));
