import {
  asTensor,
  choicePlan,
  type Dims,
  disconnected,
  floatX,
  type GradientTerm,
  isTensor,
  type OutputGradient,
  opFamily,
  type Parts,
  patternbroadcast,
  type Reader,
  type ShapeContext,
  type TensorLike,
  type TensorOp,
  type TensorOpRecord,
  type TensorVariable,
  TheanoTypeError,
  tensorOp,
  ValueError,
  zerosLike,
} from "@theano-ts/core";
import { type Expr, isDiscrete, sameExpr } from "@theano-ts/kernel";
import * as prim from "@theano-ts/kernel/prims";

// biome-ignore lint/suspicious/noExplicitAny: of whatever dtype and rank
type Any = TensorVariable<any, any>;

/** What is chosen in one case: one value, or several. */
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
 * the same dtypes and ranks pair by pair. Unlike `switch` it chooses arrays as a whole, which may have different shapes,
 * and computes only what is chosen, with all that nothing else needs. The shapes of what is not must fit all the same.
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
  const made = choose(asTensor(condition), ts, fs, options.name ?? "");
  return (isList(thenBranch) || isList(elseBranch) ? [...made] : made[0]) as never;
}

const isList = (x: unknown): x is readonly TensorVariable[] => Array.isArray(x) && x.every(isTensor);
const listOf = (x: unknown): readonly TensorLike[] => (isList(x) ? x : [x as TensorLike]);

/** Applies the choice between variables of the same types. */
const choose = (
  condition: TensorVariable,
  ts: readonly TensorVariable[],
  fs: readonly TensorVariable[],
  name: string,
): readonly TensorVariable[] => {
  const ofScalars = ts.every(({ ndim }) => ndim === 0);
  return ifelseOp(ts.length, ofScalars, name).apply(condition, ...ts, ...fs);
};

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
 * The operation: of a condition, `count` values if it holds, and as many if not. Scalars have a formula besides, for where
 * computing both costs less than to choose.
 */
export const ifelseOp: (count: number, ofScalars: boolean, name: string) => TensorOp =
  /* @__PURE__ */ opFamily((count: number, ofScalars: boolean, name: string) => {
    const range = (from: number): number[] => Array.from({ length: count }, (_, i) => from + i);
    const split = <X>(all: readonly X[]): readonly [X, readonly X[], readonly X[]] => [
      all[0] as X,
      all.slice(1, 1 + count),
      all.slice(1 + count),
    ];
    return tensorOp({
      name: `if{${name}}`,
      params: { count, ofScalars },
      cost: 1,
      type(inputs) {
        const [condition, ts] = split(inputs);
        if (condition.ndim > 0)
          throw new TheanoTypeError(
            `The condition of ifelse must be a scalar, of which 0 stands for false and all else for true, but ${condition} is ${condition.type}: take T.all(…) or T.any(…) of it`,
            { origin: condition.origin },
          );
        return ts.map(({ type }) => type);
      },
      shape(dims, context, node) {
        const [, ts, fs] = split(dims);
        return ts.map((a, i) => chosenDims(a, fs[i] as Dims, node.inputs[0] as TensorVariable, context));
      },
      plan: choicePlan,
      choice: () => ({ condition: 0, whenTrue: range(1), whenFalse: range(1 + count) }),
      ...(ofScalars ? { at: scalarChoice(count) } : {}),
      connection: () => [
        range(0).map(() => true),
        ...Array.from({ length: 2 * count }, (_, i) => range(0).map((j) => i % count === j)),
      ],
      grad: (inputs, _, gradients) => branchGradients(split(inputs), gradients, name),
      rop(inputs, directions) {
        const [condition, ts, fs] = split(inputs);
        const [, dts, dfs] = split(directions);
        const moving = ts.flatMap((_, i) => (dts[i] || dfs[i] ? [i] : []));
        if (moving.length === 0) return ts.map(() => null);
        const of = (ds: typeof dts, xs: typeof ts): TensorVariable[] =>
          moving.map((i) => ds[i] ?? zerosLike(xs[i] as TensorVariable));
        const made = choose(condition, of(dts, ts), of(dfs, fs), name);
        return ts.map((_, i) => made[moving.indexOf(i)] ?? null);
      },
    });
  });

/** Chooses scalars by formulas of both. */
const scalarChoice =
  (count: number): NonNullable<TensorOpRecord["at"]> =>
  (_, { inputs }) => {
    const [condition, ...values] = inputs as readonly [Reader, ...Reader[]];
    const holds = condition([])
      .map((part) => prim.ne(part, prim.number(0, part.dtype)))
      .reduce((a, b) => prim.or(a, b));
    return values.slice(0, count).map((t, i): Parts => {
      const other = (values[count + i] as Reader)([]);
      return t([]).map((part, k) => prim.select(holds, part, other[k] as Expr));
    });
  };

/** The sizes of one or the other; which, is only asked where they differ. */
function chosenDims(a: Dims, b: Dims, condition: TensorVariable, context: ShapeContext): Dims {
  return a.map((n, d) => {
    const other = b[d] as Expr;
    if (sameExpr(n, other)) return n;
    const value = context.number(condition);
    return prim.select(prim.ne(value, prim.number(0, value.dtype)), n, other);
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
    const made = isTrue ? choose(condition, gs, zeros, grad) : choose(condition, zeros, gs, grad);
    return xs.map((_, i) => made[given.findIndex(([j]) => j === i)] ?? disconnected);
  };
  const zero = zerosLike(condition, isDiscrete(condition.dtype) ? { dtype: floatX() } : {});
  return [zero, ...of(ts, true), ...of(fs, false)];
}
