import type { Printable } from "../graphs.ts";
import { asGiven, drawn } from "./drawn.ts";
import { layout, type Point } from "./layout.ts";
import type { Kind, Picture, PictureNode } from "./model.ts";
import { pictures } from "./pictures.ts";

/** How a picture of a graph looks. */
export interface PictureOptions {
  /** What is written above it. */
  readonly title?: string;
  /** Whether boxes say the types of values: yes by default. */
  readonly types?: boolean;
  /** Which graph of a compiled function: the optimised one by default, or the one that was given. */
  readonly of?: "optimised" | "given";
}

/** Fill and outline of each kind of box, what the legend calls it, and how round its corners are. */
const styles: Readonly<Record<Kind, { fill: string; line: string; legend: string; radius: number }>> = {
  op: { fill: "#fff6dd", line: "#b9770e", legend: "operation", radius: 14 },
  input: { fill: "#e1f3e1", line: "#2e7d32", legend: "input", radius: 3 },
  constant: { fill: "#eeeeee", line: "#757575", legend: "constant", radius: 3 },
  shared: { fill: "#dcecfb", line: "#1565c0", legend: "shared variable", radius: 3 },
  output: { fill: "#fde3ea", line: "#c2185b", legend: "output", radius: 3 },
  update: { fill: "#eadff8", line: "#6a1b9a", legend: "new value of a shared variable", radius: 3 },
};

/** Beyond this many characters the middle of a label is left out. */
const longest = 40;
const font = "font-family='DejaVu Sans, Verdana, Arial, sans-serif'";

/**
 * A picture of a graph as SVG: operations and variables as boxes in layers, inputs above, results below, told apart by
 * colour with a legend, and below that the graphs inside operations. Of a compiled function it is the optimised graph,
 * with the new values of its shared variables.
 *
 * Needs nothing else: write it to a file, or put it into a page, whose style may recolour it: boxes are groups of the
 * classes `node` and their kind (`op`, `input`, `constant`, `shared`, `output` or `update`), arrows of `edge`, and each
 * item of the legend has its kind. Throws a TypeError for what has no graph.
 */
export function graphSvg(objects: Printable | readonly Printable[], options: PictureOptions = {}): string {
  const graph = (options.of === "given" ? asGiven(objects) : undefined) ?? drawn(objects);
  const parts = pictures(graph, options.title ?? "").map((picture) => draw(picture, options));
  const used = new Set(parts.flatMap(({ kinds }) => [...kinds]));
  const key = legend(used);
  const gap = 24;
  let y = key.height;
  const placed = parts.map(({ body, height }, i) => {
    const at = y + (i === 0 ? 0 : gap);
    y = at + height;
    const line = i === 0 ? "" : `<path d="M8 ${at - gap / 2}H${key.width}" stroke="#cccccc"/>`;
    return `${line}<g transform="translate(0 ${at})">${body}</g>`;
  });
  const width = Math.max(key.width, ...parts.map((part) => part.width));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${round(width)}" height="${round(y)}" viewBox="0 0 ${round(width)} ${round(y)}" ${font} font-size="12">`,
    `<rect class="paper" width="100%" height="100%" fill="#ffffff"/>`,
    key.body,
    ...placed,
    "</svg>\n",
  ].join("\n");
}

/** A picture as the inside of an SVG element. */
export interface Drawing {
  readonly body: string;
  readonly width: number;
  readonly height: number;
  readonly kinds: ReadonlySet<Kind>;
}

/** How a picture is drawn for a page that is more than a picture. */
export interface DrawOptions extends PictureOptions {
  /** Whether what is known of a box is in an attribute, `data-details`, for a script to show; else browsers show it. */
  readonly forScripts?: boolean;
}

/** Boxes and arrows of one graph, each box a group with its number as `data-node`. */
export function draw(
  { title, nodes, edges }: Picture,
  { types = true, forScripts = false }: DrawOptions,
): Drawing {
  const lines = nodes.map((node) =>
    types ? [shortened(node.label), shortened(shortType(node))] : [shortened(node.label)],
  );
  const height = types ? 38 : 26;
  const widths = lines.map(([label = "", type = ""]) =>
    Math.max(34, textWidth(label, 12) + 20, textWidth(type, 10) + 20),
  );
  const { centres, routes, ...size } = layout(widths, height, edges);
  const top = title === "" ? 0 : 24;
  const arrows = edges.map((edge, k) => {
    const route = routes[k] as readonly Point[];
    const [start] = route as readonly [Point, ...Point[]];
    const label = edge.label === "" ? "" : text(start.x + 8, start.y + 12, edge.label, 9, "#666666", "start");
    return `<g class="edge" data-from="${edge.from}" data-to="${edge.to}"><path d="${curve(route)}" fill="none" stroke="#888888"/>${arrowhead(route.at(-1) as Point)}${label}</g>`;
  });
  const boxes = nodes.map((node, i) =>
    box(
      node,
      { number: i, centre: centres[i] as Point, width: widths[i] as number, height, forScripts },
      lines[i] as string[],
    ),
  );
  return {
    body: [
      title === "" ? "" : text(16, 18, title, 13, "#333333", "start", "bold"),
      `<g transform="translate(0 ${top})">`,
      ...arrows,
      ...boxes,
      "</g>",
    ].join("\n"),
    width: Math.max(size.width, title === "" ? 0 : textWidth(title, 13) + 40),
    height: size.height + top,
    kinds: new Set(nodes.map(({ kind }) => kind)),
  };
}

