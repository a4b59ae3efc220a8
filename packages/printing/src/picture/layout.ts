import { arrange } from "./arrange.ts";
import { crossingReduced, type Segment } from "./crossings.ts";
import { rank } from "./rank.ts";

/** An arrow between two boxes, by their numbers. */
export interface Link {
  readonly from: number;
  readonly to: number;
  /** Where its end stands among the arrows into `to`, so that operands stay in their order. */
  readonly slot: number;
  /** How many arrows there are into `to`. */
  readonly slots: number;
}

/** A place in pixels from the top left corner. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Where everything is. */
export interface Layout {
  /** The centre of each box. */
  readonly centres: readonly Point[];
  /** For each link the places it goes through, from the bottom of one box to the top of the other. */
  readonly routes: readonly (readonly Point[])[];
  readonly width: number;
  readonly height: number;
}

/** In pixels: between layers, beside boxes, between arrows side by side, around all. */
const gap = { layers: 46, boxes: 22, arrows: 12, margin: 16 };

/**
 * A drawing of an acyclic graph of boxes of these widths and one height, in layers with arrows downwards, after Sugiyama,
 * Tagawa and Toda (1981). Each box lies below those it has arrows from; an arrow over several layers is led through a
 * place of its own in each layer between; layers are ordered to have few crossings; and then everything moves towards
 * the middle of what it is linked with. Boxes overlap neither each other nor arrows.
 */
export function layout(widths: readonly number[], height: number, links: readonly Link[]): Layout {
  const { layers, chains, count } = cellsOf(rank(widths.length, links), links);
  const widthOf = (cell: number): number => widths[cell] ?? 0;
  const segments = chains.flatMap((chain, k) => segmentsOf(chain, links[k] as Link));
  const order = crossingReduced(layers, segments, count);
  const x = arrange(order, segments, count, {
    widthOf,
    apart: (a, b) =>
      (widthOf(a) + widthOf(b)) / 2 + (a < widths.length || b < widths.length ? gap.boxes : gap.arrows),
  });
  const left = x.reduce((least, at, cell) => Math.min(least, at - widthOf(cell) / 2), Infinity) - gap.margin;
  const right = x.reduce((most, at, cell) => Math.max(most, at + widthOf(cell) / 2), left) + gap.margin;
  const tops = new Float64Array(count);
  order.forEach((layer, i) => {
    for (const cell of layer) tops[cell] = gap.margin + i * (height + gap.layers);
  });
  const top = (cell: number, dx = 0): Point => ({
    x: (x[cell] as number) - left + dx,
    y: tops[cell] as number,
  });
  const down = ({ x, y }: Point, dy: number): Point => ({ x, y: y + dy });
  return {
    centres: widths.map((_, i) => down(top(i), height / 2)),
    routes: chains.map((chain, k) => {
      const { from, to, slot, slots } = links[k] as Link;
      const passed = chain.slice(1, -1).flatMap((cell) => [top(cell), down(top(cell), height)]);
      return [down(top(from), height), ...passed, top(to, portOf(slot, slots) * widthOf(to))];
    }),
    width: widths.length === 0 ? 0 : right - left,
    height: widths.length === 0 ? 0 : order.length * (height + gap.layers) - gap.layers + 2 * gap.margin,
  };
}

/** Where along the top of a box an arrow ends, from -0.5 to 0.5. */
const portOf = (slot: number, slots: number): number => (slot + 1) / (slots + 1) - 0.5;

/** What takes room in layers, by number: the boxes first, then the places where arrows pass a layer. */
interface Cells {
  readonly layers: readonly (readonly number[])[];
  /** For each link the cells it goes through, both ends included. */
  readonly chains: readonly (readonly number[])[];
  readonly count: number;
}

function cellsOf(ranks: readonly number[], links: readonly Link[]): Cells {
  const layers: number[][] = Array.from(
    { length: ranks.reduce((most, n) => Math.max(most, n + 1), 0) },
    () => [],
  );
  ranks.forEach((layer, box) => {
    (layers[layer] as number[]).push(box);
  });
  let count = ranks.length;
  const chains = links.map(({ from, to }) => {
    const chain = [from];
    for (let layer = (ranks[from] as number) + 1; layer < (ranks[to] as number); layer++) {
      (layers[layer] as number[]).push(count);
      chain.push(count++);
    }
    return [...chain, to];
  });
  return { layers, chains, count };
}

const segmentsOf = (chain: readonly number[], { slot, slots }: Link): Segment[] =>
  chain.slice(1).map((to, i) => ({
    from: chain[i] as number,
    to,
    slot: i === chain.length - 2 ? portOf(slot, slots) : 0,
  }));
