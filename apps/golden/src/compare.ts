import { isComplex, isFloat } from "@theano-ts/kernel";
import { NDArray, np, Variable } from "theano-ts";
import { elementsOf, toArray, toNumber } from "./arrays.ts";
import type { ErrorJson, Json, TensorJson } from "./case.ts";
import { Missing } from "./missing.ts";
import { Compiled, pythonStr } from "./python.ts";

/** How close numbers must be, and what else a case grants. */
export interface Terms {
  readonly rtol?: number | undefined;
  readonly atol?: number | undefined;
  readonly quirk?: boolean | undefined;
  /** Whether a finite number is right where Theano had NaN or an infinity. */
  readonly forgiving?: boolean | undefined;
}

/** What is wrong with `got` where `want` was recorded; undefined if it is right. */
export function difference(got: unknown, want: Json, terms: Terms): string | undefined {
  if ("dtype" in want && "data" in want) return tensorDifference(got, want as unknown as TensorJson, terms);
  if ("raises" in want) {
    return succeedsWell(want.raises as ErrorJson, terms)
      ? undefined
      : `gave ${show(got)}, but ${(want.raises as ErrorJson).class} was raised`;
  }
  if ("none" in want) return got === null || got === undefined ? undefined : `${show(got)}, not None`;
  if ("list" in want || "tuple" in want)
    return listDifference(got, (want.list ?? want.tuple) as Json[], terms);
  if ("dict" in want) return dictDifference(got, want.dict as [Json, Json][], terms);
  if ("var" in want) return variableDifference(got, want.var as Json);
  if ("repr" in want) return undefined;
  if ("rng" in want) return stateDifference(got, want.rng as Json);
  if ("type" in want) return pythonStr(got) === want.type ? undefined : `${show(got)}, not ${want.type}`;
  if ("class" in want) return got === want.class ? undefined : `${show(got)}, not the class ${want.class}`;
  if ("bool" in want) return got === want.bool ? undefined : `${show(got)}, not ${want.bool}`;
  if ("str" in want) return got === want.str ? undefined : `${show(got)}, not ${JSON.stringify(want.str)}`;
  if ("int" in want)
    return (typeof got === "bigint" || typeof got === "number") && BigInt(want.int as string) === BigInt(got)
      ? undefined
      : `${show(got)}, not ${want.int}`;
  if ("float" in want)
    return typeof got === "number" && isClose(got, toNumber(want.float), tolerance("float64", terms))
      ? undefined
      : `${show(got)}, not ${want.float}`;
  return `cannot compare with ${JSON.stringify(want).slice(0, 80)}`;
}

function tensorDifference(got: unknown, want: TensorJson, terms: Terms): string | undefined {
  if (!(got instanceof NDArray)) return `${show(got)}, not an array of ${want.dtype}`;
  if (got.dtype !== want.dtype) return `dtype ${got.dtype}, not ${want.dtype}`;
  if (String(got.shape) !== String(want.shape)) return `shape (${got.shape}), not (${want.shape})`;
  const [a, b] = [elementsOf(got), elementsOf(toArray(want))];
  const inexact = isFloat(got.dtype) || isComplex(got.dtype);
  const close = tolerance(want.dtype, terms);
  for (let i = 0; i < b.length; i++) {
    const [x, y] = [a[i] as number, b[i] as number];
    if (terms.forgiving && isBetter(x, y)) continue;
    if (inexact ? !isClose(x, y, close) : x !== y) return `element ${i} is ${x}, not ${y}`;
  }
  return undefined;
}

/**
 * Whether `x` may be right where Theano had `y`: not finite, or of the size of the logarithm of a difference from 1 that
 * had only rounding errors left, which are 2⁻⁵² of e^|y|.
 */
const isBetter = (x: number, y: number): boolean =>
  Number.isFinite(x) && (!Number.isFinite(y) || Math.abs(x - y) <= 2 ** -52 * Math.exp(Math.abs(y)));

interface Tolerance {
  readonly rtol: number;
  readonly atol: number;
}

function tolerance(dtype: string, { rtol = 1e-6, atol = 1e-9 }: Terms): Tolerance {
  if (dtype === "float16") return { rtol: Math.max(rtol, 1e-3), atol: Math.max(atol, 1e-3) };
  if (dtype !== "float32" && dtype !== "complex64") return { rtol, atol };
  return { rtol: Math.max(rtol, 2e-5), atol: Math.max(atol, 1e-6) };
}

