import {
  type Apply,
  disconnected,
  type Inc,
  isTensor,
  madeWhere,
  NotImplementedError,
  opFamily,
  patternbroadcast,
  shapeI,
  TensorOp,
  type TensorVariable,
  TheanoTypeError,
  tensorOp,
  toposort,
  type Use,
  unbroadcast,
  type Variable,
} from "@theano-ts/core";
import { partOf, partsOf } from "@theano-ts/kernel";
import * as prim from "@theano-ts/kernel/prims";
import type { Vectorize } from "./gradient.ts";
import { lift } from "./lift.ts";
import { elementType } from "./member.ts";
import { spread } from "./spread.ts";

// biome-ignore lint/suspicious/noExplicitAny: of whatever dtype and rank
type Any = TensorVariable<any, any>;

/**
 * `outputs`, as they are where the first variable of each pair is each element along the first dimension of the second:
 * results for all of them, along a first dimension of their own.
 *
 * `[[x, xs]]` with `x` of n dimensions and `xs` of n + 1 and the same dtype; all of the second have equally many
 * elements. Sizes must not depend on the values of what is replaced. No loop is left: products become products of
 * bigger arrays, and everything else is computed as it would be for one. It can be differentiated.
 *
 * Throws a TypeError for pairs that do not fit, a NotImplementedError where a size would differ from element to element.
 */
export function vectorize<const O extends Any | readonly Any[]>(
  outputs: O,
  pairs: Iterable<readonly [Any, Any]>,
): Vectorized<O> {
  const batches = new Map<Variable, TensorVariable>();
  for (const [x, xs] of pairs) batches.set(x, checked(x, xs));
  const [first] = batches.values();
  if (!first) throw new TheanoTypeError("vectorize needs at least one variable to replace");
  const list = (Array.isArray(outputs) ? outputs : [outputs]) as TensorVariable[];
  const count = shapeI(first, 0);
  const made = vectorizeEach(list, batches).map((r) => (r.many ? r.made : spread(r.made, count)));
  return (Array.isArray(outputs) ? made : made[0]) as Vectorized<O>;
}

/** What `vectorize` gives: of one more dimension. */
export type Vectorized<O> = O extends readonly Any[]
  ? { -readonly [K in keyof O]: VectorizedOne<O[K]> }
  : VectorizedOne<O>;

type VectorizedOne<V> = V extends Any ? TensorVariable<V["dtype"], Inc<V["ndim"]>> : never;

/** `xs`, whose elements can take the place of `x`. */
function checked(x: TensorVariable, xs: TensorVariable): TensorVariable {
  if (!isTensor(x) || !isTensor(xs))
    throw new TheanoTypeError(`vectorize takes pairs of variables, not ${String(x)} and ${String(xs)}`);
  if (xs.ndim !== x.ndim + 1 || xs.dtype !== x.dtype)
    throw new TheanoTypeError(
      `Cannot vectorize ${x}: ${x.type} by ${xs}: ${xs.type}: it needs ${x.dtype} and ${x.ndim + 1} dimensions`,
      { origin: xs.origin },
    );
  return unbroadcast(xs, 0);
}

/** What stands in place of a variable: the same for all elements, or one for each. */
interface Result {
  readonly made: TensorVariable;
  readonly many: boolean;
}

/** `outputs` with each of `batches` in place of its key, and for each whether it became many by that. */
export const vectorizeEach: Vectorize = (outputs, batches) => {
  const results = new Map<Variable, Result>();
  for (const [x, made] of batches) results.set(x, { made, many: true });
  carry(outputs, results);
  return outputs.map((y) => results.get(y) ?? { made: y, many: false });
};

/** Fills `results` with what becomes of everything between those that are there and `outputs`. */
function carry(outputs: readonly Variable[], results: Map<Variable, Result>): void {
  for (const node of toposort(outputs, new Set(results.keys()))) {
    if (!node.inputs.some((x) => results.has(x))) continue;
    const made = madeWhere(node.origin, () => carryNode(node, results));
    node.outputs.forEach((y, i) => {
      results.set(y, made[i] as Result);
    });
  }
}

function carryNode(node: Apply, results: ReadonlyMap<Variable, Result>): readonly Result[] {
  const { op } = node;
  if (!(op instanceof TensorOp)) return carryExpanded(node, results);
  const uses = op.record.uses?.(node);
  const operands = node.inputs.map((x, i) => operand(node, x, results.get(x), uses?.[i]));
  const inputs = operands.map(({ made }) => made);
  const marked = operands.map(({ many }) => many);
  if (!marked.includes(true))
    return node.withInputs(inputs).outputs.map((y) => ({ made: y as TensorVariable, many: false }));
  const outputs = op.record.vectorize?.(inputs, marked, node) ?? vectorizedOp(op, marked).apply(...inputs);
  // A rule may lose what was declared of sizes.
  return outputs.map((made, i) => ({
    made: patternbroadcast(made, [false, ...(node.outputs[i] as TensorVariable).broadcastable]),
    many: true,
  }));
}

/** What a node has for an operand, in whose place is `result`. */
function operand(node: Apply, x: Variable, result: Result | undefined, use: Use | undefined): Result {
  if (!result) return { made: x as TensorVariable, many: false };
  // All elements have one shape.
  if (result.many && use === "shape") return { made: likeElement.call(result.made), many: false };
  if (result.many && use === "size")
    throw new NotImplementedError(
      `Cannot vectorize ${node.op}: it takes a size or a place from ${x}, which would differ from element to element`,
      { origin: node.origin },
    );
  return result;
}

/** What an op that is a name for others, or has no meaning of its own, stands for. */
function carryExpanded(node: Apply, results: ReadonlyMap<Variable, Result>): readonly Result[] {
  const expanded = node.op.expand?.(node);
  if (!expanded)
    throw new NotImplementedError(`Cannot vectorize ${node.op}: it has no meaning that is known`, {
      origin: node.origin,
    });
  const own = new Map(node.inputs.flatMap((x) => (results.has(x) ? [[x, results.get(x) as Result]] : [])));
  carry(expanded, own);
  return expanded.map((y) => own.get(y) ?? { made: y as TensorVariable, many: false });
}

/** An op applied to each element along a new first dimension of the operands that are marked. */
export const vectorizedOp: (op: TensorOp, marked: readonly boolean[]) => TensorOp = /* @__PURE__ */ opFamily(
  (op, marked) => lift(op, marked, vectorizeEach),
);

/** An array in the shape of the elements along the first dimension; only its shape is meant to be used. */
export const likeElement: TensorOp = /* @__PURE__ */ tensorOp({
  name: "LikeElement",
  cost: 0,
  uses: () => ["shape"],
  type: ([x]) => [elementType(x as TensorVariable)],
  shape: ([x = []]) => [x.slice(1)],
  at: (_at, _context, node) => {
    const { dtype } = node.outputs[0] as TensorVariable;
    return [Array.from({ length: partsOf(dtype) }, () => prim.number(0, partOf(dtype)))];
  },
  grad: () => [disconnected],
  connection: () => [[false]],
});
