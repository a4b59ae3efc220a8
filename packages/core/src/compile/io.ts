import { TheanoTypeError, ValueError } from "../errors.ts";
import type { Variable } from "../graph/variable.ts";
import type { TensorLike } from "../tensor/constant.ts";
import type { ArrayInput } from "../value/convert.ts";

/** What an input can be told. */
export interface InOptions {
  /** What it is if a call leaves it out. */
  readonly value?: ArrayInput;
  /** The name to give it by in a call; the variable's own if left out. */
  readonly name?: string | null;
  /** Accept exactly values of the variable's type, without any conversion. */
  readonly strict?: boolean;
  /** Whether precision may be lost: true yes, false never, null only for plain numbers. */
  readonly allowDowncast?: boolean | null;
  /** What the default becomes after each call, from the values of that call: state of the function's own. */
  readonly update?: TensorLike;
  /** Whether a caller may not give a value: then there must be a `value`. */
  readonly implicit?: boolean;
  /**
   * Theano's permission to overwrite the argument. Arguments are never overwritten here, so it changes nothing, but
   * an input with an `update` must not deny it.
   */
  readonly mutable?: boolean;
  /** Theano's permission to keep the argument's own memory; it changes nothing a program can see. */
  readonly borrow?: boolean;
}

/** An input of a function with more to say about it than which variable it is. As `theano.In`. */
export class In<V extends Variable = Variable> {
  readonly variable: V;
  readonly value: ArrayInput | undefined;
  readonly name: string | null;
  readonly strict: boolean;
  readonly allowDowncast: boolean | null | undefined;
  readonly update: TensorLike | undefined;
  readonly implicit: boolean;
  readonly mutable: boolean;
  readonly borrow: boolean;

  /** Throws a ValueError for an update, or an implicit input, without a value, and for one that may not change. */
  constructor(variable: V, options: InOptions = {}) {
    const { value, update, implicit = false, mutable = update !== undefined, borrow = false } = options;
    this.variable = variable;
    this.value = value;
    this.name = options.name ?? variable.name;
    this.strict = options.strict ?? false;
    this.allowDowncast = options.allowDowncast;
    this.update = update;
    this.implicit = implicit;
    this.mutable = mutable;
    this.borrow = borrow;
    if (value === undefined) {
      if (update !== undefined)
        throw new ValueError(
          `Input ${variable} has an update, so it needs a value to begin with: In(…, { value })`,
        );
      if (implicit)
        throw new TheanoTypeError(`Input ${variable} is implicit, so it needs a value: In(…, { value })`);
    }
    if (update !== undefined && !mutable)
      throw new ValueError(`Input ${variable} has an update, so it cannot be told mutable: false`);
  }
}

/** An output of a function. As `theano.Out`. */
export class Out<V extends Variable = Variable> {
  readonly variable: V;
  /** Whether the result may be memory that the next call overwrites. */
  readonly borrow: boolean;

  constructor(variable: V, options: { readonly borrow?: boolean } = {}) {
    this.variable = variable;
    this.borrow = options.borrow ?? false;
  }
}
