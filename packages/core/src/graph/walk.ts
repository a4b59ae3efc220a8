import type { Apply } from "./apply.ts";
import type { Variable } from "./variable.ts";

/** The applications that `outputs` need, inputs before users. It stops at `blockers`, as if nothing computed them. */
export function toposort(outputs: readonly Variable[], blockers: ReadonlySet<Variable> = new Set()): Apply[] {
  const order: Apply[] = [];
  const done = new Set<Apply>();
  const stack: [Apply, boolean][] = [];
  const push = (v: Variable): void => {
    if (v.owner && !blockers.has(v) && !done.has(v.owner)) stack.push([v.owner, false]);
  };
  for (const output of outputs) {
    push(output);
    while (stack.length > 0) {
      const [node, ready] = stack.pop() as [Apply, boolean];
      if (done.has(node)) continue;
      if (ready) {
        done.add(node);
        order.push(node);
        continue;
      }
      stack.push([node, true]);
      for (let i = node.inputs.length - 1; i >= 0; i--) push(node.inputs[i] as Variable);
    }
  }
  return order;
}

/** The variables without an owner that `outputs` depend on, in the order they are met. */
export function graphInputs(
  outputs: readonly Variable[],
  blockers: ReadonlySet<Variable> = new Set(),
): Variable[] {
  const found = new Set<Variable>();
  const leaf = (v: Variable): void => {
    if (!v.owner || blockers.has(v)) found.add(v);
  };
  for (const node of toposort(outputs, blockers)) node.inputs.forEach(leaf);
  outputs.forEach(leaf);
  return [...found];
}

/** Every variable that `outputs` are computed from, themselves included. */
export function ancestors(
  outputs: readonly Variable[],
  blockers: ReadonlySet<Variable> = new Set(),
): Set<Variable> {
  const found = new Set<Variable>(outputs);
  for (const node of toposort(outputs, blockers)) {
    for (const v of node.inputs) found.add(v);
    for (const v of node.outputs) found.add(v);
  }
  return found;
}
