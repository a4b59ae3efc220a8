import {
  type Apply,
  type Dims,
  type OutputGradient,
  type TensorOp,
  type TensorOpRecord,
  TensorType,
  type TensorVariable,
  tensorOp,
} from "@theano-ts/core";
import type { Expr } from "@theano-ts/kernel";
import { liftedDirections, liftedGradient, type Vectorize } from "./gradient.ts";
import { liftMeaning } from "./meaning.ts";
import { type Member, memberNode, memberOf, shapesInside } from "./member.ts";

/**
 * `op` applied to each element along a new first dimension of the marked operands. Its meaning is that of `op`, with a
 * loop around it; its gradient is that of `op`, vectorised by `vectorize` in turn.
 */
export function lift(op: TensorOp, marked: readonly boolean[], vectorize: Vectorize): TensorOp {
  const { record } = op;
  const members = new WeakMap<Apply, Member>();
  const inside = (node: Apply): Member => {
    let found = members.get(node);
    if (!found) members.set(node, (found = memberOf(op, node, marked)));
    return found;
  };
  return tensorOp({
    name: `Vectorized{${op}}`,
    key: `Vectorized{${op.key}}`,
    params: { marked },
    ...properties(record, marked, inside),
    type: (inputs) =>
      memberNode(op, inputs, marked).outputs.map((y) => {
        const { dtype, broadcastable } = y as TensorVariable;
        return new TensorType(dtype, [false, ...broadcastable]);
      }),
    shape(shapes, context, node) {
      const member = inside(node);
      const lengths = shapes.flatMap((s, i) => (marked[i] ? [s[0] as Expr] : []));
      const length = context.same(
        lengths,
        (valueOf) =>
          `Cannot vectorize ${op}: its operands have ${[...new Set(lengths.map(valueOf))].join(" and ")} elements along the first dimension`,
      );
      const own = shapes.map((s, i) => (marked[i] ? s.slice(1) : s));
      const dims = record.shape?.(own, shapesInside(context, member), member.node) ?? [];
      return dims.map((d): Dims => [length, ...d]);
    },
    ...liftMeaning(record, marked, inside),
    connection: (node) => op.connectionPattern(inside(node).node),
    ...derivatives(op, marked, inside, vectorize),
  });
}

/** What the planner is told about the operation, where that holds of many as of one. */
function properties(
  record: TensorOpRecord,
  marked: readonly boolean[],
  inside: (node: Apply) => Member,
): Partial<TensorOpRecord> {
  const { cost, reduces, standalone, spreads } = record;
  return {
    ...(record.uses ? { uses: (node: Apply) => record.uses?.(inside(node).node) ?? [] } : {}),
    ...(cost === undefined ? {} : { cost }),
    ...(reduces === undefined ? {} : { reduces }),
    ...(standalone === undefined ? {} : { standalone }),
    ...(spreads === undefined ? {} : { spreads }),
    // Many reshapes in a row are one; but what all share is repeated.
    ...(record.sameOrder && marked[0] ? { sameOrder: true } : {}),
  };
}

function derivatives(
  op: TensorOp,
  marked: readonly boolean[],
  inside: (node: Apply) => Member,
  vectorize: Vectorize,
): Partial<TensorOpRecord> {
  return {
    ...(op.record.grad
      ? {
          grad: (
            inputs: readonly TensorVariable[],
            _: readonly TensorVariable[],
            gradients: readonly OutputGradient[],
            node: Apply,
          ) => liftedGradient(op, inside(node), inputs, marked, gradients, vectorize),
        }
      : {}),
    ...(op.record.rop
      ? {
          rop: (
            inputs: readonly TensorVariable[],
            directions: readonly (TensorVariable | null)[],
            node: Apply,
          ) => liftedDirections(op, inside(node), inputs, marked, directions, vectorize),
        }
      : {}),
  };
}
