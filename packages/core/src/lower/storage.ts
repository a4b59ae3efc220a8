import type { Apply } from "../graph/apply.ts";
import type { Variable } from "../graph/variable.ts";
import { isConstant } from "../tensor/constant.ts";
import type { Use } from "../tensor/meaning.ts";
import type { TensorVariable } from "../tensor/tensorVariable.ts";
import { innerPlanOf } from "./innerPlan.ts";
import { opOf } from "./sizes.ts";

/** How many operations are computed in place before one is stored, so that kernels stay of a size engines compile well. */
const longest = 150;

/** What recomputing an element may cost before storing it is better. In units of an addition. */
const cheap = 4;

/** How `node` uses each of its inputs. */
export function usesOf(node: Apply): readonly Use[] {
  const { record } = opOf(node);
  const plan = innerPlanOf(node);
  if (plan) return plan.uses(node);
  const uses = record.uses?.(node) ?? node.inputs.map((): Use => "elements");
  return record.routine ? uses.map((use) => (isElementwise(use) ? "whole" : use)) : uses;
}

const isElementwise = (use: Use): boolean => use === "elements" || use === "stored";

/** Whether the elements of what `node` computes follow from a formula, so that they can be computed where they are read. */
const isFormula = (node: Apply): boolean => opOf(node).record.at !== undefined;

/** Whether `node` reads elements of its input `i` more than once: it stretches it, or reduces others along it. */
function rereads(node: Apply, i: number): boolean {
  const use = usesOf(node)[i];
  if (use === "stored" || use === "whole") return true;
  const x = node.inputs[i] as TensorVariable;
  const result = node.outputs[0] as TensorVariable;
  if (opOf(node).record.reduces) return false;
  if (x.ndim < result.ndim) return true;
  return x.ndim === result.ndim && x.broadcastable.some((b, d) => b && !result.broadcastable[d]);
}

/** Which values of a graph are computed at all, and which of those are stored rather than computed where they are read. */
export interface Storage {
  /** All of the graph, inputs before users. */
  readonly order: readonly Apply[];
  /** The applications whose values are needed, inputs before users. */
  readonly needed: readonly Apply[];
  readonly stored: ReadonlySet<Variable>;
}

/**
 * Decides what is stored. `order` is the graph, inputs before users; `targets` are what must be there in the end.
 *
 * A value is stored if it has no formula, or is a target, or if computing it where it is read would compute it more than
 * once and that is not cheap: it has several readers, or one that reads its elements repeatedly, directly or through
 * values that are not stored themselves.
 */
export function decideStorage(order: readonly Apply[], targets: readonly Variable[]): Storage {
  const readers = new Map<Variable, { node: Apply; index: number }[]>();
  const wanted = new Set<Variable>(targets);
  const needed: Apply[] = [];
  for (const node of [...order].reverse()) {
    if (!node.outputs.some((v) => wanted.has(v))) continue;
    needed.push(node);
    usesOf(node).forEach((use, index) => {
      if (use === "shape" || use === "size") return;
      const x = node.inputs[index] as Variable;
      wanted.add(x);
      const list = readers.get(x);
      if (list) list.push({ node, index });
      else readers.set(x, [{ node, index }]);
    });
  }
  needed.reverse();
  const first = chooseStored(needed, readers, targets, wanted, new Set());
  // What follows from a reduction is cheap if that is stored, of which the first choice could not know.
  const reductions = [...first].filter((v) => v.owner && opOf(v.owner).record.reduces && readers.has(v));
  const stored =
    reductions.length > 0 ? chooseStored(needed, readers, targets, wanted, new Set(reductions)) : first;
  return { order, needed, stored };
}

type Readers = ReadonlyMap<Variable, readonly { readonly node: Apply; readonly index: number }[]>;

/** What is stored; of `known` it is decided already. */
function chooseStored(
  needed: readonly Apply[],
  readers: Readers,
  targets: readonly Variable[],
  wanted: ReadonlySet<Variable>,
  known: ReadonlySet<Variable>,
): Set<Variable> {
  const { cost, long } = inlineCosts(needed, readers, known);
  const stored = new Set<Variable>([...targets, ...long, ...known]);
  const repeated = new Set<Variable>();
  for (const node of [...needed].reverse()) {
    for (const v of node.outputs) {
      const uses = readers.get(v) ?? [];
      const inherits = uses.some(
        ({ node: r, index }) => rereads(r, index) || r.outputs.some((o) => !stored.has(o) && repeated.has(o)),
      );
      if (inherits) repeated.add(v);
      if (uses.some(({ node: r, index }) => usesOf(r)[index] === "stored") && !movesStoredData(node))
        stored.add(v);
      if (uses.some(({ node: r, index }) => usesOf(r)[index] === "whole")) stored.add(v);
      if (innerPlanOf(node) && !wanted.has(v)) continue;
      if (isStoredAnyway(node)) stored.add(v);
      else if ((uses.length > 1 || inherits) && (cost.get(v) as number) > cheap) stored.add(v);
    }
    // A reshape is its input under other sizes: both are one stored array.
    if (isReshape(node) && node.outputs.some((v) => stored.has(v))) stored.add(node.inputs[0] as Variable);
    // Several outputs of one formula belong together.
    if (node.outputs.length > 1 && node.outputs.some((v) => stored.has(v)))
      for (const v of node.outputs) if (readers.has(v)) stored.add(v);
  }
  return stored;
}

/** Whether `node` only says other sizes for the elements of its input. */
export const isReshape = (node: Apply): boolean => opOf(node).record.sameOrder === true;

/** Whether what `node` computes is stored whoever reads it. */
const isStoredAnyway = (node: Apply): boolean =>
  !isFormula(node) || opOf(node).record.standalone === true || isReshape(node);

/** Whether `node` is a mere movement of data that a reader can see through, such as a transpose. */
const movesStoredData = (node: Apply): boolean =>
  isFormula(node) && opOf(node).record.cost === 0 && !isReshape(node) && node.inputs.length === 1;

/**
 * What one element of each value costs if everything with a single reader is computed in place, and the values at which
 * that would become too long. What is `known` to be stored costs its readers nothing.
 */
function inlineCosts(
  order: readonly Apply[],
  readers: Readers,
  known: ReadonlySet<Variable>,
): { cost: Map<Variable, number>; long: Variable[] } {
  const cost = new Map<Variable, number>();
  const length = new Map<Variable, number>();
  const long: Variable[] = [];
  for (const node of order) {
    const { record } = opOf(node);
    let total = record.reduces ? Number.POSITIVE_INFINITY : (record.cost ?? 1);
    let operations = 1;
    const uses = usesOf(node);
    node.inputs.forEach((x, i) => {
      if (!x.owner || isConstant(x) || known.has(x) || uses[i] === "shape" || uses[i] === "size") return;
      const own = cost.get(x) ?? 0;
      // What has several readers and is dear will be stored, so that it costs its readers nothing.
      if ((readers.get(x)?.length ?? 0) > 1 && own > cheap) return;
      total += own;
      operations += length.get(x) ?? 0;
    });
    if (operations > longest) {
      long.push(...node.outputs);
      operations = 0;
    }
    for (const v of node.outputs) {
      cost.set(v, total);
      length.set(v, operations);
    }
  }
  return { cost, long };
}
