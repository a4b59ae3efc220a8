import type { Variable } from "@theano-ts/core";
import { letters } from "./labels.ts";
import { PrintedGraph } from "./printed.ts";

/**
 * As much of the graph of `variable` as it takes to say what it is: down to constants, inputs and variables that have
 * a name, one a line, each with a tag by which later lines refer to it. As `theano.printing.min_informative_str`.
 */
export function minInformativeStr(variable: Variable): string {
  const graph = new PrintedGraph();
  const tags = new Map<Variable, string>();
  const lines: string[] = [];
  const stack: (readonly [Variable, number])[] = [[variable, 0]];
  while (stack.length > 0) {
    const [v, depth] = stack.pop() as readonly [Variable, number];
    const indent = " ".repeat(depth);
    const before = tags.get(v);
    if (before !== undefined) {
      lines.push(`${indent}<${before}>`);
      continue;
    }
    const tag = letters(tags.size);
    tags.set(v, tag);
    const expands = v.name === null && v.owner !== null;
    lines.push(`${indent}${tag}. ${expands ? v.owner?.op : v}`);
    if (v.owner && expands)
      for (const x of [...graph.inputsOf(v.owner)].reverse()) stack.push([x, depth + 1]);
  }
  return lines.join("\n");
}
