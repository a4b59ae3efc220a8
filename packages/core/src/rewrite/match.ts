import type { Op } from "../graph/op.ts";
import { isPattern, type Pattern, Wildcard } from "../graph/pattern.ts";
import type { Variable } from "../graph/variable.ts";
import { broadcastRanks } from "../ops/elemwise/elemwise.ts";
import { asTensors, isConstant } from "../tensor/constant.ts";
import { TensorOp } from "../tensor/tensorOp.ts";
import { isTensor, type TensorVariable } from "../tensor/tensorVariable.ts";

/** What fills the holes of a pattern. */
export type Bindings = ReadonlyMap<Wildcard, TensorVariable>;

/**
 * How `v` fits `pattern`: what is in the holes; undefined if it does not. Operands of commutative operations are tried in
 * every order; a pattern of two operands fits a sum or product of more, with all the others together in one hole.
 */
export function match(pattern: unknown, v: Variable): Bindings | undefined {
  for (const bound of fits(pattern, v, new Map())) return bound;
  return undefined;
}

/** Every way in which `v` fits, given what is in some holes already. */
function* fits(pattern: unknown, v: Variable, bound: Bindings): Generator<Bindings> {
  if (!isTensor(v)) return;
  if (!isPattern(pattern)) {
    if (scalarConstant(v) === Number(pattern)) yield bound;
    return;
  }
  if (pattern instanceof Wildcard) {
    yield* fill(pattern, v, bound);
    return;
  }
  const node = v.owner;
  if (!node || !sameOp(node.op, pattern.op)) return;
  const inputs = node.inputs as readonly TensorVariable[];
  const { args } = pattern;
  if (node.op instanceof TensorOp && node.op.record.commutative && args.length === 2)
    yield* fitCommutative(node.op, args, inputs, bound);
  else if (inputs.length === args.length) yield* fitAll(args, inputs, bound);
}

const sameOp = (op: Op, wanted: Op | undefined): boolean => op === wanted || op.key === wanted?.key;

function* fill(hole: Wildcard, v: TensorVariable, bound: Bindings): Generator<Bindings> {
  const before = bound.get(hole);
  if (before) {
    if (before === v) yield bound;
  } else if (!hole.constant || scalarConstant(v) !== undefined) yield new Map([...bound, [hole, v]]);
}

function* fitAll(
  patterns: readonly unknown[],
  inputs: readonly TensorVariable[],
  bound: Bindings,
  from = 0,
): Generator<Bindings> {
  if (from === patterns.length) {
    yield bound;
    return;
  }
  for (const sofar of fits(patterns[from], inputs[from] as TensorVariable, bound))
    yield* fitAll(patterns, inputs, sofar, from + 1);
}

function* fitCommutative(
  op: TensorOp,
  [first, second]: readonly unknown[],
  inputs: readonly TensorVariable[],
  bound: Bindings,
): Generator<Bindings> {
  // The operand that is easier to refuse is tried first.
  const [one, other] = first instanceof Wildcard ? [second, first] : [first, second];
  for (let i = 0; i < inputs.length; i++) {
    for (const sofar of fits(one, inputs[i] as TensorVariable, bound)) {
      const rest = inputs.filter((_, j) => j !== i);
      yield* fits(other, rest.length === 1 ? (rest[0] as TensorVariable) : op.call(...rest), sofar);
    }
  }
}

/** The number that all elements of `v` are known to be, seen through added dimensions; undefined if there is none. */
export function scalarConstant(v: Variable): number | undefined {
  if (isConstant(v)) {
    if (v.data.size === 0) return undefined;
    const item = v.data.size === 1 ? v.data.item(...v.data.shape.map(() => 0)) : uniform(v);
    return typeof item === "number" ? item : typeof item === "boolean" ? Number(item) : undefined;
  }
  const node = v.owner;
  const spread = node?.op instanceof TensorOp ? node.op.record.spreads : undefined;
  return spread === undefined ? undefined : scalarConstant(node?.inputs[spread] as Variable);
}

function uniform(v: TensorVariable): unknown {
  if (!isConstant(v) || v.data.size > 64) return undefined;
  const flat = v.data.reshape([-1]).toArray() as unknown[];
  return flat.every((x) => Object.is(x, flat[0])) ? flat[0] : undefined;
}

/** The expression that `pattern` says, with its holes filled. */
export function build(pattern: unknown, bindings: Bindings): TensorVariable | number {
  if (!isPattern(pattern)) return Number(pattern);
  if (pattern instanceof Wildcard) return bindings.get(pattern) as TensorVariable;
  const args = (pattern as Pattern).args.map((a) => build(a, bindings));
  return ((pattern as Pattern).op as TensorOp).call(...broadcastRanks(asTensors(args)));
}
