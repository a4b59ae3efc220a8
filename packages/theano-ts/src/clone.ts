import {
  asTensor,
  type Pairs,
  substitute,
  type TensorLike,
  type TensorVariable,
  type Variable,
} from "@theano-ts/core";

// biome-ignore lint/suspicious/noExplicitAny: of whatever dtype and rank
type Any = TensorVariable<any, any>;

/** What {@link clone} is told. */
export interface CloneOptions {
  /** Variables to put others, or values, in the place of. */
  readonly replace?: Pairs<Variable, TensorLike>;
}

/** `output`, one expression or several, with some variables replaced. As `theano.clone`. */
export function clone<const O extends Any | readonly Any[]>(
  output: O,
  { replace = [] }: CloneOptions = {},
): O {
  const outputs = (Array.isArray(output) ? output : [output]) as readonly Variable[];
  const made = substitute(outputs, new Map([...replace].map(([v, by]) => [v, asTensor(by)])));
  return (Array.isArray(output) ? made : made[0]) as unknown as O;
}
