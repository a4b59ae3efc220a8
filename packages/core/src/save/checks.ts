import { isDType } from "@theano-ts/kernel";
import { TensorOp } from "../tensor/tensorOp.ts";
import { maxRank } from "./arrays.ts";
import type { Check } from "./opTable.ts";

// What ops are made of, as tables of ops say it.

/** A rank, or one of so many dimensions, counted from the front. */
export const isRank: Check = (x) => Number.isInteger(x) && (x as number) >= 0 && (x as number) <= maxRank;

/** Which of an op's inputs or parts, or how many there are. */
export const isCount: Check = (x) => Number.isInteger(x) && (x as number) >= 0 && (x as number) < 2 ** 16;

/** A finite number. */
export const isNumber: Check = (x) => Number.isFinite(x);

/** An integer that can be a size, or less than 0. */
export const isWhole: Check = (x) => Number.isSafeInteger(x);

/** true or false. */
export const isFlag: Check = (x) => typeof x === "boolean";

/** Any text. */
export const isText: Check = (x) => typeof x === "string";

/** A dtype. */
export const isDTypeName: Check = (x) => isDType(x);

/** An op on tensors. */
export const isTensorOp: Check = (x) => x instanceof TensorOp;

/** One of these. */
export const isOneOf =
  (...choices: readonly unknown[]): Check =>
  (x) =>
    choices.includes(x);

/** What another check takes, or null. */
export const isNullOr =
  (check: Check): Check =>
  (x) =>
    x === null || check(x);

/** A list of what another check takes, by default no longer than there are dimensions. */
export const isListOf =
  (check: Check, most: number = maxRank): Check =>
  (x) =>
    Array.isArray(x) && x.length <= most && x.every(check);

/** A list of two, one check for each. */
export const isPair =
  (first: Check, second: Check): Check =>
  (x) =>
    Array.isArray(x) && x.length === 2 && first(x[0]) && second(x[1]);

/** An object with these fields, and no others. */
export const isObjectOf =
  (checks: Readonly<Record<string, Check>>): Check =>
  (x) =>
    typeof x === "object" &&
    x !== null &&
    Object.keys(x).length === Object.keys(checks).length &&
    Object.entries(checks).every(
      ([key, check]) => Object.hasOwn(x, key) && check((x as Readonly<Record<string, unknown>>)[key]),
    );

/** Either. */
export const isEither =
  (first: Check, second: Check): Check =>
  (x) =>
    first(x) || second(x);
