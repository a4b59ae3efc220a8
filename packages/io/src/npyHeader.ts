import { bytesOf, type DType, dtypes, kindOf } from "@theano-ts/kernel";
import type { ElementLayout } from "./elements.ts";

/** What the header of an npy file says. */
export interface NpyHeader extends ElementLayout {
  readonly shape: readonly number[];
}

/** NumPy's limit is 32, and grows to 64. */
const mostDimensions = 64;

/** The header for an array: a Python dict, as NumPy writes it. */
export function headerOf(dtype: DType, shape: readonly number[]): string {
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(", ")})`;
  const order = bytesOf(dtype) === 1 ? "|" : "<";
  return `{'descr': '${order}${kindOf(dtype)}${bytesOf(dtype)}', 'fortran_order': False, 'shape': ${tuple}, }`;
}

/** Reads a header. What is wrong with it is thrown as `error` makes it. */
export function parseHeader(text: string, error: (what: string) => Error): NpyHeader {
  const fields = parseDict(text);
  if (!fields) throw error(`its header is no dict of descr, fortran_order and shape: ${shortened(text)}`);
  const {
    descr,
    fortran_order: order,
    shape,
  } = Object.fromEntries(fields) as Partial<Record<string, string>>;
  if (fields.size !== 3 || descr === undefined || order === undefined || shape === undefined)
    throw error(
      `its header must have descr, fortran_order and shape, and has ${[...fields.keys()].join(", ")}`,
    );
  if (order !== "True" && order !== "False")
    throw error(`fortran_order is ${shortened(order)}, not True or False`);
  return { ...elementsOf(descr, error), fortranOrder: order === "True", shape: shapeOf(shape, error) };
}

/** The entries of a Python dict of strings, words, and tuples or lists, as text. */
function parseDict(text: string): Map<string, string> | undefined {
  const inside = /^\s*\{([\s\S]*)\}\s*$/.exec(text)?.[1];
  if (inside === undefined) return undefined;
  const entry = /\s*(['"])(\w*)\1\s*:\s*('[^']*'|"[^"]*"|\([^()]*\)|\[[^\]]*\]|\w+)\s*(?:,|$)/y;
  const fields = new Map<string, string>();
  while (inside.slice(entry.lastIndex).trim() !== "") {
    const match = entry.exec(inside);
    if (!match || fields.has(match[2] as string)) return undefined;
    fields.set(match[2] as string, match[3] as string);
  }
  return fields;
}

function elementsOf(descr: string, error: (what: string) => Error): ElementLayout {
  const [, order, code] = /^['"]([<>|=]?)(\w+)['"]$/.exec(descr) ?? [];
  const dtype = dtypes.find((name) => `${kindOf(name)}${bytesOf(name)}` === code);
  if (dtype === undefined)
    throw error(`its elements are ${shortened(descr)}, and arrays here are of ${dtypes.join(", ")}`);
  return { dtype, bigEndian: order === ">" };
}

function shapeOf(text: string, error: (what: string) => Error): number[] {
  // Python 2 wrote long integers with an L.
  const items = /^\(((?:\s*\d+L?\s*,)*)(\s*\d+L?)?\s*\)$/.exec(text);
  const shape =
    items &&
    `${items[1]}${items[2] ?? ""}`
      .split(",")
      .flatMap((n) => (n.trim() === "" ? [] : [Number.parseInt(n, 10)]));
  if (!shape?.every(Number.isSafeInteger))
    throw error(`its shape is ${shortened(text)}, not a tuple of sizes`);
  if (shape.length > mostDimensions)
    throw error(`its shape has ${shape.length} dimensions, and at most ${mostDimensions} are read`);
  return shape;
}

const shortened = (text: string): string => (text.length > 60 ? `${text.slice(0, 60)}…` : text);
