import {
  AssertionError,
  DisconnectedInputError,
  floatX,
  type TensorVariable,
  ValueError,
  type Variable,
  zerosLike,
} from "@theano-ts/core";
import { isDiscrete } from "@theano-ts/kernel";
import { type DisconnectedType, disconnectedType } from "./types.ts";

/** What to do about something disconnected: an error, a warning, or nothing. */
export type Disconnected = "raise" | "warn" | "ignore";

/** What there is in place of what is disconnected: zeros, null, or a variable of `DisconnectedType`. */
export type ReturnDisconnected = "zero" | "none" | "disconnected";

/** Does about something disconnected what `how` says. `option` is the option's name, and `v` what is disconnected. */
export function complain(how: Disconnected, option: string, sentence: string, v: Variable): void {
  if (how === "ignore") return;
  if (how === "warn") console.warn(sentence);
  else if (how === "raise")
    throw new DisconnectedInputError(`${sentence}; ${option}: "ignore" makes it zero`, { origin: v.origin });
  else throw new ValueError(`${option} must be "raise", "warn" or "ignore", not ${String(how)}`);
}

/** What stands in place of a derivative in the shape of `x`. Throws an AssertionError if `how` is not an option. */
export function standIn(
  x: TensorVariable,
  how: ReturnDisconnected,
): TensorVariable | Variable<DisconnectedType> | null {
  if (how === "zero") return zerosLike(x, isDiscrete(x.dtype) ? { dtype: floatX() } : {});
  if (how === "none") return null;
  if (how === "disconnected") return disconnectedType();
  throw new AssertionError(`returnDisconnected must be "zero", "none" or "disconnected", not ${String(how)}`);
}
