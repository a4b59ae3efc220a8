import type { Rewrite } from "../messages.ts";
import { element } from "./element.ts";
import { lineLink } from "./lineLink.ts";

/** The rewrites of a graph by phase, in the order of the first of each, and within a phase by rule. */
export function rewritesView(rewrites: readonly Rewrite[], showLine: (line: number) => void): HTMLElement[] {
  if (rewrites.length === 0)
    return [element("p", { class: "hint" }, "Nothing was rewritten: the graph is as it was.")];
  const one = ({ before, after, line }: Rewrite): HTMLElement =>
    element(
      "div",
      {},
      element("code", {}, before, element("span", {}, " → "), after),
      ...(line > 0 ? [lineLink(line, showLine)] : []),
    );
  return [...grouped(rewrites, ({ phase }) => phase)].flatMap(([phase, done]) => {
    const byRule = [...grouped(done, ({ rule }) => rule)];
    const items = byRule.map(([rule, same]) =>
      element("li", {}, element("span", { class: "rule" }, rule), ...same.map(one)),
    );
    return [element("h3", {}, phase), element("ol", {}, ...items)];
  });
}

function grouped<V>(list: readonly V[], keyOf: (v: V) => string): Map<string, V[]> {
  const groups = new Map<string, V[]>();
  for (const v of list) {
    const group = groups.get(keyOf(v));
    if (group) group.push(v);
    else groups.set(keyOf(v), [v]);
  }
  return groups;
}
