import type { Printable } from "../graphs.ts";
import { drawn } from "./drawn.ts";
import type { Kind } from "./model.ts";
import { pictures } from "./pictures.ts";

const shapes: Readonly<Record<Kind, string>> = {
  op: 'shape=box, style="rounded,filled", fillcolor="#fff6dd"',
  input: 'shape=box, style=filled, fillcolor="#e1f3e1"',
  constant: 'shape=box, style=filled, fillcolor="#eeeeee"',
  shared: 'shape=box, style=filled, fillcolor="#dcecfb"',
  output: 'shape=box, style=filled, fillcolor="#fde3ea"',
  update: 'shape=box, style=filled, fillcolor="#eadff8"',
};

/**
 * A graph in the language of Graphviz, for those who have it: `dot -Tpdf`. Graphs inside operations are clusters.
 * Throws a TypeError for what has no graph.
 */
export function graphDot(
  objects: Printable | readonly Printable[],
  options: { title?: string } = {},
): string {
  const parts = pictures(drawn(objects), options.title ?? "").map(({ title, nodes, edges }, part) => {
    const boxes = nodes.map(
      ({ kind, label, type }, i) =>
        `  n${part}_${i} [label=${quoted(`${label}\n${type}`)}, ${shapes[kind]}];`,
    );
    const arrows = edges.map(
      ({ from, to, label }) =>
        `  n${part}_${from} -> n${part}_${to}${label === "" ? "" : ` [label=${quoted(label)}]`};`,
    );
    const lines = [...(title === "" ? [] : [`  label=${quoted(title)};`]), ...boxes, ...arrows];
    return part === 0 ? lines : [`  subgraph cluster_${part} {`, ...lines.map((line) => `  ${line}`), "  }"];
  });
  return ["digraph {", "  ordering=in;", ...parts.flat(), "}", ""].join("\n");
}

const quoted = (text: string): string => `"${text.replace(/[\\"]/g, "\\$&").replace(/\n/g, "\\n")}"`;
