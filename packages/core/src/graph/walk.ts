import type { Apply } from "./apply.ts";
import type { Variable } from "./variable.ts";

/** The applications that `outputs` need, inputs before users. It stops at `blockers`, as if nothing computed them. */
export function toposort(outputs: readonly Variable[], blockers: ReadonlySet<Variable> = new Set()): Apply[] {
  // In the order in which they were finished.
  const done = new Set<Apply>();
  const stack: Apply[] = [];
  for (const output of outputs) {
    if (output.owner && !blockers.has(output)) stack.push(output.owner);
    while (stack.length > 0) {
      const node = stack[stack.length - 1] as Apply;
      const before = stack.length;
      if (!done.has(node)) {
        for (let i = node.inputs.length - 1; i >= 0; i--) {
          const v = node.inputs[i] as Variable;
          if (v.owner && !done.has(v.owner) && !blockers.has(v)) stack.push(v.owner);
        }
        if (stack.length > before) continue;
        done.add(node);
      }
      stack.pop();
    }
  }
  return [...done];
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
