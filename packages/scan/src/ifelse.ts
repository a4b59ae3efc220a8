import {
  asTensor,
  type Branches,
  disconnected,
  floatX,
  type GradientTerm,
  isTensor,
  type OutputGradient,
  patternbroadcast,
  type TensorLike,
  type TensorOp,
  type TensorOpRecord,
  type TensorVariable,
  TheanoTypeError,
  tensorOp,
  ValueError,
  zerosLike,
} from "@theano-ts/core";
import { isDiscrete } from "@theano-ts/kernel";
import * as prim from "@theano-ts/kernel/prims";

// biome-ignore lint/suspicious/noExplicitAny: of whatever dtype and rank
type Any = TensorVariable<any, any>;

/** What a branch gives: one, or several. */
type Branch = TensorLike | readonly Any[];

/** What `ifelse` gives: a variable like that of its branches, or a list of those. */
export type Chosen<A> = A extends readonly Any[]
  ? { -readonly [K in keyof A]: Like<A[K]> }
  : A extends Any
    ? Like<A>
    : Any;
type Like<X> = X extends Any ? TensorVariable<X["dtype"], X["ndim"]> : never;

/**
 * `thenBranch` if `condition`, a scalar, is not zero, else `elseBranch`: one variable each, or lists of equally many, of
 * the same dtypes and ranks pair by pair. Unlike `switch` it chooses arrays as a whole, which may have different shapes.
 *
 * Gradients go to what was chosen; the condition's is zero. Throws a TypeError for a condition that is no scalar, or
 * branches of different types, a ValueError for lists of different lengths. As `theano.ifelse.ifelse`.
 */
export function ifelse<const A extends Branch, const B extends Branch>(
  condition: TensorLike,
  thenBranch: A,
  elseBranch: B,
  options: { readonly name?: string } = {},
): A extends readonly Any[] ? Chosen<A> : A extends Any ? Chosen<A> : Chosen<B> {
  const [ts, fs] = pairs(listOf(thenBranch), listOf(elseBranch));
  const made = chosen(asTensor(condition), ts, fs, options.name ?? "");
  return (isList(thenBranch) || isList(elseBranch) ? [...made] : made[0]) as never;
}

const isList = (x: unknown): x is readonly TensorVariable[] => Array.isArray(x) && x.every(isTensor);
const listOf = (x: unknown): readonly TensorLike[] => (isList(x) ? x : [x as TensorLike]);

/** Applies the choice between variables of the same types. */
const chosen = (
  condition: TensorVariable,
  ts: readonly TensorVariable[],
  fs: readonly TensorVariable[],
  name: string,
): readonly TensorVariable[] =>
  choice(
    ts.length,
    ts.every(({ ndim }) => ndim === 0),
    name,
  ).apply(condition, ...ts, ...fs);

/** The branches as variables, each pair of one type. */
function pairs(
  ts: readonly TensorLike[],
  fs: readonly TensorLike[],
): readonly [TensorVariable[], TensorVariable[]] {
  if (ts.length !== fs.length)
    throw new ValueError(
      `The two branches of ifelse must give equally many values, but they give ${ts.length} and ${fs.length}`,
    );
  const both = ts.map((t, i) => {
    const f = fs[i] as TensorLike;
    const [a, b] = [
      asTensor(t, isTensor(f) ? f.dtype : undefined),
      asTensor(f, isTensor(t) ? t.dtype : undefined),
    ];
    if (a.dtype !== b.dtype || a.ndim !== b.ndim)
      throw new TheanoTypeError(
        `The two branches of ifelse must have the same types, but ${a} is ${a.type} and ${b} is ${b.type}`,
        { origin: a.origin ?? b.origin },
      );
    const pattern = a.broadcastable.map((one, d) => one && b.broadcastable[d] === true);
    return [patternbroadcast(a, pattern), patternbroadcast(b, pattern)] as const;
  });
  return [both.map(([a]) => a), both.map(([, b]) => b)];
}

