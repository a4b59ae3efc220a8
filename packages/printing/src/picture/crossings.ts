/** An arrow from a cell of one layer to one of the next; `slot` is where in the lower cell it ends, -0.5 … 0.5. */
export interface Segment {
  readonly from: number;
  readonly to: number;
  readonly slot: number;
}

/** How often the order is improved: it rarely changes after half of these. */
const sweeps = 24;

/**
 * The layers in an order with few crossings: in turn down and up, each cell goes to the mean place of those it is linked
 * with in the layer before, and the best order met is kept.
 */
export function crossingReduced(
  layers: readonly (readonly number[])[],
  segments: readonly Segment[],
  cells: number,
): number[][] {
  const above: Segment[][] = Array.from({ length: cells }, () => []);
  const below: Segment[][] = Array.from({ length: cells }, () => []);
  for (const s of segments) {
    (above[s.to] as Segment[]).push(s);
    (below[s.from] as Segment[]).push(s);
  }
  const layerOf = new Int32Array(cells);
  layers.forEach((layer, i) => {
    for (const cell of layer) layerOf[cell] = i;
  });
  let order = depthFirst(layers, above, layerOf);
  let best = order;
  let fewest = crossings(order, below);
  for (let sweep = 0; sweep < sweeps && fewest > 0; sweep++) {
    order = swept(order, sweep % 2 === 0 ? above : below, sweep % 2 === 0);
    const found = crossings(order, below);
    if (found < fewest) [best, fewest] = [order, found];
  }
  return best;
}

/** Cells in the order in which they are met from the bottom, operands from left to right. */
function depthFirst(
  layers: readonly (readonly number[])[],
  above: readonly (readonly Segment[])[],
  layerOf: Int32Array,
): number[][] {
  const order: number[][] = layers.map(() => []);
  const seen = new Uint8Array(layerOf.length);
  for (const bottom of [...layers].reverse().flat()) {
    const stack = [bottom];
    for (let cell = stack.pop(); cell !== undefined; cell = stack.pop()) {
      if (seen[cell]) continue;
      seen[cell] = 1;
      (order[layerOf[cell] as number] as number[]).push(cell);
      const operands = [...(above[cell] as readonly Segment[])].sort((a, b) => b.slot - a.slot);
      stack.push(...operands.map(({ from }) => from));
    }
  }
  return order;
}

function swept(
  order: readonly (readonly number[])[],
  linked: readonly (readonly Segment[])[],
  down: boolean,
): number[][] {
  const result = order.map((layer) => [...layer]);
  const places = new Map<number, number>();
  const settle = (layer: readonly number[]): void => {
    layer.forEach((cell, i) => {
      places.set(cell, i);
    });
  };
  for (const layer of down ? result : [...result].reverse()) {
    const wanted = new Map<number, number>();
    layer.forEach((cell, i) => {
      const ends = (linked[cell] as readonly Segment[]).map(
        ({ from, to, slot }) => (places.get(down ? from : to) ?? i) + (down ? 0 : slot),
      );
      wanted.set(cell, ends.length > 0 ? ends.reduce((sum, n) => sum + n, 0) / ends.length : i);
    });
    layer.sort((a, b) => (wanted.get(a) as number) - (wanted.get(b) as number));
    settle(layer);
  }
  return result;
}

/** How many pairs of arrows cross, all layers together. */
function crossings(order: readonly (readonly number[])[], below: readonly (readonly Segment[])[]): number {
  let total = 0;
  for (let i = 0; i + 1 < order.length; i++) {
    const upper = order[i] as readonly number[];
    const lower = order[i + 1] as readonly number[];
    const places = new Map(lower.map((cell, place) => [cell, place]));
    const ends = upper.flatMap((cell) =>
      (below[cell] as readonly Segment[])
        .map(({ to, slot }) => (places.get(to) as number) + slot)
        .sort((a, b) => a - b),
    );
    total += inversions(ends);
  }
  return total;
}

/** How many pairs stand in the wrong order, counted while sorting by merging. */
function inversions(numbers: readonly number[]): number {
  if (numbers.length < 2) return 0;
  let count = 0;
  const sorted = (from: number, to: number): number[] => {
    if (to - from < 2) return numbers.slice(from, to);
    const middle = (from + to) >> 1;
    const [left, right] = [sorted(from, middle), sorted(middle, to)];
    const merged: number[] = [];
    let i = 0;
    for (const n of right) {
      while (i < left.length && (left[i] as number) <= n) merged.push(left[i++] as number);
      count += left.length - i;
      merged.push(n);
    }
    return merged.concat(left.slice(i));
  };
  sorted(0, numbers.length);
  return count;
}
