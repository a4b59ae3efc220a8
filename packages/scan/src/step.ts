import {
  ancestors,
  asTensor,
  graphInputs,
  isConstant,
  isShared,
  isTensor,
  MissingInputError,
  OrderedUpdates,
  type SharedVariable,
  substitute,
  type TensorVariable,
  toposort,
  type Variable,
} from "@theano-ts/core";
import { asRows, fit, onlyRow } from "./fit.ts";
import type { LoopBuilder, LoopResults } from "./loopBuilder.ts";
import type { StepResult } from "./stepResult.ts";

/** A step as it was written: what it returned, and the variables it was given. */
export interface WrittenStep extends StepResult {
  /** The variables for rows and former values. */
  readonly given: readonly TensorVariable[];
  readonly nonSequences: readonly TensorVariable[];
  /** Variables up to this number were there before the step was written. */
  readonly before: number;
  /** Whether shared variables must be among `nonSequences`. */
  readonly strict: boolean;
}

/** The step over variables of its own, and what it takes from the graph around it. */
export interface ClosedStep {
  readonly outputs: readonly TensorVariable[];
  readonly condition: TensorVariable | undefined;
  /** The updates of the shared variables that steps change, once the loop is applied. */
  updates(results: LoopResults): OrderedUpdates;
}

/**
 * Closes a step: shared variables that it updates, or that update themselves, become states of `builder`; what else it
 * uses of the graph around it is taken whole. Throws a MissingInputError for what `strict` forbids.
 */
export function closeStep(step: WrittenStep, builder: LoopBuilder): ClosedStep {
  const roots = [...step.outputs, ...(step.condition ? [step.condition] : [])];
  const updates = allUpdates(step, roots);
  const values = [...roots, ...updates.map(([, v]) => v)];
  const own = new Map<Variable, Variable>();
  const states = updates.map(([s]) => {
    const state = builder.state(asRows(s), 1, `the shared variable ${s}`);
    const inner = s.type.makeVariable(s.name && `${s.name}_copy`);
    own.set(s, builder.before(state, 1, inner));
    return [s, state] as const;
  });
  for (const v of outside(step, values, new Set(own.keys())))
    own.set(v, builder.whole(v, v.type.makeVariable(v.name && `${v.name}_copy`)));
  const closed = substitute(values, own) as TensorVariable[];
  states.forEach(([s, state], i) => {
    builder.next(state, fit(closed[roots.length + i] as TensorVariable, s.type));
  });
  return {
    outputs: closed.slice(0, step.outputs.length),
    condition: step.condition && closed[step.outputs.length],
    updates: (results) =>
      new OrderedUpdates(states.map(([s, state]) => [s, onlyRow(results.final(state))] as const)),
  };
}

/** The updates that the step says, and those of shared variables that update themselves. */
function allUpdates(
  { updates, given, nonSequences }: WrittenStep,
  roots: readonly TensorVariable[],
): (readonly [SharedVariable, TensorVariable])[] {
  const all: (readonly [SharedVariable, TensorVariable])[] = [...updates].map(([s, v]) => [s, asTensor(v)]);
  const settled = new Set<Variable>(all.map(([s]) => s));
  const blockers = new Set<Variable>([...given, ...nonSequences.filter((v) => !isShared(v))]);
  for (let next: readonly Variable[] = [...roots, ...all.map(([, v]) => v)]; next.length > 0; ) {
    const found = graphInputs(next, blockers)
      .filter(isShared)
      .filter((s) => s.defaultUpdate !== null && !settled.has(s));
    for (const s of found) {
      settled.add(s);
      all.push([s, s.defaultUpdate as TensorVariable]);
    }
    next = found.map((s) => s.defaultUpdate as TensorVariable);
  }
  return all;
}

/**
 * What the step takes whole: the outermost expressions that were there before it was written and do not change from step
 * to step.
 */
function outside(
  { given, nonSequences, before, strict }: WrittenStep,
  values: readonly TensorVariable[],
  changing: ReadonlySet<Variable>,
): TensorVariable[] {
  const listed = new Set<Variable>(nonSequences);
  const rows = new Set<Variable>(given);
  const stops = new Set<Variable>([...rows, ...nonSequences]);
  const varying = new Set<Variable>([...rows, ...changing]);
  for (const node of toposort(values, stops))
    if (node.inputs.some((x) => varying.has(x))) for (const y of node.outputs) varying.add(y);
  const isOutside = (v: Variable): boolean =>
    !varying.has(v) && !isConstant(v) && (listed.has(v) || v.owner === null || v.id <= before);
  const found = [...ancestorsWithin(values, isOutside, stops)].filter(isTensor);
  const forbidden =
    strict && graphInputs(values, stops).find((v) => isShared(v) && !listed.has(v) && !changing.has(v));
  if (forbidden)
    throw new MissingInputError(
      `ScanOp is missing an input: ${forbidden}: with strict, list it in nonSequences`,
      { origin: forbidden.origin },
    );
  return found;
}

/** The first variables on each way back from `values` for which `isOutside` holds. */
function ancestorsWithin(
  values: readonly Variable[],
  isOutside: (v: Variable) => boolean,
  stops: ReadonlySet<Variable>,
): Set<Variable> {
  const blockers = new Set([...ancestors(values, stops)].filter(isOutside));
  return new Set([...ancestors(values, new Set([...stops, ...blockers]))].filter((v) => blockers.has(v)));
}