const isClose = (a: number, b: number, { rtol, atol }: Tolerance): boolean =>
  Number.isNaN(a) || Number.isNaN(b)
    ? Number.isNaN(a) && Number.isNaN(b)
    : a === b || Math.abs(a - b) <= atol + rtol * Math.abs(b);

function listDifference(got: unknown, want: readonly Json[], terms: Terms): string | undefined {
  if (!Array.isArray(got)) return `${show(got)}, not a list`;
  if (got.length !== want.length) return `a list of ${got.length}, not of ${want.length}`;
  for (const [i, item] of want.entries()) {
    const wrong = difference(got[i], item, terms);
    if (wrong) return `[${i}]: ${wrong}`;
  }
  return undefined;
}

function dictDifference(got: unknown, want: readonly [Json, Json][], terms: Terms): string | undefined {
  if (!(got instanceof Map)) return `${show(got)}, not a dict`;
  const entries = [...got];
  if (entries.length !== want.length) return `a dict of ${entries.length}, not of ${want.length}`;
  for (const [i, [key, value]] of want.entries()) {
    const [k, v] = entries[i] as [unknown, unknown];
    const wrong = difference(k, key, terms) ?? difference(v, value, terms);
    if (wrong) return `{${show(k)}}: ${wrong}`;
  }
  return undefined;
}

function variableDifference(got: unknown, want: Json): string | undefined {
  if (!(got instanceof Variable)) return `${show(got)}, not a variable`;
  if (String(got.type) !== want.type) return `type ${got.type}, not ${want.type}`;
  if (String(got) !== want.str) return `prints ${String(got)}, not ${want.str}`;
  return got.name === want.name ? undefined : `name ${got.name}, not ${want.name}`;
}

function stateDifference(got: unknown, want: Json): string | undefined {
  if (!(got instanceof np.random.RandomState)) return `${show(got)}, not a random state`;
  const { key, pos, hasGauss, cachedGaussian } = got.getState();
  const own = [...key, pos, Number(hasGauss), hasGauss ? cachedGaussian : 0];
  const wanted = [
    ...(want.key as number[]),
    want.pos,
    want.has_gauss,
    want.has_gauss ? want.cached_gaussian : 0,
  ];
  const wrong = own.findIndex((x, i) => x !== Number(wanted[i]));
  return wrong < 0 ? undefined : `word ${wrong} of the state is ${own[wrong]}, not ${wanted[wrong]}`;
}

/** Errors that Theano has for want of something: having it is right too. */
const wants = [
  "NotImplementedError",
  "MethodNotDefined",
  "AttributeError",
  "NullTypeGradError",
  "LocalMetaOptimizerSkipAssertionError",
];

/** Whether it is right to succeed where this was raised. */
export const succeedsWell = (error: ErrorJson, { quirk }: Terms): boolean =>
  quirk === true ||
  wants.includes(error.class) ||
  /unexpected keyword|'function' object has no attribute/.test(error.gist);

/** What is wrong with raising `error` where `want` was. */
export function errorDifference(error: unknown, want: ErrorJson): string | undefined {
  if (isOurs(error) && (want.class === "Exception" || namesOf(error as Error).has(want.class)))
    return undefined;
  return `${describeError(error)}, not ${want.class}: ${want.gist}`;
}

/** Errors of the library, as opposed to JavaScript's own on the way to them. */
const isOurs = (error: unknown): boolean =>
  error instanceof Error &&
  !(error instanceof Missing) &&
  (!isNative(error) || /^(Cannot|internal)/.test(error.message));
const isNative = (error: Error): boolean =>
  [TypeError, RangeError, ReferenceError, SyntaxError].includes(error.constructor as never);

function namesOf(error: Error): Set<string> {
  const names = new Set([error.name]);
  for (let at = error.constructor; at?.name; at = Object.getPrototypeOf(at))
    names.add(at.name.replace(/^Theano/, ""));
  return names;
}

export const describeError = (error: unknown): string =>
  error instanceof Error ? `${error.name}: ${error.message.split("\n")[0]}` : String(error);

/** For people, on one line. */
function show(x: unknown): string {
  if (x instanceof Compiled) return "a function";
  if (typeof x === "string") return JSON.stringify(x);
  if (x instanceof NDArray) return `${x.dtype}(${x.shape}) ${String(x).replaceAll("\n", " ").slice(0, 60)}`;
  if (Array.isArray(x)) return `[${x.map(show).join(", ").slice(0, 80)}]`;
  return String(x).slice(0, 100);
}