/**
 * The operation: of a condition, `count` values if it holds, and as many if not. Scalars have a formula; what has sizes
 * is chosen as a whole, where it lies.
 */
function choice(count: number, ofScalars: boolean, name: string): TensorOp {
  const branches: Branches = {
    condition: 0,
    whenTrue: Array.from({ length: count }, (_, i) => 1 + i),
    whenFalse: Array.from({ length: count }, (_, i) => 1 + count + i),
  };
  const split = <X>(all: readonly X[]): readonly [X, readonly X[], readonly X[]] => [
    all[0] as X,
    all.slice(1, 1 + count),
    all.slice(1 + count),
  ];
  const meaning: Pick<TensorOpRecord, "at" | "host"> = ofScalars
    ? {
        at(_, { inputs }) {
          const [condition, ts, fs] = split(inputs);
          const holds = condition([])
            .map((part) => prim.ne(part, 0))
            .reduce((a, b) => prim.or(a, b));
          return ts.map((t, i) => {
            const other = (fs[i] as typeof t)([]);
            return t([]).map((part, k) => prim.select(holds, part, other[k] as typeof part));
          });
        },
      }
    : {
        host(inputs) {
          const [condition, ts, fs] = split(inputs);
          return Number(condition.item()) !== 0 ? ts : fs;
        },
      };
  return tensorOp({
    name: `if{${name}}`,
    params: { count, ofScalars },
    cost: 1,
    type(inputs) {
      const [condition, ts] = split(inputs);
      if (condition.ndim > 0)
        throw new TheanoTypeError(
          `The condition of ifelse must be a scalar, of which 0 stands for false and all else for true, but ${condition} is ${condition.type}`,
          { origin: condition.origin },
        );
      return ts.map(({ type }) => type);
    },
    shape: (dims) => split(dims)[1],
    ...meaning,
    branches: () => branches,
    connection: () => [
      Array.from({ length: count }, () => true),
      ...Array.from({ length: 2 * count }, (_, i) =>
        Array.from({ length: count }, (_, j) => i % count === j),
      ),
    ],
    grad: (inputs, _, gradients) => branchGradients(split(inputs), gradients, name),
    rop(inputs, directions) {
      const [condition, ts, fs] = split(inputs);
      const [, dts, dfs] = split(directions);
      const moving = ts.flatMap((_, i) => (dts[i] || dfs[i] ? [i] : []));
      if (moving.length === 0) return ts.map(() => null);
      const of = (ds: typeof dts, xs: typeof ts): TensorVariable[] =>
        moving.map((i) => ds[i] ?? zerosLike(xs[i] as TensorVariable));
      const made = chosen(condition, of(dts, ts), of(dfs, fs), name);
      return ts.map((_, i) => made[moving.indexOf(i)] ?? null);
    },
  });
}

/** Each branch gets the gradients if it was chosen, else zeros: a choice again. */
function branchGradients(
  [condition, ts, fs]: readonly [TensorVariable, readonly TensorVariable[], readonly TensorVariable[]],
  gradients: readonly OutputGradient[],
  name: string,
): readonly GradientTerm[] {
  const given = gradients.flatMap((g, i) => (g === disconnected ? [] : [[i, g] as const]));
  const of = (xs: readonly TensorVariable[], isTrue: boolean): GradientTerm[] => {
    const gs = given.map(([i, g]) => patternbroadcast(g, (xs[i] as TensorVariable).broadcastable));
    const zeros = given.map(([i], k) =>
      zerosLike(xs[i] as TensorVariable, { dtype: (gs[k] as TensorVariable).dtype }),
    );
    const grad = name && `${name}_grad_${isTrue ? "t" : "f"}`;
    const made = isTrue ? chosen(condition, gs, zeros, grad) : chosen(condition, zeros, gs, grad);
    return xs.map((_, i) => made[given.findIndex(([j]) => j === i)] ?? disconnected);
  };
  const zero = zerosLike(condition, isDiscrete(condition.dtype) ? { dtype: floatX() } : {});
  return [zero, ...of(ts, true), ...of(fs, false)];
}