/** Where a box is, and what it is called. */
interface Place {
  readonly number: number;
  readonly centre: Point;
  readonly width: number;
  readonly height: number;
  readonly forScripts: boolean;
}

function box(
  node: PictureNode,
  { number, centre: { x, y }, width, height, forScripts }: Place,
  [label = "", type]: readonly string[],
): string {
  const { fill, line, radius } = styles[node.kind];
  const known = [node.label, node.type, ...node.details.map(([name, value]) => `${name}: ${value}`)];
  const details = escaped(known.join("\n"));
  const inside = node.inner === undefined ? "" : ` data-inner="${node.inner}"`;
  const outline = node.inner === undefined ? 1.2 : 2.6;
  return [
    `<g class="node ${node.kind}" data-node="${number}"${inside}${forScripts ? ` data-details="${details}">` : `><title>${details}</title>`}`,
    `<rect x="${round(x - width / 2)}" y="${round(y - height / 2)}" width="${round(width)}" height="${height}" rx="${radius}" fill="${fill}" stroke="${line}" stroke-width="${outline}"/>`,
    text(x, type === undefined ? y + 4 : y - 2, label, 12, "#111111"),
    type === undefined ? "" : text(x, y + 13, type, 10, "#555555"),
    "</g>",
  ].join("");
}

/** The legend for these kinds. */
export function legend(kinds: ReadonlySet<Kind>): { body: string; width: number; height: number } {
  let x = 16;
  const items = (Object.keys(styles) as Kind[])
    .filter((kind) => kinds.has(kind))
    .map((kind) => {
      const { fill, line, legend: name, radius } = styles[kind];
      const at = x;
      x += textWidth(name, 11) + 42;
      return `<g class="legend ${kind}"><rect x="${at}" y="10" width="20" height="13" rx="${Math.min(radius, 6)}" fill="${fill}" stroke="${line}"/>${text(at + 26, 21, name, 11, "#333333", "start")}</g>`;
    });
  return { body: items.join("\n"), width: x, height: 30 };
}

/** Smooth through all points, upright at each, so that it stays between the layers it leads from and to. */
function curve([start, ...rest]: readonly Point[]): string {
  if (!start) return "";
  let { x, y } = start;
  const steps = rest.map((p) => {
    const middle = (y + p.y) / 2;
    const step =
      x === p.x
        ? `V${round(p.y)}`
        : `C${round(x)} ${round(middle)} ${round(p.x)} ${round(middle)} ${round(p.x)} ${round(p.y)}`;
    ({ x, y } = p);
    return step;
  });
  return `M${round(start.x)} ${round(start.y)}${steps.join("")}`;
}

const arrowhead = ({ x, y }: Point): string =>
  `<path d="M${round(x)} ${round(y)}l-3.5 -7h7z" fill="#888888"/>`;

function text(
  x: number,
  y: number,
  content: string,
  size: number,
  colour: string,
  anchor = "middle",
  weight = "normal",
): string {
  return `<text x="${round(x)}" y="${round(y)}" font-size="${size}" fill="${colour}" text-anchor="${anchor}" font-weight="${weight}">${escaped(content)}</text>`;
}

/** `TensorType(float64, matrix)` as `float64 matrix`. */
const shortType = ({ type }: PictureNode): string =>
  type.replace(/TensorType\((\w+), (\w+|\([^)]*\))\)/g, "$1 $2");

const shortened = (label: string): string => {
  const line = label.replace(/\s+/g, " ");
  return line.length > longest ? `${line.slice(0, longest - 12)}…${line.slice(-11)}` : line;
};

/** Room for text in fonts that browsers have, which differ by a tenth: the wider ones fit. */
const textWidth = (content: string, size: number): number => content.length * size * 0.64;

const round = (n: number): number => Math.round(n * 10) / 10;

/** `content` where markup is read. */
export const escaped = (content: string): string =>
  content.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
