import { AssertionError, add, type TensorVariable } from "@theano-ts/core";
import { gradients } from "./grad.ts";

// biome-ignore lint/suspicious/noExplicitAny: of whatever dtype and rank
type Any = TensorVariable<any, any>;

/** Where gradients begin and end. */
export interface SubgraphGradSpec {
  /** Variables to differentiate with respect to. */
  readonly wrt: readonly Any[];
  /** Where to stop: these count as constants, and their gradients are returned for the next part to begin with. */
  readonly end: readonly Any[];
  /** Gradients that an earlier part ended with: pairs of variable and gradient. */
  readonly start?: Iterable<readonly [Any, Any]> | null | undefined;
  /** A cost of this part's own, added to what `start` brings. */
  readonly cost?: Any | null | undefined;
}

/** What `subgraphGrad` gives. */
export type SubgraphGrads = [wrt: TensorVariable[], end: TensorVariable[]];

/** What `subgraphGrad` gives with `details`: also what `start` and `cost` contributed, null for what was not given. */
export type DetailedSubgraphGrads = [
  ...SubgraphGrads,
  start: TensorVariable[] | null,
  cost: TensorVariable[] | null,
];

/**
 * Gradients through one part of a graph, from `cost` or gradients known at its `start` to its `end`: layer by layer, or
 * around something that has no gradient. `[with respect to wrt, with respect to end]`.
 *
 * What is disconnected is zero. Throws an AssertionError if there is neither `cost` nor `start`. As
 * `theano.gradient.subgraph_grad`.
 */
export function subgraphGrad(spec: SubgraphGradSpec & { readonly details: true }): DetailedSubgraphGrads;
export function subgraphGrad(spec: SubgraphGradSpec & { readonly details?: boolean }): SubgraphGrads;
export function subgraphGrad({
  wrt,
  end,
  start,
  cost,
  details = false,
}: SubgraphGradSpec & { readonly details?: boolean }): SubgraphGrads | DetailedSubgraphGrads {
  if (!cost && !start) throw new AssertionError("subgraphGrad needs a cost, or a start with known gradients");
  const variables = [...new Set<TensorVariable>([...wrt, ...end])];
  const options = { considerConstant: end, disconnectedInputs: "ignore" } as const;
  const fromStart = start
    ? (gradients(null, variables, { ...options, knownGrads: start }) as TensorVariable[])
    : null;
  const fromCost = cost ? (gradients(cost, variables, options) as TensorVariable[]) : null;
  const totals = variables.map((_, i) => {
    const [a, b] = [fromStart?.[i], fromCost?.[i]];
    return (a && b ? add(a, b) : (a ?? b)) as TensorVariable;
  });
  const of = (list: readonly Any[]): TensorVariable[] =>
    list.map((v) => totals[variables.indexOf(v)] as TensorVariable);
  return details ? [of(wrt), of(end), fromStart, fromCost] : [of(wrt), of(end)];
}
