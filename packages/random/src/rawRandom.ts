import {
  asTensor,
  constant,
  dimshuffle,
  floatX,
  subtensor,
  type TensorLike,
  type TensorVariable,
  ValueError,
} from "@theano-ts/core";
import { type DType, promoteAll } from "@theano-ts/kernel";
import type { DrawOptions } from "./drawMethod.ts";
import * as distributions from "./drawn.ts";
import { type Drawn, sizeOfDraw } from "./size.ts";

/** What a draw gives: the state afterwards, and what was drawn. */
export type Draw = readonly [state: TensorVariable<"uint32", 1>, drawn: TensorVariable];

const gave = (
  op: distributions.RandomOp,
  state: TensorVariable,
  { size, broadcastable }: Drawn,
  dtype: DType,
  parameters: readonly TensorVariable[],
): Draw => op(dtype, broadcastable).apply(state, size, ...parameters) as unknown as Draw;

const floats = (dtype: DType | null | undefined, parameters: readonly TensorVariable[]): DType =>
  dtype ?? promoteAll([floatX(), ...parameters.map((p) => p.dtype)]);

const unstretched = (drawn: Drawn): Drawn => ({
  ...drawn,
  broadcastable: drawn.broadcastable.map(() => false),
});

/** Uniform over [low, high): 0 and 1 if left out. At least as precise as floatX. As `raw_random.uniform`. */
export function uniform(
  state: TensorVariable,
  options: DrawOptions & { readonly low?: TensorLike; readonly high?: TensorLike } = {},
): Draw {
  const parameters = [asTensor(options.low ?? 0), asTensor(options.high ?? 1)];
  const drawn = sizeOfDraw(options.size, options.ndim, parameters);
  return gave(distributions.uniform, state, drawn, floats(options.dtype, parameters), parameters);
}

/** Gaussians of mean `avg` and standard deviation `std`: 0 and 1 if left out. As `raw_random.normal`. */
export function normal(
  state: TensorVariable,
  options: DrawOptions & { readonly avg?: TensorLike; readonly std?: TensorLike } = {},
): Draw {
  const parameters = [asTensor(options.avg ?? 0), asTensor(options.std ?? 1)];
  const drawn = sizeOfDraw(options.size, options.ndim, parameters);
  return gave(distributions.normal, state, drawn, floats(options.dtype, parameters), parameters);
}

/** How many of `n` trials succeed with probability `p`: 1 and one half if left out. As `raw_random.binomial`. */
export function binomial(
  state: TensorVariable,
  options: DrawOptions & { readonly n?: TensorLike; readonly p?: TensorLike } = {},
): Draw {
  const parameters = [asTensor(options.n ?? 1), asTensor(options.p ?? 0.5)];
  const drawn = unstretched(sizeOfDraw(options.size, options.ndim, parameters));
  return gave(distributions.binomial, state, drawn, options.dtype ?? "int64", parameters);
}

/** Integers low … high, both included: 0 and 1 if left out. As `raw_random.random_integers`. */
export function randomIntegers(
  state: TensorVariable,
  options: DrawOptions & { readonly low?: TensorLike; readonly high?: TensorLike } = {},
): Draw {
  const parameters = [asTensor(options.low ?? 0), asTensor(options.high ?? 1)];
  const drawn = sizeOfDraw(options.size, options.ndim, parameters);
  return gave(distributions.randomIntegers, state, drawn, options.dtype ?? "int64", parameters);
}

/** Events of Poisson processes of rate `lam`: 1 if left out. As `raw_random.poisson`. */
export function poisson(
  state: TensorVariable,
  options: DrawOptions & { readonly lam?: TensorLike } = {},
): Draw {
  const parameters = [asTensor(options.lam ?? 1)];
  const drawn = sizeOfDraw(options.size, options.ndim, parameters);
  return gave(distributions.poisson, state, drawn, options.dtype ?? "int64", parameters);
}

/** What {@link choice} chooses, and how. */
export interface DrawChoice {
  /** A vector of what there is, or how many integers from 0 on: 2 if left out. */
  readonly a?: TensorLike;
  /** Whether the same may be chosen again; true if left out. */
  readonly replace?: boolean | TensorVariable;
  /** The probability of each; all as likely if left out. */
  readonly p?: TensorLike | null;
}

/** Elements of a vector, or of 0, 1, … As `raw_random.choice`. */
export function choice(state: TensorVariable, options: DrawOptions & DrawChoice = {}): Draw {
  const { a = 2, replace = true, p } = options;
  const drawn = sizeOfDraw(options.size ?? [], options.ndim, []);
  const parameters = [
    asTensor(a),
    typeof replace === "boolean" ? constant(Number(replace), { dtype: "int8" }) : replace,
    p === undefined || p === null ? constant([], { dtype: "float64" }) : asTensor(p),
  ];
  const [what, , likely] = parameters as [TensorVariable, TensorVariable, TensorVariable];
  if (what.ndim > 1 || likely.ndim !== 1)
    throw new ValueError(
      `Cannot choose from ${what}: ${what.type} by ${likely}: ${likely.type}: they are a vector or a number, and a vector`,
    );
  return gave(distributions.choice, state, drawn, options.dtype ?? "int64", parameters);
}

/** Permutations of 0 … n − 1, as many as the size says, one if it is left out; n is 1 if left out. As `raw_random.permutation`. */
export function permutation(
  state: TensorVariable,
  options: DrawOptions & { readonly n?: number | TensorVariable } = {},
): Draw {
  const one = options.size === undefined || options.size === null;
  const drawn = sizeOfDraw(one ? [] : options.size, one ? undefined : options.ndim, []);
  const n = typeof options.n === "object" ? options.n : constant(options.n ?? 1, { dtype: "int64" });
  return gave(distributions.permutation, state, drawn, options.dtype ?? "int64", [n]);
}

/**
 * How `n` trials fall on outcomes of the probabilities in the rows of `pvals`: 1 and two of one half if left out. A last
 * dimension has a count for each outcome. As `raw_random.multinomial`.
 */
export function multinomial(
  state: TensorVariable,
  options: DrawOptions & { readonly n?: TensorLike; readonly pvals?: TensorLike } = {},
): Draw {
  const n = asTensor(options.n ?? 1);
  const pvals = asTensor(options.pvals ?? [0.5, 0.5]);
  if (pvals.ndim === 0)
    throw new ValueError(`Cannot draw by pvals ${pvals}: ${pvals.type}: it needs an axis`);
  // The rows, as one number each: only the shape is asked for.
  const rows = subtensor(
    dimshuffle(pvals, pvals.ndim - 1, ...Array.from({ length: pvals.ndim - 1 }, (_, d) => d)),
    0,
  ) as TensorVariable;
  const drawn = sizeOfDraw(options.size, options.ndim, [n, rows]);
  return gave(distributions.multinomial, state, drawn, options.dtype ?? "int64", [n, pvals]);
}
