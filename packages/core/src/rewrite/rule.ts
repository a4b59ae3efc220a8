import type { Apply } from "../graph/apply.ts";
import type { Op } from "../graph/op.ts";
import { isPattern, type Pattern, Wildcard } from "../graph/pattern.ts";
import type { Variable } from "../graph/variable.ts";
import { cast } from "../ops/elemwise/basic.ts";
import { asTensor } from "../tensor/constant.ts";
import { isTensor, type TensorVariable } from "../tensor/tensorVariable.ts";
import { type Bindings, build, match } from "./match.ts";

/** One way to make a graph better, at one application. */
export interface Rule {
  /** As the trace prints it: `log(1 + x) → log1p(x)`. */
  readonly text: string;
  /** The two sides, of a rule that is an equation: patterns over `wildcards`. */
  readonly sides?: readonly [left: unknown, right: unknown];
  /** The op at whose applications it is tried; undefined for all. */
  readonly root: Op | undefined;
  /** What to put in place of each output; undefined if the rule does not apply. */
  apply(node: Apply): readonly Variable[] | undefined;
}

/** A further condition on what is in the holes. */
export type Condition = (bindings: Bindings) => boolean;

/** Holes to write rules with: `x`, `y`, `z` fit anything, `c` and `d` only numbers known when the graph is built. */
export const wildcards: { readonly [name in "x" | "y" | "z" | "c" | "d"]: TensorVariable } = {
  // To the functions a rule is written with, a hole is an operand like any other.
  x: new Wildcard("x") as unknown as TensorVariable,
  y: new Wildcard("y") as unknown as TensorVariable,
  z: new Wildcard("z") as unknown as TensorVariable,
  c: new Wildcard("c", true) as unknown as TensorVariable,
  d: new Wildcard("d", true) as unknown as TensorVariable,
};

/**
 * The rule that `left` may be replaced by `right`. The right side should never cost more than the left. It is applied only
 * where the replacement has the rank and broadcasting of what it replaces; another dtype is cast.
 */
export function rule(left: TensorVariable, right: TensorVariable | number, condition?: Condition): Rule {
  const pattern = left as unknown as Pattern;
  return {
    text: `${pattern} → ${isPattern(right) ? right : String(right)}`,
    sides: [left, right],
    root: pattern.op,
    apply(node) {
      const output = node.outputs[0] as TensorVariable;
      const bindings = match(pattern, output);
      if (!bindings || (condition && !condition(bindings))) return undefined;
      const replacement = fitted(asTensor(build(right, bindings), output.dtype), output);
      return replacement && [replacement];
    },
  };
}

/** `v` in place of `of`: cast to its dtype; undefined if it has not its rank and broadcasting. */
export function fitted(v: TensorVariable, of: TensorVariable): TensorVariable | undefined {
  if (v.ndim !== of.ndim || v.broadcastable.some((b, d) => b !== of.broadcastable[d])) return undefined;
  return v.dtype === of.dtype ? v : cast(v, of.dtype);
}

/** A rule that is not an equation: `text` says what it does, as one where possible. */
export function rewriter(
  text: string,
  root: { readonly op: Op } | undefined,
  apply: (output: TensorVariable, node: Apply) => TensorVariable | undefined,
): Rule {
  return {
    text,
    root: root?.op,
    apply(node) {
      const [output] = node.outputs;
      if (!isTensor(output)) return undefined;
      const made = apply(output, node);
      return made && [made];
    },
  };
}
