import { type NDArray, np } from "theano-ts";

/** Images are squares of so many pixels a side. */
export const side = 28;

type RandomState = InstanceType<typeof np.random.RandomState>;
type Point = readonly [x: number, y: number];
type Stroke = readonly Point[];

/**
 * `count` images of digits, drawn pen stroke by pen stroke: each a little shifted, turned, slanted and stretched, with a
 * pen of its own width, and points of its strokes moved. Rows of 784 numbers from 0 (paper) to 1 (ink), digits 0 to 9 in
 * turn.
 */
export function digitImages(rng: RandomState, count: number): NDArray<"float32", 2> {
  const pixels = new Float32Array(count * side * side);
  for (let i = 0; i < count; i++) {
    const digit = i % digits.length;
    const strokes = written(digits[digit] as readonly Stroke[], rng);
    draw(strokes, within(rng, 1, 1.75), pixels.subarray(i * side * side, (i + 1) * side * side));
  }
  return np.array({ data: pixels, shape: [count, side * side] }, "float32") as NDArray<"float32", 2>;
}

const within = (rng: RandomState, low: number, high: number): number =>
  rng.uniform({ low, high }).item() as number;

/** Points of an arc, in a square from (0, 0) above left to (1, 1) below right; angles in turns, clockwise from the right. */
function arc(center: Point, radii: Point, from: number, to: number): Point[] {
  const steps = Math.max(2, Math.ceil(Math.abs(to - from) * 16));
  return Array.from({ length: steps + 1 }, (_, i): Point => {
    const angle = 2 * Math.PI * (from + ((to - from) * i) / steps);
    return [center[0] + radii[0] * Math.cos(angle), center[1] + radii[1] * Math.sin(angle)];
  });
}

/** How each digit is written. */
const digits: readonly (readonly Stroke[])[] = [
  [arc([0.5, 0.5], [0.3, 0.45], -0.25, 0.75)],
  [
    [
      [0.35, 0.22],
      [0.55, 0.05],
      [0.55, 0.95],
    ],
  ],
  [[...arc([0.5, 0.3], [0.28, 0.25], -0.45, 0.12), [0.2, 0.95], [0.82, 0.95]]],
  [[...arc([0.47, 0.28], [0.27, 0.23], -0.42, 0.22), ...arc([0.47, 0.72], [0.3, 0.23], -0.22, 0.42)]],
  [
    [
      [0.6, 0.05],
      [0.18, 0.65],
      [0.85, 0.65],
    ],
    [
      [0.66, 0.4],
      [0.66, 0.95],
    ],
  ],
  [[[0.78, 0.05], [0.3, 0.05], [0.26, 0.45], ...arc([0.47, 0.68], [0.3, 0.27], -0.3, 0.4)]],
  [[[0.66, 0.05], ...arc([0.5, 0.68], [0.27, 0.27], -0.45, -1.45)]],
  [
    [
      [0.2, 0.06],
      [0.8, 0.06],
      [0.42, 0.95],
    ],
  ],
  [[...arc([0.5, 0.28], [0.22, 0.22], 0.25, -0.75), ...arc([0.5, 0.73], [0.27, 0.23], -0.25, 0.75)]],
  [[...arc([0.52, 0.32], [0.26, 0.26], 0.05, -0.95), [0.7, 0.95]]],
];

/** Strokes in pixels, as one hand writes them on one occasion. */
function written(strokes: readonly Stroke[], rng: RandomState): Stroke[] {
  const [turn, slant] = [within(rng, -0.2, 0.2), within(rng, -0.2, 0.25)];
  const [width, height] = [within(rng, 13, 18), within(rng, 17, 21)];
  const [x0, y0] = [side / 2 + within(rng, -2, 2), side / 2 + within(rng, -2, 2)];
  const place = ([x, y]: Point): Point => {
    const [u, v] = [(x - 0.5 - slant * (y - 0.5)) * width, (y - 0.5) * height];
    return [
      x0 + u * Math.cos(turn) - v * Math.sin(turn) + within(rng, -0.5, 0.5),
      y0 + u * Math.sin(turn) + v * Math.cos(turn) + within(rng, -0.5, 0.5),
    ];
  };
  return strokes.map((stroke) => stroke.map(place));
}

/** Inks every pixel by how far the pen, of radius `radius`, passes from its middle. */
function draw(strokes: readonly Stroke[], radius: number, pixels: Float32Array): void {
  for (let i = 0; i < pixels.length; i++) {
    const middle: Point = [(i % side) + 0.5, Math.floor(i / side) + 0.5];
    pixels[i] = Math.max(0, Math.min(1, radius + 0.5 - distance(strokes, middle)));
  }
}

const distance = (strokes: readonly Stroke[], p: Point): number =>
  strokes.reduce(
    (nearest, stroke) =>
      stroke.reduce(
        (least, to, i) => (i === 0 ? least : Math.min(least, toSegment(stroke[i - 1] as Point, to, p))),
        nearest,
      ),
    Infinity,
  );

/** The distance of `p` from the line between `a` and `b`. */
function toSegment(a: Point, b: Point, p: Point): number {
  const [dx, dy] = [b[0] - a[0], b[1] - a[1]];
  const along = ((p[0] - a[0]) * dx + (p[1] - a[1]) * dy) / (dx * dx + dy * dy || 1);
  const t = Math.max(0, Math.min(1, along));
  return Math.hypot(p[0] - a[0] - t * dx, p[1] - a[1] - t * dy);
}
