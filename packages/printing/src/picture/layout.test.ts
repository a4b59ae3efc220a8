import { type Link, layout, type Point } from "./layout.ts";

/** A generator of the same numbers on every run, 0 … 1. Numerical Recipes' quick one. */
function randoms(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** An acyclic graph: each box has up to three arrows from boxes before it. */
function randomGraph(count: number, seed: number): { widths: number[]; links: Link[] } {
  const random = randoms(seed);
  const widths = Array.from({ length: count }, () => 34 + Math.floor(random() * 180));
  const links = widths.flatMap((_, to) => {
    const slots = to === 0 ? 0 : Math.floor(random() * 4);
    return Array.from({ length: slots }, (_, slot) => ({ from: Math.floor(random() * to), to, slot, slots }));
  });
  return { widths, links };
}

const height = 38;

/** Points of the curve between two places: upright at both ends, as pictures draw it. */
function along(a: Point, b: Point): Point[] {
  return Array.from({ length: 33 }, (_, i) => {
    const t = i / 32;
    const s = 1 - t;
    const middle = (a.y + b.y) / 2;
    return {
      x: (s ** 3 + 3 * s * s * t) * a.x + (3 * s * t * t + t ** 3) * b.x,
      y: s ** 3 * a.y + 3 * s * t * (s + t) * middle + t ** 3 * b.y,
    };
  });
}

const graphs = [1, 2, 3, 4, 5, 6].map((seed) => [seed, randomGraph(20 * seed, seed)] as const);

test.each(graphs)(
  "boxes of random graph %i overlap neither each other nor arrows",
  (_, { widths, links }) => {
    const { centres, routes, width, height: all } = layout(widths, height, links);
    const inside = ({ x, y }: Point, i: number): boolean =>
      Math.abs(x - (centres[i] as Point).x) < (widths[i] as number) / 2 &&
      Math.abs(y - (centres[i] as Point).y) < height / 2 - 1e-6;
    const overlap = (a: Point, b: Point, i: number, j: number): boolean =>
      Math.abs(a.x - b.x) < ((widths[i] as number) + (widths[j] as number)) / 2 &&
      Math.abs(a.y - b.y) < height;
    const overlaps = centres.flatMap((a, i) => centres.slice(0, i).filter((b, j) => overlap(a, b, i, j)));
    const outside = centres.filter(
      ({ x, y }, i) =>
        x < (widths[i] as number) / 2 || x + (widths[i] as number) / 2 > width || y + height / 2 > all,
    );
    const crossed = routes.flatMap((route) =>
      route
        .slice(1)
        .flatMap((end, k) => along(route[k] as Point, end))
        .filter((point) => widths.some((_w, i) => inside(point, i))),
    );
    expect({ overlaps, outside, crossed }).toEqual({ overlaps: [], outside: [], crossed: [] });
  },
);

test.each(graphs)(
  "arrows of random graph %i lead down, from what they name to what they name",
  (_, graph) => {
    const { centres, routes } = layout(graph.widths, height, graph.links);
    routes.forEach((route, k) => {
      const { from, to } = graph.links[k] as Link;
      const [start, end] = [route[0] as Point, route.at(-1) as Point];
      expect(start).toEqual({ x: centres[from]?.x, y: (centres[from] as Point).y + height / 2 });
      expect(end.y).toBe((centres[to] as Point).y - height / 2);
      expect(Math.abs(end.x - (centres[to] as Point).x)).toBeLessThan((graph.widths[to] as number) / 2);
      expect(route.slice(1).filter(({ y }, i) => y <= (route[i] as Point).y)).toEqual([]);
    });
  },
);

test("a tree is drawn without crossings, operands from left to right", () => {
  // Box 0 has operands 1 and 2, those 3, 4 and 5, 6; the arrows are given in an order that helps nobody.
  const links = [
    [6, 2, 1],
    [3, 1, 0],
    [1, 0, 0],
    [5, 2, 0],
    [2, 0, 1],
    [4, 1, 1],
  ].map(([from, to, slot]) => ({ from, to, slot, slots: 2 })) as Link[];
  const { centres } = layout([50, 50, 50, 50, 50, 50, 50], height, links);
  const x = centres.map((centre) => centre.x) as [number, number, number, ...number[]];
  expect(x[1]).toBeLessThan(x[2]);
  const leaves = x.slice(3);
  expect([...leaves].sort((a, b) => a - b)).toEqual(leaves);
  expect(x[0]).toBeCloseTo((x[1] + x[2]) / 2, 0);
});

test("an empty graph, and one of a single box, have a layout", () => {
  expect(layout([], height, [])).toEqual({ centres: [], routes: [], width: 0, height: 0 });
  expect(layout([40], height, [])).toMatchObject({ width: 72, height: 70, centres: [{ x: 36, y: 35 }] });
});

test("a graph of a thousand boxes takes less than five seconds", () => {
  const { widths, links } = randomGraph(1000, 7);
  const start = performance.now();
  layout(widths, height, links);
  expect(performance.now() - start).toBeLessThan(5000);
}, 30_000);
