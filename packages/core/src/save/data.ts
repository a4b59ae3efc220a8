import { NotImplementedError } from "../errors.ts";
import { Op } from "../graph/op.ts";
import { Type } from "../graph/type.ts";
import { Variable } from "../graph/variable.ts";
import { NDArray } from "../value/ndarray.ts";
import { DocumentError } from "./document.ts";
import { brief, fields, list, text, unexpected } from "./fields.ts";

// What ops are made of: plain data as it is, everything else as an object with one field, as `{ "$op": 3 }`.

/** Numbers in the tables of a document, for what is there. */
export interface Numbered {
  op(op: Op): number;
  type(type: Type): number;
  array(array: NDArray): number;
  variable(v: Variable): number;
}

/** What has a number in the tables of a document. */
export interface Numbers {
  op(number: unknown): Op;
  type(number: unknown): Type;
  array(number: unknown): NDArray;
  variable(number: unknown): Variable;
}

/** How deep data may be nested. */
const maxDepth = 32;

/** `x` as JSON can hold it. Throws a NotImplementedError for what is no data, as functions are. */
export function dataText(x: unknown, to: Numbered, depth = 0): unknown {
  if (x === null || typeof x === "boolean" || typeof x === "string") return x;
  if (typeof x === "number") return isPlain(x) ? x : { $number: Object.is(x, -0) ? "-0" : String(x) };
  if (typeof x === "bigint") return { $bigint: String(x) };
  if (x instanceof Op) return { $op: to.op(x) };
  if (x instanceof Type) return { $type: to.type(x) };
  if (x instanceof NDArray) return { $array: to.array(x) };
  if (x instanceof Variable) return { $variable: to.variable(x) };
  if (depth >= maxDepth) throw new NotImplementedError("what it is made of is nested too deep");
  if (Array.isArray(x)) return x.map((item) => dataText(item, to, depth + 1));
  if (!isRecord(x)) throw new NotImplementedError(`it is made of ${String(x)}, which is no plain data`);
  const entries = Object.entries(x).filter(([, value]) => value !== undefined);
  const special = entries.find(([key]) => key.startsWith("$") || key === "__proto__");
  if (special) throw new NotImplementedError(`it is made of data with the key ${special[0]}`);
  return Object.fromEntries(entries.map(([key, value]) => [key, dataText(value, to, depth + 1)]));
}

/** What {@link dataText} wrote. Throws a DocumentError for what it did not. */
export function readData(x: unknown, from: Numbers, where: string, depth = 0): unknown {
  if (typeof x !== "object" || x === null) return x;
  if (depth >= maxDepth) throw new DocumentError(`Cannot read ${where}: it is nested too deep`);
  if (Array.isArray(x)) return list(x, where).map((item) => readData(item, from, where, depth + 1));
  const entries = [...fields(x, where)];
  const [first] = entries;
  if (first?.[0].startsWith("$") && entries.length === 1) return readSpecial(...first, from, where);
  const wrong = entries.find(([key]) => key.startsWith("$") || key === "__proto__");
  if (wrong) throw unexpected(wrong[0], "the name of a field", where);
  return Object.fromEntries(entries.map(([key, value]) => [key, readData(value, from, where, depth + 1)]));
}

function readSpecial(key: string, value: unknown, from: Numbers, where: string): unknown {
  switch (key) {
    case "$number":
      return readNumber(text(value, where), where);
    case "$bigint":
      return readBigint(text(value, where), where);
    case "$op":
      return from.op(value);
    case "$type":
      return from.type(value);
    case "$array":
      return from.array(value);
    case "$variable":
      return from.variable(value);
    default:
      throw unexpected(key, "the name of a field", where);
  }
}

function readNumber(word: string, where: string): number {
  if (word !== "-0" && word !== "NaN" && word !== "Infinity" && word !== "-Infinity")
    throw unexpected(word, "a number that JSON has not", where);
  return Number(word);
}

function readBigint(digits: string, where: string): bigint {
  if (!/^-?\d{1,100}$/.test(digits)) throw unexpected(digits, "an integer", where);
  return BigInt(digits);
}

const isPlain = (x: number): boolean => Number.isFinite(x) && !Object.is(x, -0);

function isRecord(x: unknown): x is Readonly<Record<string, unknown>> {
  if (typeof x !== "object" || x === null) return false;
  const prototype: unknown = Object.getPrototypeOf(x);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** What an op is made of, for messages. */
export const shownData = (of: readonly unknown[]): string => of.map(brief).join(", ") || "nothing";
