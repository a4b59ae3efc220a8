import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync, inflateSync } from "node:zlib";
import { readImages } from "./idx.ts";
import { tiled, writePng } from "./picture.ts";

const folder = mkdtempSync(join(tmpdir(), "pictures-"));

test("images are stretched and set side by side, with a black line between", () => {
  const images = [
    [0, 1, 2, 4],
    [-1, -1, -1, 7],
  ];
  expect(tiled(images, 2, 2, "each")).toEqual({
    width: 5,
    height: 2,
    pixels: Uint8Array.from([0, 64, 0, 0, 0, 128, 255, 0, 0, 255]),
  });
  expect([...tiled(images, 2, 1, "all").pixels]).toEqual([32, 64, 96, 159, 0, 0, 0, 0, 0, 255]);
});

test("a PNG file has the pixels, enlarged", () => {
  const file = join(folder, "two.png");
  writePng(file, { width: 2, height: 1, pixels: Uint8Array.from([10, 200]) }, 2);
  const bytes = readFileSync(file);
  expect(bytes.subarray(1, 4).toString()).toBe("PNG");
  // Four by two pixels of eight bits, grey.
  expect([...bytes.subarray(16, 29)]).toEqual([0, 0, 0, 4, 0, 0, 0, 2, 8, 0, 0, 0, 0]);
  const length = bytes.readUInt32BE(33);
  expect(bytes.subarray(37, 41).toString()).toBe("IDAT");
  expect([...inflateSync(bytes.subarray(41, 41 + length))]).toEqual([
    0, 10, 10, 200, 200, 0, 10, 10, 200, 200,
  ]);
  // The check sum that every empty IEND has.
  expect(bytes.subarray(-4).toString("hex")).toBe("ae426082");
});

test("files of MNIST's format are read, gzipped or not; others are refused", () => {
  const header = Buffer.alloc(16);
  [0x803, 2, 2, 2].forEach((x, i) => {
    header.writeUInt32BE(x, 4 * i);
  });
  const bytes = Buffer.concat([header, Buffer.from([0, 255, 51, 0, 0, 0, 0, 102])]);
  const [plain, packed, broken] = ["plain", "packed", "broken"].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  writeFileSync(plain, bytes);
  writeFileSync(packed, gzipSync(bytes));
  writeFileSync(broken, bytes.subarray(0, 20));
  for (const file of [plain, packed]) {
    const images = readImages(file, 2);
    expect(images.shape).toEqual([2, 4]);
    expect(images.toArray()[0]?.map((x) => x.toFixed(2))).toEqual(["0.00", "1.00", "0.20", "0.00"]);
  }
  expect(() => readImages(plain, 28)).toThrow("are of 2 by 2 pixels, not 28 by 28");
  expect(() => readImages(broken, 2)).toThrow("ends within its 2 images");
  writeFileSync(broken, "no images");
  expect(() => readImages(broken, 2)).toThrow("has no images");
});
