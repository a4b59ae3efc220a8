import type { Printable } from "../graphs.ts";
import { asGiven, type Drawn, drawn } from "./drawn.ts";
import type { Kind } from "./model.ts";
import { script, style } from "./page.ts";
import { pictures } from "./pictures.ts";
import { type Drawing, draw, escaped, legend, type PictureOptions } from "./svg.ts";

/**
 * A page to look at a graph with: dragging moves it, the wheel magnifies, a box under the pointer tells its type, the
 * key of its operation and the line of the program that made it, and a click shows what it depends on (blue) and what
 * depends on it (orange). Graphs inside operations are folded away below, and open by a double click on the operation.
 * Of a compiled function the graph as it was given and the optimised one stand side by side.
 *
 * One file that needs no other and no network. Throws a TypeError for what has no graph.
 */
export function graphHtml(objects: Printable | readonly Printable[], options: PictureOptions = {}): string {
  const given = asGiven(objects);
  const made = drawn(objects);
  const parts: (readonly [string, Drawn])[] = given
    ? [
        ["as given", given],
        ["optimised", made],
      ]
    : [["", made]];
  const sections = parts.map(([name, graph]) => section(name, graph, options));
  const title = escaped(options.title ?? "graph");
  const key = legend(new Set(sections.flatMap(({ kinds }) => [...kinds])));
  return [
    `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${title}</title><style>${style}</style></head><body>`,
    `<header><h1>${title}</h1>`,
    `<svg width="${key.width}" height="${key.height}">${key.body}</svg>`,
    "<p>drag to move, wheel to magnify, click to choose, Esc to go back</p></header>",
    `<main>${sections.map(({ html }) => html).join("\n")}</main>`,
    `<div id="tip"></div><script>${script}</script></body></html>\n`,
  ].join("\n");
}

function section(
  name: string,
  graph: Drawn,
  options: PictureOptions,
): { readonly html: string; readonly kinds: readonly Kind[] } {
  const all = pictures(graph, "");
  const drawings = all.map((picture) => draw({ ...picture, title: "" }, { ...options, forScripts: true }));
  const [outer, ...inner] = drawings as [Drawing, ...Drawing[]];
  const folded = inner.map(
    (drawing, i) =>
      `<details data-inner="${i + 1}"><summary>${escaped(all[i + 1]?.title ?? "")}</summary>${view(drawing)}</details>`,
  );
  return {
    html: `<section>${name === "" ? "" : `<h2>${name}</h2>`}${view(outer)}${folded.join("")}</section>`,
    kinds: drawings.flatMap(({ kinds }) => [...kinds]),
  };
}

const view = ({ body, width, height }: Drawing): string =>
  `<div class="view"><svg viewBox="0 0 ${Math.ceil(width)} ${Math.ceil(height)}">${body}</svg></div>`;
