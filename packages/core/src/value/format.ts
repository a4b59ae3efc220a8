import { type DType, kindOf, partOf } from "@theano-ts/kernel";
import type { Complex } from "./complex.ts";
import { type Precision, positional, roundTo, scientific } from "./decimal.ts";
import { type Element, readElement } from "./element.ts";
import { type Strided, sizeOf } from "./storage.ts";

// NumPy's print options, at their defaults.
const precision = 8;
const lineWidth = 75;
const threshold = 1000;
const edgeItems = 3;

/** The text of `array` as NumPy's `str` gives it: `[[1. 2.]\n [3. 4.]]`, and a scalar's own text for no axes. */
export const formatStr = (array: Strided): string =>
  array.shape.length > 0
    ? arrayText(array, " ", "", "")
    : scalarText(readElement(array.storage.data, array.dtype, array.offset), array.dtype);

/** The text of `array` as NumPy's `repr` gives it: `array([1., 2.], dtype=float32)`. */
export function formatRepr(array: Strided): string {
  const implied = array.size > 0 && ["int64", "float64", "complex128", "bool"].includes(array.dtype);
  const suffix = implied ? ")" : ",";
  const elements =
    array.size === 0 && array.shape.length > 1
      ? `[], shape=(${array.shape.join(", ")})`
      : arrayText(array, ", ", "array(", suffix);
  const text = `array(${elements}${suffix}`;
  if (implied) return text;
  const dtype = `dtype=${array.dtype})`;
  const lastLine = text.length - (text.lastIndexOf("\n") + 1);
  return `${text}${lastLine + dtype.length + 1 > lineWidth ? "\n      " : " "}${dtype}`;
}

/** All elements in brackets, the lines no longer than `lineWidth` with what stands around them. */
function arrayText(array: Strided, separator: string, prefix: string, suffix: string): string {
  if (array.size === 0) return "[]";
  const summary = array.size > threshold;
  const shown = array.shape.map((length) => shownIndices(length, summary));
  const words = formatElements(shownElements(array, shown), array.dtype, array.shape.length === 0);
  let next = 0;

  // `indent` is what a line of this axis starts with, `width` what is left of it for the axes inside.
  const axisText = (axis: number, indent: string, width: number): string => {
    if (axis === array.shape.length) return words[next++]!;
    const pieces = shown[axis]!.map(() => axisText(axis + 1, `${indent} `, width - 1));
    if (pieces.length < array.shape[axis]!) pieces.splice(edgeItems, 0, "...");
    const rows = array.shape.length - axis - 1;
    const text =
      rows === 0
        ? wrap(pieces, separator, indent, width)
        : pieces.map((piece) => indent + piece).join(separator.trimEnd() + "\n".repeat(rows));
    return `[${text.slice(indent.length)}]`;
  };
  return axisText(0, ` ${" ".repeat(prefix.length)}`, lineWidth - suffix.length);
}

/** The words of one row, broken into lines. The last needs room for the bracket only if a separator has none. */
function wrap(words: readonly string[], separator: string, indent: string, width: number): string {
  let text = "";
  let line = indent;
  words.forEach((word, i) => {
    const room = width - Math.max(separator.trimEnd().length, 1);
    if (line.length + word.length > room && line.length > indent.length) {
      text += `${line.trimEnd()}\n`;
      line = indent;
    }
    line += i < words.length - 1 ? word + separator : word;
  });
  return text + line;
}

/** The indices along an axis that are printed: only those at its ends if a long one is summarised. */
const shownIndices = (length: number, summary: boolean): number[] =>
  Array.from({ length }, (_, i) => i).filter(
    (i) => !summary || length <= 2 * edgeItems || i < edgeItems || i >= length - edgeItems,
  );

function shownElements({ storage, dtype, strides, offset }: Strided, shown: readonly number[][]): Element[] {
  const places = new Array<number>(sizeOf(shown.map((indices) => indices.length)));
  let count = 0;
  const walk = (axis: number, place: number): void => {
    if (axis === shown.length) places[count++] = place;
    else for (const i of shown[axis]!) walk(axis + 1, place + i * strides[axis]!);
  };
  walk(0, offset);
  return places.map((place) => readElement(storage.data, dtype, place));
}

