import {
  asTensor,
  cast,
  cumsum,
  type Dims,
  disconnected,
  floatX,
  NotImplementedError,
  opFamily,
  type Reader,
  type TensorOp,
  TensorType,
  type TensorVariable,
  tensorOp,
  zerosLike,
} from "@theano-ts/core";
import {
  axis,
  type DType,
  type Expr,
  index,
  isDiscrete,
  type RealDType,
  type RoutineArray,
  reduce,
} from "@theano-ts/kernel";
import * as prim from "@theano-ts/kernel/prims";
import * as reducer from "@theano-ts/kernel/reducers";

// Multinomial draws from uniform ones: of row i, draw c uses element c·rows + i.

/**
 * How often each outcome was hit: inputs are probabilities (rows, outcomes), uniform numbers (n·rows,), and n. As
 * `theano.sandbox.multinomial.MultinomialFromUniform`.
 */
export const multinomialFromUniform = (
  pvals: TensorVariable,
  uniform: TensorVariable,
  n: TensorVariable,
  dtype: DType,
): TensorVariable => {
  checked(pvals, uniform);
  return hits(dtype).call(cumsum(cast(pvals, "float64"), 1), uniform, n);
};

/** Counts, for each outcome, the uniform numbers from the sum of probabilities before it up to the sum with it. */
export const hits: (dtype: DType) => TensorOp = /* @__PURE__ */ opFamily((dtype) =>
  tensorOp({
    name: `MultinomialFromUniform{${dtype}}`,
    reduces: true,
    uses: () => ["stored", "stored", "size"],
    type: ([sums]) => [(sums as TensorVariable).type.withDType(dtype)],
    shape: ([sums = [], uniform = []], context, node) => {
      const n = context.scalar(node.inputs[2] as TensorVariable);
      demandDraws(sums, uniform, n, context);
      return [sums];
    },
    at([row, outcome], context, node) {
      const [sums, uniform] = context.inputs as readonly [Reader, Reader];
      const [i, m] = [row, outcome] as [Expr, Expr];
      const [rows] = context.dims(node.inputs[0] as TensorVariable) as readonly [Expr, Expr];
      const draw = axis(context.scalar(node.inputs[2] as TensorVariable));
      const u = prim.cast((uniform([prim.add(prim.mul(index(draw), rows), i)]) as [Expr])[0], "float64");
      const [upTo] = sums([i, m]) as [Expr];
      const [before] = sums([i, prim.max(prim.sub(m, 1), 0)]) as [Expr];
      const below = prim.select(prim.eq(m, 0), prim.number(0, "float64"), before);
      const hit = prim.and(prim.le(below, u), prim.lt(u, upTo));
      const [count] = reduce(reducer.sum, [draw], [prim.cast(hit, "int32")]) as [Expr];
      return [[prim.cast(count, dtype as RealDType)]];
    },
    grad: ([p, u]) => [floats(p), floats(u), disconnected],
    connection: () => [[true], [true], [false]],
  }),
);

/**
 * The outcomes of n draws without replacement: inputs as above, output (rows, n). As
 * `theano.sandbox.multinomial.ChoiceFromUniform`.
 */
export const choiceFromUniform: (dtype: DType) => TensorOp = /* @__PURE__ */ opFamily((dtype) =>
  tensorOp({
    name: `ChoiceFromUniform{${dtype}}`,
    params: { replace: false },
    standalone: true,
    uses: () => ["stored", "stored", "size"],
    type([pvals, uniform, n]) {
      const { broadcastable } = checked(pvals as TensorVariable, uniform as TensorVariable);
      return [new TensorType(dtype, [broadcastable[0] as boolean, isOne(n as TensorVariable)])];
    },
    shape: ([pvals = [], uniform = []], context, node) => {
      const n = context.scalar(node.inputs[2] as TensorVariable);
      demandDraws(pvals, uniform, n, context);
      context.demand(
        prim.le(n, pvals[1] as Expr),
        (valueOf) =>
          `Cannot choose ${valueOf(n)} of ${valueOf(pvals[1] as Expr)} outcomes without taking one twice`,
      );
      return [[pvals[0] as Expr, n]];
    },
    routine: () => ({
      name: "choiceFromUniform",
      reference: ([pvals, uniform], [out]) =>
        chooseRows(pvals as RoutineArray, uniform as RoutineArray, out as RoutineArray),
    }),
    grad: ([p, u]) => [floats(p), floats(u), disconnected],
    connection: () => [[true], [true], [false]],
  }),
);

const isOne = (n: TensorVariable): boolean =>
  "data" in n && Number((n.data as { item(): unknown }).item()) === 1;

const floats = (x: unknown): TensorVariable => {
  const input = asTensor(x);
  return zerosLike(input, isDiscrete(input.dtype) ? { dtype: floatX() } : {}) as TensorVariable;
};

function checked(pvals: TensorVariable, uniform: TensorVariable): TensorType {
  if (pvals.ndim !== 2 || uniform.ndim !== 1)
    throw new NotImplementedError(
      `Cannot draw from ${pvals}: ${pvals.type}: probabilities are the rows of a matrix`,
    );
  return pvals.type;
}

function demandDraws(
  pvals: Dims,
  uniform: Dims,
  n: Expr,
  context: { demand(holds: Expr, sentence: (valueOf: (e: Expr) => number) => string): void },
): void {
  const [rows, draws] = [pvals[0] as Expr, uniform[0] as Expr];
  context.demand(
    prim.eq(draws, prim.mul(rows, n)),
    (valueOf) =>
      `Cannot draw ${valueOf(n)} times from each of ${valueOf(rows)} rows with ${valueOf(draws)} uniform numbers`,
  );
}

function chooseRows(pvals: RoutineArray, uniform: RoutineArray, out: RoutineArray): void {
  const [rows, outcomes] = pvals.shape as readonly [number, number];
  const n = out.shape[1] as number;
  const left = (pvals.data as Float64Array).slice();
  const to = out.data as unknown as { [i: number]: number | bigint };
  const big = out.data instanceof BigInt64Array || out.data instanceof BigUint64Array;
  for (let c = 0; c < n; c++)
    for (let i = 0; i < rows; i++) {
      const p = left.subarray(i * outcomes, (i + 1) * outcomes);
      const chosen = chooseOne(p, uniform.data[c * rows + i] as number);
      to[i * n + c] = big ? BigInt(chosen) : chosen;
    }
}

/** The first outcome whose sum of probabilities exceeds `u`, −1 if none does; it cannot be chosen again. */
function chooseOne(p: Float64Array, u: number): number {
  let sum = 0;
  for (let m = 0; m < p.length; m++) {
    sum += p[m] as number;
    if (sum <= u) continue;
    p[m] = 0;
    const rest = p.reduce((a, b) => a + b, 0);
    for (let k = 0; k < p.length; k++) p[k] = (p[k] as number) / rest;
    return m;
  }
  return -1;
}
