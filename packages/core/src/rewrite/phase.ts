import type { Apply } from "../graph/apply.ts";
import type { FunctionGraph } from "../graph/functionGraph.ts";
import type { GraphRewriter, RewriteContext } from "../graph/graphRewriter.ts";
import type { Variable } from "../graph/variable.ts";
import { toposort } from "../graph/walk.ts";
import { madeWhere } from "../provenance.ts";
import type { Rule } from "./rule.ts";

/** A set of rewrites, applied until none applies. */
export interface Phase extends GraphRewriter {
  /** Its rules, of a phase that is a table of those. */
  rules?(): readonly Rule[];
  /** The same without these rewriters, of a phase that stands for several. */
  without?(rewriters: readonly GraphRewriter[]): Phase;
}

/** How many times a graph is gone through before two rules must be undoing each other. */
const limit = 200;

/**
 * The phase of these rules, tried at each application in their order, inputs before users, until nothing changes.
 * The rules are made when the phase first runs, so that a table costs nothing, and weighs nothing in a bundle, unless
 * it is used.
 */
export function phase(name: string, rules: () => readonly Rule[]): Phase {
  let table: RuleTable | undefined;
  return {
    name,
    rules,
    run(graph, context) {
      table ??= new RuleTable(rules());
      const settled = new Set<Apply>();
      for (let pass = 0; pass < limit; pass++)
        if (!sweep(name, graph, table, settled, context)) return pass > 0;
      throw new Error(`internal: the rules of phase ${name} do not come to an end`);
    },
  };
}

/** Rules by the op they begin at, in their order. */
class RuleTable {
  /** Those tried at every op. */
  readonly #anywhere: readonly Rule[];
  readonly #byKey = new Map<string, readonly Rule[]>();

  constructor(rules: readonly Rule[]) {
    this.#anywhere = rules.filter((r) => !r.root);
    for (const key of new Set(rules.map((r) => r.root?.key)))
      if (key !== undefined)
        this.#byKey.set(
          key,
          rules.filter((r) => !r.root || r.root.key === key),
        );
  }

  for(node: Apply): readonly Rule[] {
    return this.#byKey.get(node.op.key) ?? this.#anywhere;
  }
}

/**
 * Goes through the graph once; true if anything was replaced. Applications that no rule fits are `settled`: they never
 * change, nor does what they are computed from, so they are not looked at again.
 */
function sweep(
  name: string,
  graph: FunctionGraph,
  table: RuleTable,
  settled: Set<Apply>,
  context: RewriteContext,
): boolean {
  const replaced = new Map<Variable, Variable>();
  const get = (v: Variable): Variable => replaced.get(v) ?? v;
  let changed = false;
  for (const node of toposort(graph.outputs, new Set(graph.inputs))) {
    const results = madeWhere(node.origin, () => {
      const current = node.withInputs(node.inputs.map(get));
      if (settled.has(current)) return current.outputs;
      const made = rewriteNode(name, current, table, context);
      if (made) changed = true;
      else settled.add(current);
      return made ?? current.outputs;
    });
    node.outputs.forEach((v, i) => {
      const made = results[i] as Variable;
      if (made !== v) {
        if (made.name === null && made.owner) made.name = v.name;
        replaced.set(v, made);
      }
    });
  }
  graph.setOutputs(graph.outputs.map(get));
  return changed;
}

function rewriteNode(
  name: string,
  node: Apply,
  table: RuleTable,
  context: RewriteContext,
): readonly Variable[] | undefined {
  for (const rule of table.for(node)) {
    const results = rule.apply(node);
    if (!results) continue;
    context.trace?.({
      phase: name,
      rule: rule.text,
      before: String(node),
      after: results.map((v) => (v.owner ? String(v.owner) : String(v))).join(", "),
      replaced: node.outputs.map((v, i) => [v, results[i] as Variable]),
    });
    return results;
  }
  return undefined;
}
