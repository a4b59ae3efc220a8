import type { Variable } from "../graph/variable.ts";
import type { ArrayInput } from "../value/convert.ts";

/** What an input can be told. */
export interface InOptions {
  /** What it is if a call leaves it out. */
  readonly value?: ArrayInput;
  /** The name to give it by in a call; the variable's own if left out. */
  readonly name?: string;
  /** Accept exactly values of the variable's type, without any conversion. */
  readonly strict?: boolean;
  /** Whether precision may be lost: true yes, false never, null only for plain numbers. */
  readonly allowDowncast?: boolean | null;
}

/** An input of a function with more to say about it than which variable it is. As `theano.In`. */
export class In<V extends Variable = Variable> {
  readonly variable: V;
  readonly value: ArrayInput | undefined;
  readonly name: string | null;
  readonly strict: boolean;
  readonly allowDowncast: boolean | null | undefined;

  constructor(variable: V, options: InOptions = {}) {
    this.variable = variable;
    this.value = options.value;
    this.name = options.name ?? variable.name;
    this.strict = options.strict ?? false;
    this.allowDowncast = options.allowDowncast;
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
