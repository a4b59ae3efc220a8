import {
  type Apply,
  disconnected,
  floatX,
  type GradientTerm,
  isTensor,
  TensorType,
  type TensorVariable,
  type Variable,
} from "@theano-ts/core";
import { isDiscrete } from "@theano-ts/kernel";
import { gradients } from "./grad.ts";
import { copyOf } from "./lop.ts";
import type { OverridingOp } from "./overrides.ts";
import { Rop } from "./rop.ts";

/** A graph over variables of its own. */
interface LocalGraph {
  readonly localInputs: readonly Variable[];
  readonly localOutputs: readonly Variable[];
}

/** Makes an op of a graph. */
type Make = (inputs: readonly Variable[], outputs: readonly Variable[]) => OverridingOp;

/** Results that an op computes, among marks that are no expressions. */
interface Derived<M> {
  readonly op: OverridingOp | undefined;
  /** A mark, or which of the op's results it is. */
  readonly terms: readonly (M | number)[];
}

/** Makes the op of what is an expression among `terms`. */
function derive<M>(
  terms: readonly (TensorVariable | M)[],
  inputs: readonly Variable[],
  make: Make,
): Derived<M> {
  const expressions = terms.filter(isTensor);
  let next = 0;
  return {
    op: expressions.length > 0 ? make(inputs, expressions) : undefined,
    terms: terms.map((t) => (isTensor(t) ? next++ : (t as M))),
  };
}

function resultsOf<M>({ op, terms }: Derived<M>, operands: readonly TensorVariable[]): (Variable | M)[] {
  const results = op?.apply(...operands) ?? [];
  return terms.map((t) => (typeof t === "number" ? (results[t] as Variable) : t));
}

/** Derives something once for each pattern of which operands take part. */
function remembered<M>(derive: (takesPart: readonly boolean[]) => Derived<M>): typeof derive {
  const memo = new Map<string, Derived<M>>();
  return (takesPart) => {
    const key = takesPart.join();
    let found = memo.get(key);
    if (!found) memo.set(key, (found = derive(takesPart)));
    return found;
  };
}

/**
 * The gradient of a graph, as an op of its inputs, its outputs and their gradients. `given` has a gradient for each
 * output; those not `connected` have no part in it.
 */
export function derivedGradient(
  { localInputs, localOutputs }: LocalGraph,
  make: Make,
): (node: Apply, given: readonly TensorVariable[], connected: readonly boolean[]) => readonly GradientTerm[] {
  const derived = remembered((connected) => {
    const own = (localOutputs as readonly TensorVariable[]).map(({ dtype, broadcastable }) =>
      new TensorType(isDiscrete(dtype) ? floatX() : dtype, broadcastable).makeVariable(),
    );
    // Of copies, since an output may be computed from another, and adds to its gradient then.
    const pairs = localOutputs.map(
      (y, j) => [copyOf(y as TensorVariable), own[j]] as [TensorVariable, TensorVariable],
    );
    const wrt = localInputs.filter(isTensor);
    const found = gradients(null, wrt, {
      disconnectedInputs: "ignore",
      returnDisconnected: "disconnected",
      nullGradients: "return",
      knownGrads: pairs.filter((_, j) => connected[j]),
    });
    const terms = localInputs.map((x): Variable | typeof disconnected =>
      isTensor(x) ? (found[wrt.indexOf(x)] as Variable) : disconnected,
    );
    return derive<Variable | typeof disconnected>(
      terms as readonly (TensorVariable | typeof disconnected)[],
      [...localInputs, ...localOutputs, ...own],
      make,
    );
  });
  return (node, given, connected) =>
    resultsOf(derived(connected), [
      ...(node.inputs as readonly TensorVariable[]),
      ...(node.outputs as readonly TensorVariable[]),
      ...given,
    ]);
}

/**
 * The directional derivatives of a graph, as an op of its inputs and their directions; those that do not move have no
 * part in it.
 */
export function derivedRop(
  { localInputs, localOutputs }: LocalGraph,
  make: Make,
): (
  node: Apply,
  directions: readonly TensorVariable[],
  moving: readonly boolean[],
) => readonly (Variable | null)[] {
  const derived = remembered((moving) => {
    const points = localInputs.map((x) => x.type.makeVariable());
    const wrt = localInputs.filter((_, i) => moving[i]) as TensorVariable[];
    const moves = Rop(
      localOutputs as TensorVariable[],
      wrt,
      points.filter((_, i) => moving[i]) as TensorVariable[],
      { disconnectedOutputs: "ignore", returnDisconnected: "none" },
    ) as readonly (TensorVariable | null)[];
    return derive<null>(moves, [...localInputs, ...points], make);
  });
  return (node, directions, moving) =>
    resultsOf(derived(moving), [...(node.inputs as readonly TensorVariable[]), ...directions]);
}
