import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { type NDArray, np } from "theano-ts";

/**
 * The images in a file of MNIST's format (`idx3-ubyte`, gzipped or not), a row of numbers from 0 to 1 for each. Throws if
 * it is no such file, or if its images are not of `side` by `side` pixels.
 */
export function readImages(file: string, side: number): NDArray<"float32", 2> {
  const raw = readFileSync(file);
  const bytes = raw[0] === 0x1f && raw[1] === 0x8b ? gunzipSync(raw) : raw;
  if (bytes.length < 16 || bytes.readUInt32BE(0) !== 0x803)
    throw new Error(`${file} has no images: a file of images begins with the number 2051`);
  const [count, rows, columns] = [4, 8, 12].map((at) => bytes.readUInt32BE(at)) as [number, number, number];
  if (rows !== side || columns !== side)
    throw new Error(`the images in ${file} are of ${rows} by ${columns} pixels, not ${side} by ${side}`);
  if (bytes.length < 16 + count * rows * columns) throw new Error(`${file} ends within its ${count} images`);
  const data = Float32Array.from(bytes.subarray(16, 16 + count * rows * columns), (x) => x / 255);
  return np.array({ data, shape: [count, rows * columns] }, "float32") as NDArray<"float32", 2>;
}
