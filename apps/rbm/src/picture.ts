import { writeFileSync } from "node:fs";
import { crc32, deflateSync } from "node:zlib";

/** Grey pixels, row by row, from 0 (black) to 255 (white). */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array;
}

/**
 * `images`, of `side` by `side` numbers each, in a grid with `columns` columns and lines of one black pixel between them.
 * Numbers are stretched so that the least is black and the greatest white: of each image, or of all together.
 */
export function tiled(
  images: readonly ArrayLike<number>[],
  side: number,
  columns: number,
  stretch: "each" | "all",
): Picture {
  const rows = Math.ceil(images.length / columns);
  const [width, height] = [columns * (side + 1) - 1, rows * (side + 1) - 1];
  const pixels = new Uint8Array(width * height);
  const common = range(images);
  images.forEach((image, k) => {
    const [low, high] = stretch === "each" ? range([image]) : common;
    const corner = Math.floor(k / columns) * (side + 1) * width + (k % columns) * (side + 1);
    for (let i = 0; i < side * side; i++)
      pixels[corner + Math.floor(i / side) * width + (i % side)] = Math.round(
        (255 * ((image[i] as number) - low)) / (high - low || 1),
      );
  });
  return { width, height, pixels };
}

function range(images: readonly ArrayLike<number>[]): readonly [low: number, high: number] {
  let [low, high] = [Infinity, -Infinity];
  for (const image of images)
    for (let i = 0; i < image.length; i++) {
      low = Math.min(low, image[i] as number);
      high = Math.max(high, image[i] as number);
    }
  return [low, high];
}

/** Writes a picture as a PNG file, each pixel as a square of `scale` by `scale`. See https://www.w3.org/TR/png-3/. */
export function writePng(file: string, { width, height, pixels }: Picture, scale: number): void {
  const [wide, high] = [width * scale, height * scale];
  // Each row begins with a byte that says how it was filtered: not at all.
  const rows = new Uint8Array((wide + 1) * high);
  for (let y = 0; y < high; y++)
    for (let x = 0; x < wide; x++)
      rows[y * (wide + 1) + 1 + x] = pixels[Math.floor(y / scale) * width + Math.floor(x / scale)] as number;
  const header = Buffer.alloc(13);
  header.writeUInt32BE(wide, 0);
  header.writeUInt32BE(high, 4);
  // Eight bits a pixel; all that follows is 0: grey, the usual compression and filters, not interlaced.
  header[8] = 8;
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const parts = [chunk("IHDR", header), chunk("IDAT", deflateSync(rows)), chunk("IEND", Buffer.alloc(0))];
  writeFileSync(file, Buffer.concat([signature, ...parts]));
}

/** A part of a PNG file: its length, its name, what is in it, and a check sum. */
function chunk(name: string, data: Buffer): Buffer {
  const [length, named, sum] = [Buffer.alloc(4), Buffer.concat([Buffer.from(name), data]), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, sum]);
}
