import {
  type Apply,
  disconnected,
  opFamily,
  type ShapeContext,
  type TensorOp,
  type TensorVariable,
  tensorOp,
  tensorType,
} from "@theano-ts/core";
import type { Expr } from "@theano-ts/kernel";
import * as prim from "@theano-ts/kernel/prims";
import type { Sequence } from "./sequences.ts";

/**
 * How many steps a loop makes: as many as were asked for, and as all sequences last. A warning tells, once for each
 * function, of sequences that last shorter than was asked for, and of sequences of unequal length of which nothing was
 * asked. An int64 scalar.
 */
export function stepCount(
  sequences: readonly Sequence[],
  nSteps: TensorVariable | undefined,
): TensorVariable {
  const distinct = [...new Map(sequences.map((s) => [s.span, s] as const)).values()];
  const counts = [...(nSteps ? [nSteps] : []), ...distinct.map((s) => s.steps)];
  const [only, ...others] = counts as [TensorVariable, ...TensorVariable[]];
  if (others.length === 0) return only;
  const names = distinct.map((s) => String(s.input));
  return shortestOp(
    nSteps !== undefined,
    names,
    distinct.map((s) => s.reach),
  ).call(...counts);
}

/**
 * The smallest of int64 scalars: the number of steps that was asked for, if it was `asked`, and for how many each of the
 * sequences with these `names` lasts, of whose rows a step sees `reaches` more than one.
 */
export const shortestOp: (asked: boolean, names: readonly string[], reaches: readonly number[]) => TensorOp =
  /* @__PURE__ */ opFamily((asked: boolean, names: readonly string[], reaches: readonly number[]) =>
    tensorOp({
      name: "StepCount",
      params: { asked, names, reaches },
      uses: (node) => node.inputs.map(() => "size"),
      type: () => [tensorType("int64", 0)],
      shape(_, context, node) {
        const counts = countsOf(node, context);
        if (asked) warnOfAsked(counts, names, context);
        else warnOfUnequal(counts, names, reaches, context);
        return [[]];
      },
      at: (_, context, node) => [[least(countsOf(node, context))]],
      connection: (node) => node.inputs.map(() => [false]),
      grad: (inputs) => inputs.map(() => disconnected),
    }),
  );

const countsOf = (node: Apply, context: ShapeContext): Expr[] => node.inputs.map((n) => context.number(n));
const least = (counts: readonly Expr[]): Expr => counts.reduce((a, b) => prim.min(a, b));

function warnOfAsked(
  [asked, ...lasting]: readonly Expr[],
  names: readonly string[],
  context: ShapeContext,
): void {
  const fewest = least(lasting);
  context.warn(prim.le(asked as Expr, fewest), (valueOf) => {
    const [steps, made] = [valueOf(asked as Expr), valueOf(fewest)];
    const shortest = names[lasting.findIndex((n) => valueOf(n) === made)];
    return `A loop was asked for ${steps} steps and makes ${made}: its sequence ${shortest} lasts no longer`;
  });
}

/** Sequences of one length may last for different numbers of steps because of their taps: that is as it should be. */
function warnOfUnequal(
  counts: readonly Expr[],
  names: readonly string[],
  reaches: readonly number[],
  context: ShapeContext,
): void {
  const rows = counts.map((n, i) => prim.add(n, prim.number(reaches[i] as number, n.dtype)));
  const allEqual = (sizes: readonly Expr[]): Expr =>
    sizes
      .slice(1)
      .map((n) => prim.eq(n, sizes[0] as Expr))
      .reduce((a, b) => prim.and(a, b));
  context.warn(prim.or(allEqual(counts), allEqual(rows)), (valueOf) => {
    const lengths = rows.map((n, i) => `${names[i]} has ${valueOf(n)} rows`);
    return `A loop ends with the shortest of its sequences, after ${valueOf(least(counts))} steps: ${lengths.join(", ")}`;
  });
}
