import type { Segment } from "./crossings.ts";

/** How often all layers are gone through; positions settle within these. */
const rounds = 16;

/** How much room cells take: those that arrows pass have no width. */
export interface Room {
  widthOf(cell: number): number;
  /** How far apart the middles of neighbours are at least. */
  apart(left: number, right: number): number;
}

/**
 * The place of each cell from left to right, order kept and `apart` from the next at least: in turn down and up, each
 * cell goes as near as it can to the mean of those it is linked with in the layer before.
 */
export function arrange(
  order: readonly (readonly number[])[],
  segments: readonly Segment[],
  cells: number,
  { apart, widthOf }: Room,
): number[] {
  const x = new Array<number>(cells).fill(0);
  for (const layer of order)
    layer.forEach((cell, i) => {
      const before = layer[i - 1];
      x[cell] = before === undefined ? 0 : (x[before] as number) + apart(before, cell);
    });
  const ends: { readonly cell: number; readonly shift: number; readonly up: boolean }[][] = Array.from(
    { length: cells },
    () => [],
  );
  for (const { from, to, slot } of segments) {
    const port = slot * widthOf(to);
    (ends[to] as (typeof ends)[number]).push({ cell: from, shift: -port, up: true });
    (ends[from] as (typeof ends)[number]).push({ cell: to, shift: port, up: false });
  }
  for (let round = 0; round < rounds; round++) {
    const down = round % 2 === 0;
    // The last rounds look both ways at once, which evens out what the two leave.
    const both = round >= rounds - 4;
    for (const layer of down ? order : [...order].reverse()) {
      const wanted = layer.map((cell) => {
        const linked = (ends[cell] as (typeof ends)[number]).filter(({ up }) => both || up === down);
        const sum = linked.reduce((total, end) => total + (x[end.cell] as number) + end.shift, 0);
        return linked.length > 0 ? sum / linked.length : (x[cell] as number);
      });
      // Arrows that pass a layer are kept straight before boxes are centred.
      const weights = layer.map((cell) => (widthOf(cell) === 0 ? 8 : 1));
      placed(layer, wanted, weights, apart).forEach((at, i) => {
        x[layer[i] as number] = at;
      });
    }
  }
  return x;
}

/**
 * The places nearest to `wanted`, in least squares, that keep the order and the distances: with the distances taken
 * off it is isotonic regression, which pooling adjacent violators solves.
 */
function placed(
  layer: readonly number[],
  wanted: readonly number[],
  weights: readonly number[],
  apart: Room["apart"],
): number[] {
  const offsets: number[] = [];
  layer.forEach((cell, i) => {
    offsets.push(i === 0 ? 0 : (offsets[i - 1] as number) + apart(layer[i - 1] as number, cell));
  });
  const pools: { sum: number; weight: number; count: number }[] = [];
  wanted.forEach((at, i) => {
    const weight = weights[i] as number;
    let pool = { sum: (at - (offsets[i] as number)) * weight, weight, count: 1 };
    for (
      let last = pools.at(-1);
      last && last.sum / last.weight > pool.sum / pool.weight;
      last = pools.at(-1)
    ) {
      pools.pop();
      pool = { sum: last.sum + pool.sum, weight: last.weight + pool.weight, count: last.count + pool.count };
    }
    pools.push(pool);
  });
  return pools
    .flatMap(({ sum, weight, count }) => new Array<number>(count).fill(sum / weight))
    .map((at, i) => at + (offsets[i] as number));
}