/** The elements' words, padded to a common form. */
function formatElements(elements: readonly Element[], dtype: DType, scalar: boolean): string[] {
  switch (kindOf(dtype)) {
    case "b":
      return elements.map((value) => (value ? (scalar ? "True" : " True") : "False"));
    case "f":
      return formatFloats(elements as number[], dtype as Precision, "");
    case "c": {
      const part = partOf(dtype) as Precision;
      const pairs = elements as Complex[];
      const re = formatFloats(
        pairs.map((value) => value.re),
        part,
        "",
      );
      const im = formatFloats(
        pairs.map((value) => value.im),
        part,
        "+",
      );
      return re.map((text, i) => text + im[i]!.replace(/ *$/, (padding) => `j${padding}`));
    }
    default: {
      const words = elements.map(String);
      return alignRight(words);
    }
  }
}

function alignRight(words: readonly string[]): string[] {
  const width = words.reduce((widest, word) => Math.max(widest, word.length), 0);
  return words.map((word) => word.padStart(width));
}

/** Floats in one notation, the points below each other. `plus` stands before those that have no minus. */
function formatFloats(values: readonly number[], dtype: Precision, plus: "" | "+"): string[] {
  const finite = values.filter(Number.isFinite);
  const exponential = needsExponent(finite, dtype);
  const signed = (x: number, text: string): string => (x < 0 || Object.is(x, -0) ? `-${text}` : plus + text);
  let left = 0;
  let right = 0;
  let write: (x: number) => string;
  if (exponential) {
    const digits = Math.max(...finite.map((x) => scientific(x, dtype, precision).fraction.length));
    const power = Math.max(...finite.map((x) => scientific(x, dtype, precision).exponent.length));
    right = power + 1 + digits;
    write = (x) => {
      const { integer, fraction, exponent } = scientific(x, dtype, precision, digits);
      const sign = exponent.startsWith("-") ? "-" : "+";
      return `${integer}.${fraction}e${sign}${exponent.slice(1).padStart(power - 1, "0")}`;
    };
  } else {
    right = Math.max(0, ...finite.map((x) => positional(x, dtype, precision, 0).fraction.length));
    write = (x) => {
      const { integer, fraction } = positional(x, dtype, precision, 0);
      return `${integer}.${fraction.padEnd(right)}`;
    };
  }
  const texts = finite.map((x) => signed(x, write(x)));
  left = Math.max(0, ...texts.map((text) => text.indexOf(".")));
  const specials = values.filter((x) => !Number.isFinite(x));
  if (specials.length > 0) {
    // As NumPy: room for "nan", and for "inf" with a sign if one is shown, wherever something is not finite.
    const infinity = plus === "+" || specials.includes(Number.NEGATIVE_INFINITY) ? 4 : 3;
    left = Math.max(left, 3 - (right + 1), infinity - (right + 1));
  }
  const width = left + right + 1;
  return values.map((x) => {
    if (Number.isNaN(x)) return `${plus}nan`.padStart(width);
    if (!Number.isFinite(x)) return signed(x, "inf").padStart(width);
    const text = signed(x, write(x));
    return " ".repeat(left - text.indexOf(".")) + text;
  });
}

/** Whether the sizes are too large, too small or too far apart for plain decimals. */
function needsExponent(finite: readonly number[], dtype: Precision): boolean {
  const sizes = finite.filter((x) => x !== 0).map(Math.abs);
  if (sizes.length === 0) return false;
  const [max, min] = [Math.max(...sizes), Math.min(...sizes)];
  return max >= 1e8 || min < 0.0001 || roundTo(max / min, dtype) > 1000;
}

/** The text of one element on its own: all its digits, and an exponent below 1e-4 and from 1e16. */
function scalarText(value: Element, dtype: DType): string {
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value === "bigint" || kindOf(dtype) === "i" || kindOf(dtype) === "u") return String(value);
  if (typeof value === "number") return floatText(value, dtype as Precision, ".0");
  const part = partOf(dtype) as Precision;
  const im = floatText(value.im, part, "");
  if (Object.is(value.re, 0)) return `${im}j`;
  return `(${floatText(value.re, part, "")}${im.startsWith("-") ? "" : "+"}${im}j)`;
}

function floatText(x: number, dtype: Precision, whole: "" | ".0"): string {
  if (Number.isNaN(x)) return "nan";
  const minus = x < 0 || Object.is(x, -0) ? "-" : "";
  const size = Math.abs(x);
  if (size === Number.POSITIVE_INFINITY) return `${minus}inf`;
  if (size !== 0 && (size < 1e-4 || size >= 1e16)) {
    const { integer, fraction, exponent } = scientific(x, dtype);
    const point = fraction === "" ? "" : ".";
    return `${minus}${integer}${point}${fraction}e${exponent[0]}${exponent.slice(1).padStart(2, "0")}`;
  }
  const { integer, fraction } = positional(x, dtype);
  return `${minus}${integer}${fraction === "" ? whole : `.${fraction}`}`;
}
