import { type CompiledFunction, NDArray, TensorVariable, Variable } from "theano-ts";
import type { Part } from "../messages.ts";
import { imagesOf } from "./images.ts";

/** How deep objects are shown, and how many members. */
const deepest = 3;
const most = 100;

/** What a program prints: arrays as NumPy prints them, with their numbers where they can be looked at as pictures. */
export function partOf(value: unknown): Part {
  if (typeof value === "string") return { text: value };
  if (!(value instanceof NDArray)) return { text: textOf(value, 0) };
  const images = imagesOf(value);
  return images ? { text: String(value), images } : { text: String(value) };
}

/** A value as text, where it stands alone or in something else. */
function textOf(value: unknown, depth: number): string {
  if (typeof value === "string") return depth === 0 ? value : JSON.stringify(value);
  if (value instanceof NDArray) return depth === 0 ? String(value) : value.repr();
  if (value instanceof Error) return `${value.name}: ${value.message}`;
  if (value instanceof Variable || typeof value === "symbol") return String(value);
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "function") return functionText(value);
  if (typeof value !== "object" || value === null) return String(value);
  return hasOwnText(value) ? String(value) : membersText(value, depth);
}

const functionText = (f: unknown): string => {
  const { name, maker } = f as CompiledFunction;
  return maker
    ? `function ${name}(${maker.inputs.map(({ variable }) => `${variable}: ${variable.type}`).join(", ")})`
    : `[function ${name}]`;
};

/** Whether an object says what it is, as types and modes do, and plain ones do not. */
const hasOwnText = (value: object): boolean =>
  !Array.isArray(value) && !ArrayBuffer.isView(value) && value.toString !== Object.prototype.toString;

function membersText(value: object, depth: number): string {
  const list = listOf(value);
  if (depth === deepest) return list ? "[…]" : "{…}";
  const members = list
    ? list.map((v) => textOf(v, depth + 1))
    : Object.entries(value).map(([k, v]) => `${k}: ${textOf(v, depth + 1)}`);
  const shown =
    members.length > most ? [...members.slice(0, most), `… ${members.length - most} more`] : members;
  const [open, close] = list ? ["[", "]"] : ["{ ", " }"];
  if (shown.length === 0) return list ? "[]" : "{}";
  const line = `${open}${shown.join(", ")}${close}`;
  const isShort = line.length <= 100 && !line.includes("\n");
  return isShort ? line : `${open}\n${shown.map((s) => indented(s)).join(",\n")}\n${close}`;
}

const indented = (text: string): string => text.replace(/^/gm, "  ");

/** The members of an array, a typed array, a set or a map, in their order. */
function listOf(value: object): unknown[] | undefined {
  if (value instanceof TensorVariable) return undefined;
  if (Array.isArray(value) || value instanceof Set || value instanceof Map) return [...value];
  return ArrayBuffer.isView(value) && !(value instanceof DataView)
    ? [...(value as unknown as Iterable<unknown>)]
    : undefined;
}
