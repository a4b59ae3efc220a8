import type { Expr } from "@theano-ts/kernel";
import { isDiscrete } from "@theano-ts/kernel";
import * as prim from "@theano-ts/kernel/prims";
import { TheanoTypeError, ValueError } from "../../errors.ts";
import { disconnected, type GradientTerm } from "../../graph/op.ts";
import { asTensor, type TensorLike } from "../../tensor/constant.ts";
import { type TensorOp, tensorOp } from "../../tensor/tensorOp.ts";
import type { TensorVariable } from "../../tensor/tensorVariable.ts";
import { zerosLike } from "../elemwise/basic.ts";
import { floatZeros } from "../elemwise/elemwise.ts";

/** The operation that chooses between `count` values and as many others: condition, values if it holds, the others. */
const ifelseOp = (count: number, name: string | null): TensorOp => {
  const [first, second] = [1, 1 + count];
  const range = (from: number): number[] => Array.from({ length: count }, (_, i) => from + i);
  return tensorOp({
    name: `if{${name ?? ""}}`,
    params: { count },
    type: (inputs) => inputs.slice(first, second).map((v) => v.type),
    shape(dims, context, node) {
      const [condition] = node.inputs as readonly [TensorVariable];
      return range(first).map((at) => {
        const [a, b] = [dims[at], dims[at + count]] as [readonly Expr[], readonly Expr[]];
        return a.map((n, d) => {
          const other = b[d] as Expr;
          if (n === other || (n.kind === "const" && other.kind === "const" && n.value === other.value))
            return n;
          const value = context.number(condition);
          return prim.select(prim.ne(value, prim.number(0, value.dtype)), n, other);
        });
      });
    },
    choice: () => ({ condition: 0, whenTrue: range(first), whenFalse: range(second) }),
    connection: (node) => node.inputs.map((_, i) => range(0).map((j) => i === first + j || i === second + j)),
    grad(inputs, _, gradients) {
      const [condition] = inputs as readonly [TensorVariable];
      const term = (i: number, holds: boolean): GradientTerm => {
        const g = gradients[(i - 1) % count];
        const x = inputs[i] as TensorVariable;
        if (g === disconnected || !g) return disconnected;
        if (isDiscrete(x.dtype)) return floatZeros(x);
        return holds ? choose(condition, g, zerosLike(x)) : choose(condition, zerosLike(x), g);
      };
      return inputs.map((_x, i) => (i === 0 ? disconnected : term(i, i < second)));
    },
    rop([condition, ...values], [, ...directions]) {
      return range(0).map((j) => {
        const [a, b] = [directions[j], directions[j + count]];
        if (!a && !b) return null;
        const of = (d: TensorVariable | null | undefined, at: number): TensorVariable =>
          d ?? zerosLike(values[at] as TensorVariable);
        return choose(condition as TensorVariable, of(a, j), of(b, j + count));
      });
    },
  });
};

const choose = (condition: TensorVariable, a: TensorVariable, b: TensorVariable): TensorVariable =>
  ifelseOp(1, null).call(condition, a, b);

/** What an `ifelse` of values like these gives. */
type Chosen<X> = X extends TensorVariable
  ? X
  : X extends readonly unknown[]
    ? { -readonly [K in keyof X]: X[K] extends TensorVariable ? X[K] : TensorVariable }
    : TensorVariable;

/**
 * The values `whenTrue` if `condition`, a scalar, is not 0, else the values `whenFalse`: one each, or lists as long as
 * each other, of equal types pair by pair; their shapes may differ. Only those that are chosen are computed, with all
 * that nothing else needs; the shapes of what is not must fit all the same. The gradient goes to what was chosen. As `theano.ifelse.ifelse`.
 *
 * Throws a TypeError for a condition that is no scalar and for values of different types, a ValueError for lists of
 * different lengths.
 */
export function ifelse<X extends TensorLike | readonly TensorLike[]>(
  condition: TensorLike,
  whenTrue: X,
  whenFalse: TensorLike | readonly TensorLike[],
  name: string | null = null,
): Chosen<X> {
  const decides = asTensor(condition);
  if (decides.ndim !== 0)
    throw new TheanoTypeError(
      `ifelse needs a scalar as its condition, not ${decides}: ${decides.type}: take T.all(…) or T.any(…) of it`,
    );
  const isList = Array.isArray(whenTrue);
  const list = (values: unknown): TensorVariable[] =>
    (Array.isArray(values) ? values : [values]).map((v) => asTensor(v as TensorLike));
  const [first, second] = [list(whenTrue), list(whenFalse)];
  if (first.length !== second.length)
    throw new ValueError(
      `ifelse needs as many values for one outcome as for the other: ${first.length} and ${second.length} were given`,
    );
  first.forEach((a, i) => {
    const b = second[i] as TensorVariable;
    if (!a.type.equals(b.type))
      throw new TheanoTypeError(
        `The two values of an ifelse must have equal types, and ${a} is ${a.type}, ${b} is ${b.type}`,
      );
  });
  const chosen = ifelseOp(first.length, name).apply(decides, ...first, ...second);
  return (isList ? [...chosen] : chosen[0]) as Chosen<X>;
}
