import {
  cast,
  disconnected,
  type GradientTerm,
  mul,
  type OutputGradient,
  shapeI,
  sum,
  type TensorOp,
  type TensorVariable,
  Variable,
} from "@theano-ts/core";
import { elementType, type Member } from "./member.ts";
import { spread } from "./spread.ts";

/** Expressions with variables replaced by many of their kind, and whether they became many by that. */
export type Vectorize = (
  outputs: readonly TensorVariable[],
  batches: ReadonlyMap<Variable, TensorVariable>,
) => readonly { readonly made: TensorVariable; readonly many: boolean }[];

/**
 * The gradient of a vectorised application: that of one element, vectorised. An operand that all elements share gets the
 * sum of what each contributes.
 */
export function liftedGradient(
  op: TensorOp,
  { node, batches }: Member,
  inputs: readonly TensorVariable[],
  marked: readonly boolean[],
  gradients: readonly OutputGradient[],
  vectorize: Vectorize,
): readonly GradientTerm[] {
  const all = new Map(batches);
  const own = gradients.map((g) => (g === disconnected ? g : standFor(g, all)));
  const terms = op.gradient(node, own);
  const count = countOf(inputs, marked);
  const made = vectorizeSome(terms, all, vectorize);
  return terms.map((term, i) => {
    const result = made.get(i);
    if (!result) return term;
    if (marked[i]) return result.many ? result.made : spread(result.made, count);
    return result.many
      ? sum(result.made, { axis: 0, dtype: result.made.dtype })
      : mul(result.made, cast(count, result.made.dtype));
  });
}

/** The directional derivative of a vectorised application: that of one element, vectorised. */
export function liftedDirections(
  op: TensorOp,
  { node, batches }: Member,
  inputs: readonly TensorVariable[],
  marked: readonly boolean[],
  directions: readonly (TensorVariable | null)[],
  vectorize: Vectorize,
): readonly (TensorVariable | null)[] {
  const all = new Map(batches);
  const own = directions.map((d, i) => (d && marked[i] ? standFor(d, all) : d));
  const moves = op.rop(node, own);
  const made = vectorizeSome(moves, all, vectorize);
  return moves.map((_, j) => {
    const result = made.get(j);
    if (!result) return null;
    return result.many ? result.made : spread(result.made, countOf(inputs, marked));
  });
}

/** A variable that stands for one element of `batch`, noted in `batches`. */
function standFor(batch: TensorVariable, batches: Map<Variable, TensorVariable>): TensorVariable {
  const one = elementType(batch).makeVariable(batch.name);
  batches.set(one, batch);
  return one;
}

/** How many elements the marked operands have. */
const countOf = (inputs: readonly TensorVariable[], marked: readonly boolean[]): TensorVariable =>
  shapeI(inputs[marked.indexOf(true)] as TensorVariable, 0);

/** Those of `terms` that are variables, vectorised, by their position. */
function vectorizeSome(
  terms: readonly unknown[],
  batches: ReadonlyMap<Variable, TensorVariable>,
  vectorize: Vectorize,
): Map<number, ReturnType<Vectorize>[number]> {
  const places = terms.flatMap((t, i) => (t instanceof Variable ? [i] : []));
  const made = vectorize(
    places.map((i) => terms[i] as TensorVariable),
    batches,
  );
  return new Map(places.map((i, k) => [i, made[k] as ReturnType<Vectorize>[number]]));
}
