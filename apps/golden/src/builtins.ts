import { NDArray, Variable } from "theano-ts";
import { toNumber } from "./arrays.ts";
import { Missing } from "./missing.ts";
import { callByName, resolve } from "./names.ts";
import { attribute, unary } from "./numpy.ts";
import { Callable, className, PythonError, pythonRepr, pythonStr, tuple } from "./python.ts";

const list = (x: unknown): unknown[] => [...(x as Iterable<unknown>)];

const functions: Readonly<Record<string, (...args: unknown[]) => unknown>> = {
  abs: (x) =>
    x instanceof Variable
      ? callByName("abs", [x], {})
      : x instanceof NDArray
        ? unary("abs", x)
        : (x as number) < 0
          ? -(x as number)
          : x,
  bool: (x) => Boolean(x),
  float: (x) => toNumber(x instanceof NDArray ? x.item() : x),
  int: (x) => BigInt(Math.trunc(Number(x instanceof NDArray ? x.item() : x))),
  dict: (x) => new Map(x ? (list(x) as [unknown, unknown][]) : []),
  OrderedDict: (x) => new Map(x ? (list(x) as [unknown, unknown][]) : []),
  len: (x) => {
    if (x instanceof Variable)
      throw new PythonError("TypeError", `object of type '${className(x)}' has no len()`);
    return BigInt(
      x instanceof NDArray ? (x.shape[0] ?? 0) : x instanceof Map ? x.size : (x as string).length,
    );
  },
  range: (...bounds) => {
    const [start, stop, step = 1n] = (bounds.length === 1 ? [0n, bounds[0]] : bounds) as [
      bigint,
      bigint,
      bigint?,
    ];
    const made: bigint[] = [];
    for (let i = start; step > 0n ? i < stop : i > stop; i += step) made.push(i);
    return made;
  },
  repr: pythonRepr,
  str: pythonStr,
  list,
  tuple: (x) => tuple(list(x)),
  sum: (x) => list(x).reduce((a, b) => callByName("add", [a, b], {})),
  type: (x) => className(x),
  zip: (...lists) => {
    const all = lists.map(list);
    return Array.from({ length: Math.min(...all.map((l) => l.length)) }, (_, i) =>
      tuple(all.map((l) => l[i])),
    );
  },
  enumerate: (x) => list(x).map((item, i) => tuple([BigInt(i), item])),
  getattr: (x, name) => {
    if (x instanceof NDArray) return attribute(x, name as string);
    const path = `${(x as { path: string }).path}.${name as string}`;
    resolve(path);
    return new Callable(name as string, (args, keywords) => callByName(path, args, keywords));
  },
};

/** Python's builtin of this name. */
export function builtin(name: string): Callable {
  const f = functions[name];
  if (!f) throw new Missing(`Python's ${name}`);
  return new Callable(name, (args, keywords) => {
    const made = f(...args);
    // Of the functions here only dictionaries take any.
    if (made instanceof Map) for (const [key, value] of Object.entries(keywords)) made.set(key, value);
    return made;
  });
}
