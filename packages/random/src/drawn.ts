import {
  asTensor,
  opFamily,
  type RunCheck,
  type TensorOp,
  type TensorVariable,
  ValueError,
} from "@theano-ts/core";
import { axis, constant, type DType, type Expr, index, reduce } from "@theano-ts/kernel";
import * as prim from "@theano-ts/kernel/prims";
import * as reducer from "@theano-ts/kernel/reducers";
import { choose } from "./choice.ts";
import type { Engine } from "./engine.ts";
import { gaussian, interval, permuted } from "./legacy.ts";
import {
  binomial as binomialOf,
  multinomial as multinomialOf,
  poisson as poissonOf,
} from "./legacyDiscrete.ts";
import { isOneTrial, oneTrial } from "./oneTrial.ts";
import { type Distribution, type Parameter, randomFunction } from "./randomFunction.ts";
import { stretched } from "./stretch.ts";

// How the distributions of NumPy's generator are drawn in a graph, and what their parameters must fulfil.

/** The op of a distribution: of what is drawn the dtype, and which of the size's dimensions are broadcastable. */
export type RandomOp = (dtype: DType, broadcastable: readonly boolean[]) => TensorOp;

const randomOp = (distribution: Distribution): RandomOp =>
  opFamily((dtype, broadcastable) => randomFunction(distribution, dtype, broadcastable));

const number = (x: number): Expr => constant(x, "float64");

/** A check of every element of a parameter. */
const each = (p: Parameter, sentence: string, holds: (x: Expr) => Expr): RunCheck => ({
  domain: p.dims,
  holds: (at) => holds(p.at(at)),
  sentence: `Cannot draw with ${p.variable}: ${sentence}`,
  kind: "value",
});

const notNegative = (p: Parameter, name: string): RunCheck =>
  each(p, `${name} < 0, or ${name} is NaN`, (x) => prim.ge(x, number(0)));

const isProbability = (x: Expr): Expr => prim.and(prim.ge(x, number(0)), prim.le(x, number(1)));

/** Uniform over [low, high). */
export const uniform: RandomOp = /* @__PURE__ */ randomOp({
  name: "uniform",
  number: (engine, low, high) => low + (high - low) * engine.double(),
});

/** Gaussians of mean `avg` and standard deviation `std`. */
export const normal: RandomOp = /* @__PURE__ */ randomOp({
  name: "normal",
  number: (engine, avg, std) => avg + std * gaussian(engine),
  checks: ([, std]) => [notNegative(std as Parameter, "std")],
});

/** Successes of `n` trials. */
export const binomial: RandomOp = /* @__PURE__ */ randomOp({
  name: "binomial",
  number: binomialOf,
  // One trial is the common case, and uniform numbers are drawn much faster.
  expand({ state, size, parameters: [n, p], dtype, broadcastable }) {
    if (!isOneTrial(n, dtype)) return undefined;
    const [zero, one] = [asTensor(0), asTensor(1)];
    const [after, u] = uniform("float64", broadcastable).apply(state, size, zero, one);
    const drawn = oneTrial(dtype).call(u as TensorVariable, p as TensorVariable);
    return [after as TensorVariable, drawn];
  },
  checks: ([n, p]) => [
    notNegative(n as Parameter, "n"),
    each(p as Parameter, "p < 0, p > 1 or p is NaN", isProbability),
  ],
});

/** Integers of which both bounds are. */
export const randomIntegers: RandomOp = /* @__PURE__ */ randomOp({
  name: "random_integers_helper",
  number: (engine, low, high) => integer(engine, Math.trunc(low), Math.trunc(high)),
});

function integer(engine: Engine, low: number, high: number): number {
  if (low > high) throw new ValueError(`Cannot draw integers from ${low} to ${high}: low > high`);
  return low + interval(engine, high - low);
}

/** Events of Poisson processes. */
export const poisson: RandomOp = /* @__PURE__ */ randomOp({
  name: "poisson",
  number: poissonOf,
  checks: ([lam]) => [notNegative(lam as Parameter, "lam")],
});

/** Elements of a vector, or of 0, 1, … */
export const choice: RandomOp = /* @__PURE__ */ randomOp({
  name: "choice_helper",
  rows(engine, [a, replace, p], _, out) {
    const { data, shape } = a as { data: ArrayLike<number>; shape: readonly number[] };
    const n = shape.length === 0 ? Number(data[0]) : data.length;
    const probabilities = p?.data.length ? Array.from(p.data as Float64Array, Number) : undefined;
    const chosen = choices(engine, n, out.length, Boolean(Number(replace?.data[0])), probabilities);
    chosen.forEach((k, i) => {
      out.set(i, shape.length === 0 ? k : Number(data[k]));
    });
  },
});

function choices(engine: Engine, n: number, count: number, replace: boolean, p?: number[]): number[] {
  try {
    return choose(engine, n, count, { replace, p });
  } catch (error) {
    throw error instanceof RangeError ? new ValueError(error.message) : error;
  }
}

/** Permutations of 0, 1, … along a last dimension. */
export const permutation: RandomOp = /* @__PURE__ */ randomOp({
  name: "permutation_helper",
  ofSize: true,
  last: ([n], context) => context.scalar(n as Parameter["variable"]),
  rows(engine, _, shape, out) {
    const n = shape.at(-1) as number;
    for (let at = 0; at < out.length; at += n)
      permuted(engine, n).forEach((k, i) => {
        out.set(at + i, Number(k));
      });
  },
});

/** Counts of outcomes along a last dimension. */
export const multinomial: RandomOp = /* @__PURE__ */ randomOp({
  name: "multinomial_helper",
  last: ([, pvals], context) => context.dims(pvals as Parameter["variable"]).at(-1) as Expr,
  rows(engine, [n, pvals], shape, out) {
    const last = shape.at(-1) as number;
    const rows = shape.slice(0, -1);
    const trials = stretched(n as never, rows);
    const likely = stretched(pvals as never, shape);
    const counts = new Float64Array(last);
    for (let at = 0, row = 0; at < out.length; at += last, row++) {
      const p = Float64Array.from({ length: last }, (_, i) => likely(at + i));
      multinomialOf(engine, trials(row), belowOne(p), counts);
      counts.forEach((count, i) => {
        out.set(at + i, count);
      });
    }
  },
  checks: ([n, pvals]) => [
    notNegative(n as Parameter, "n"),
    { ...each(pvals as Parameter, "pvals < 0", (x) => prim.ge(x, number(0))), kind: "assertion" },
    rowsSumToOne(pvals as Parameter),
  ],
});

/** Rounding may bring a sum of float32 above 1: Theano takes a little away then, and where the last is nearly 0. */
function belowOne(p: Float64Array): Float64Array {
  const sum = p.reduce((a, b) => a + b, 0);
  const over = sum > 1 && sum < 1 + slack;
  return over || (p.at(-1) as number) < 5e-5 ? p.map((x) => x * (1 - 5e-5)) : p;
}
const slack = 1e-5;

const rowsSumToOne = ({ variable, dims, at }: Parameter): RunCheck => ({
  domain: dims.slice(0, -1),
  holds(row) {
    const outcome = axis(dims.at(-1) as Expr);
    const [sum] = reduce(reducer.sum, [outcome], [at([...row, index(outcome)])]) as [Expr];
    return prim.lt(sum, number(1 + slack));
  },
  sentence: `Cannot draw with ${variable}: the sum of pvals is above 1`,
  kind: "assertion",
});
