import { type Call, isFloat, isInteger, type Prim, type RealDType } from "@theano-ts/kernel";
import * as prim from "@theano-ts/kernel/prims";
import { held } from "./integers.ts";

/** What the text of a call may ask for: a name for something that it uses more than once. */
export interface Namer {
  /** A variable that holds what `text` says. */
  name(text: string): string;
  /** A number that no literal says. */
  special(which: "inf" | "nan"): string;
}

/** The text of `e`, a call that is not of a comparison, a choice or logic, of operands that are names or literals. */
export function callText(e: Call, args: readonly string[], namer: Namer): string {
  const write = texts.get(e.prim);
  if (!write) throw new Error(`internal: GPU.js has no ${e.prim.name}`);
  return write(args as readonly [string, string], e, namer);
}

/** Why no kernel can have `e`; undefined if it can. */
export function callRefusal({ prim: p, args, dtype }: Call): string | undefined {
  const operand = args[args.length - 1]?.dtype as RealDType;
  if (comparisons.has(p) || p === prim.select) return undefined;
  if (logic.has(p)) return dtype === "bool" ? undefined : `it has no ${p.name} of ${dtype}`;
  if (p === prim.castPrim) return undefined;
  if (isFloat(operand) && inexact.has(p)) return "the quotient of floats that it would make whole is rounded";
  const known = isFloat(operand) ? texts.has(p) : integerPrims.has(p);
  return known ? undefined : `it has no ${p.name} of ${operand}`;
}

/** Comparisons, by what they are in JavaScript. */
export const comparisons: ReadonlyMap<Prim, string> = /* @__PURE__ */ new Map([
  [prim.eq, "==="],
  [prim.ne, "!=="],
  [prim.lt, "<"],
  [prim.le, "<="],
  [prim.gt, ">"],
  [prim.ge, ">="],
]);

/** Operations on truth values. */
export const logic: ReadonlySet<Prim> = /* @__PURE__ */ new Set([prim.and, prim.or, prim.xor, prim.not]);

const integerPrims: ReadonlySet<Prim> = /* @__PURE__ */ new Set([
  prim.add,
  prim.sub,
  prim.mul,
  prim.neg,
  prim.abs,
  prim.min,
  prim.max,
  prim.floorDiv,
  prim.mod,
]);

/** What needs the exact quotient of floats: 1 // 0.1 is 9, for a float of 0.1 is a little more than that. */
const inexact: ReadonlySet<Prim> = /* @__PURE__ */ new Set([prim.floorDiv, prim.mod]);

type Write = (args: readonly [string, string], e: Call, namer: Namer) => string;
const infix =
  (operator: string): Write =>
  ([a, b], e, namer) =>
    wrapped(`(${a} ${operator} ${b})`, e.dtype, namer);
const math =
  (f: string): Write =>
  (args) =>
    `Math.${f}(${args.join(", ")})`;

const texts: ReadonlyMap<Prim, Write> = /* @__PURE__ */ new Map<Prim, Write>([
  [prim.add, infix("+")],
  [prim.sub, infix("-")],
  [prim.mul, infix("*")],
  [prim.div, infix("/")],
  [prim.neg, ([a], e, namer) => wrapped(`(-${a})`, e.dtype, namer)],
  [prim.abs, ([a], e, namer) => wrapped(`Math.abs(${a})`, e.dtype, namer)],
  [prim.min, ([a, b]) => `(${isNone(a)} || ${a} < ${b} ? ${a} : ${b})`],
  [prim.max, ([a, b]) => `(${isNone(a)} || ${a} > ${b} ? ${a} : ${b})`],
  [prim.sqrt, math("sqrt")],
  [prim.floor, math("floor")],
  [prim.ceil, math("ceil")],
  [prim.trunc, ([a]) => truncated(a)],
  [prim.roundEven, ([a], _, namer) => roundedEven(a, namer)],
  [
    prim.copySign,
    ([a, b]) => `(${b} < 0 || (${b} === 0 && 1 / ${b} < 0) ? -Math.abs(${a}) : Math.abs(${a}))`,
  ],
  [prim.floorDiv, ([a, b], _, namer) => quotient(a, b, namer)],
  [prim.mod, ([a, b], _, namer) => `(${a} - ${namer.name(quotient(a, b, namer))} * ${b})`],
  [prim.castPrim, ([a], e, namer) => castText(a, e, namer)],
]);

/** Integers of 8 and 16 bits wrap; the others are known to fit. */
function wrapped(text: string, dtype: RealDType, namer: Namer): string {
  if (!isInteger(dtype) || !/(8|16)$/.test(dtype)) return text;
  const { low, high } = held(dtype);
  const x = namer.name(text);
  const turns = namer.name(`Math.floor((${x} - ${literal(low)}) / ${high - low + 1})`);
  return `(${x} - ${turns} * ${high - low + 1})`;
}

/** Whether `a` is NaN. That it differs from itself some devices take for impossible. */
export const isNone = (a: string): string => `!${isSome(a)}`;
/** Whether `a` is not NaN. */
export const isSome = (a: string): string => `(${a} <= 0 || ${a} > 0)`;

const truncated = (a: string): string => `(${a} < 0 ? Math.ceil(${a}) : Math.floor(${a}))`;

/** Up or down by the fraction; if that is a half, to the even one. */
function roundedEven(a: string, namer: Namer): string {
  const f = namer.name(`Math.floor(${a})`);
  const fraction = namer.name(`${a} - ${f}`);
  const even = `Math.floor(${f} * 0.5) === ${f} * 0.5`;
  return `(${fraction} < 0.5 ? ${f} : (${fraction} > 0.5 ? ${f} + 1 : (${even} ? ${f} : ${f} + 1)))`;
}

/**
 * ⌊a / b⌋ of integers, b > 0. Devices divide only nearly right, so what is left over decides; half of one more keeps
 * the quotient away from the step.
 */
export function quotient(a: string, b: string, namer: Namer): string {
  const q = namer.name(`Math.floor((${a} + 0.5) / ${b})`);
  const rest = namer.name(`${a} - ${q} * ${b}`);
  return `(${rest} < 0 ? ${q} - 1 : (${rest} >= ${b} ? ${q} + 1 : ${q}))`;
}

function castText(a: string, e: Call, namer: Namer): string {
  const from = e.args[0] as Call;
  if (e.dtype === "bool") return `(${a} === 0 ? 0 : 1)`;
  if (!isInteger(e.dtype)) return a;
  if (!isFloat(from.dtype)) return wrapped(a, e.dtype, namer);
  // What is beyond int32 becomes its least, of which the low bits are 0; NaN, too.
  const t = namer.name(truncated(a));
  return wrapped(`(${t} > -2147483649 && ${t} < 2147483648 ? ${t} : 0)`, e.dtype, namer);
}

/** A finite number as text. */
export const literal = (x: number): string => (x < 0 || Object.is(x, -0) ? `(-${Math.abs(x)})` : `${x}`);
