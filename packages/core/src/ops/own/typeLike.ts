import { TheanoTypeError } from "../../errors.ts";
import { Type } from "../../graph/type.ts";
import { Variable } from "../../graph/variable.ts";
import { isConstant, TensorConstant, type TensorLike } from "../../tensor/constant.ts";
import { TensorType } from "../../tensor/tensorType.ts";
import { isTensor } from "../../tensor/tensorVariable.ts";
import { patternbroadcast } from "../shape/broadcast.ts";

/** A type, or a constructor of variables of it: `T.dmatrix`. */
export type TypeLike = Type | (() => Variable);

/** The type that is meant. Throws a TypeError for what is neither a type nor a constructor. */
export function typeOf(x: TypeLike): Type {
  const made: unknown = typeof x === "function" ? x() : x;
  if (made instanceof Type) return made;
  if (made instanceof Variable) return made.type;
  throw new TheanoTypeError(`${String(x)} is no type: give one, or a constructor of variables, as T.dmatrix`);
}

/**
 * `x` as a variable of `type`: a value becomes a constant; a variable of another pattern of broadcastable dimensions is
 * declared anew. Throws a TypeError that begins with `what` for another dtype or rank. As Theano's `filter_variable`.
 */
export function filterVariable(x: TensorLike | Variable, type: Type, what: string): Variable {
  if (!(x instanceof Variable)) {
    if (type instanceof TensorType) return new TensorConstant(type, type.filter(x));
    throw new TheanoTypeError(`${what} must be a variable of ${type}, not ${String(x)}`);
  }
  if (x.type.equals(type)) return x;
  if (type instanceof TensorType && isTensor(x)) {
    if (x.dtype === type.dtype && x.ndim === type.ndim) return patternbroadcast(x, type.broadcastable);
    if (isConstant(x)) return new TensorConstant(type, type.filter(x.data), x.name);
  }
  throw new TheanoTypeError(`${what} must be ${type}, but ${x} is ${x.type}`, { origin: x.origin });
}
