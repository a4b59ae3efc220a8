import type { Images } from "../messages.ts";
import { element } from "./element.ts";

/** How wide a picture is drawn, in pixels, as far as whole pixels for its numbers allow: one alone, and one of several. */
const widths = { alone: 280, among: 50 };

/** Colours, from 0 to 1: for numbers of one sign from `paper` to `ink`, else through `paper` from `minus` to `plus`. */
interface Palette {
  readonly paper: Colour;
  readonly ink: Colour;
  readonly minus: Colour;
  readonly plus: Colour;
}
type Colour = readonly [red: number, green: number, blue: number];

/** Pictures of arrays, a canvas each, that are drawn in the colours of the page as it is. */
export function pictures(images: Images, label: string): HTMLElement {
  const { count, width, height } = images;
  const scale = Math.max(1, Math.round((count === 1 ? widths.alone : widths.among) / width));
  const row = element("div", {
    class: "pictures",
    role: "img",
    "aria-label": `${label || "array"}: ${count > 1 ? `${count} pictures` : "picture"} of ${height} by ${width} numbers`,
  });
  for (let i = 0; i < count; i++) {
    const canvas = element("canvas", { width, height });
    canvas.style.width = `${width * scale}px`;
    row.append(canvas);
  }
  paint(row, images);
  return row;
}

/** Draws the canvases of `row` anew, after the colours of the page have changed or the numbers have. */
export function paint(row: HTMLElement, { count, width, height, values }: Images): void {
  const palette = paletteOf(document.documentElement);
  const [low, high] = extent(values);
  const colour =
    low < 0 && high > 0 ? diverging(palette, Math.max(-low, high)) : sequential(palette, low, high);
  const canvases = row.querySelectorAll("canvas");
  for (let n = 0; n < count; n++) {
    const context = canvases[n]?.getContext("2d");
    if (!context) continue;
    const pixels = context.createImageData(width, height);
    for (let i = 0; i < width * height; i++) {
      const [red, green, blue] = colour(values[n * width * height + i] as number);
      pixels.data.set([red, green, blue, 255], 4 * i);
    }
    context.putImageData(pixels, 0, 0);
  }
}

function extent(values: Float32Array): [number, number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const v of values)
    if (Number.isFinite(v)) {
      if (v < low) low = v;
      if (v > high) high = v;
    }
  return low <= high ? [low, high] : [0, 0];
}

const sequential =
  ({ paper, ink }: Palette, low: number, high: number) =>
  (v: number): Colour =>
    mixed(paper, ink, high > low ? (v - low) / (high - low) : 0);

const diverging =
  ({ paper, minus, plus }: Palette, size: number) =>
  (v: number): Colour =>
    mixed(paper, v < 0 ? minus : plus, Math.abs(v) / size);

/** Between two colours; for what is no number, red. */
function mixed(a: Colour, b: Colour, share: number): Colour {
  if (!Number.isFinite(share)) return [220, 40, 40];
  return a.map((v, i) => Math.round(v + share * ((b[i] as number) - v))) as unknown as Colour;
}

/** The colours that the style sheet gives for pictures. */
function paletteOf(root: HTMLElement): Palette {
  const probe = element("span");
  root.append(probe);
  const read = (name: string): Colour => {
    probe.style.color = `var(--picture-${name})`;
    const parts = getComputedStyle(probe).color.match(/[\d.]+/g) ?? [];
    return parts.slice(0, 3).map(Number) as unknown as Colour;
  };
  const palette = { paper: read("paper"), ink: read("ink"), minus: read("minus"), plus: read("plus") };
  probe.remove();
  return palette;
}
