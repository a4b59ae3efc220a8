import { fromHalf, roundHalf, toHalf } from "./float16.ts";

// Doubles and the half-precision bits that NumPy 1.24 rounds them to.
const rounded: readonly (readonly [number, number])[] = [
  [0, 0x0000],
  [5e-324, 0x0000],
  [2.9802322387695312e-8, 0x0000],
  [2.980232238769532e-8, 0x0001],
  [2 ** -24, 0x0001],
  [8.940696716308594e-8, 0x0002],
  [1.4901161193847656e-7, 0x0002],
  [2.086162567138672e-7, 0x0004],
  [6.103515625e-5, 0x0400],
  [6.103515624999999e-5, 0x0400],
  [6.1e-5, 0x03ff],
  [1, 0x3c00],
  [1.00048828125, 0x3c00],
  [1.00146484375, 0x3c02],
  [1.0004882812500002, 0x3c01],
  [0.999755859375, 0x3c00],
  [0.1, 0x2e66],
  [0.3333333333333333, 0x3555],
  [2047.5, 0x6800],
  [2048.5, 0x6800],
  [2049, 0x6800],
  [2051, 0x6802],
  [65504, 0x7bff],
  [65519.99, 0x7bff],
  [65520, 0x7c00],
  [1000000, 0x7c00],
  [1e300, 0x7c00],
  [Infinity, 0x7c00],
  [-Infinity, 0xfc00],
  [-0, 0x8000],
  [-1.5, 0xbe00],
  [-65504, 0xfbff],
  [1.0009765625, 0x3c01],
  [0.99975, 0x3bff],
];

test.each(rounded)("%d rounds to the half with bits %d", (x, bits) => {
  expect(toHalf(x)).toBe(bits);
});

const halves = Array.from({ length: 0x10000 }, (_, bits) => bits);

test("every half reads back as itself, every NaN as the quiet one", () => {
  const isNotANumber = (bits: number) => (bits & 0x7fff) > 0x7c00;
  expect(halves.filter((bits) => toHalf(fromHalf(bits)) !== (isNotANumber(bits) ? 0x7e00 : bits))).toEqual(
    [],
  );
});

test("between two neighbours the nearer wins, and the even one half-way", () => {
  const finite = halves.slice(0, 0x7bff);
  const wrong = finite.filter((bits) => {
    const [low, high] = [fromHalf(bits), fromHalf(bits + 1)];
    const middle = (low + high) / 2;
    const near = (high - low) * 2 ** -30;
    const even = bits % 2 === 0 ? bits : bits + 1;
    return toHalf(middle) !== even || toHalf(middle - near) !== bits || toHalf(middle + near) !== bits + 1;
  });
  expect(wrong).toEqual([]);
});

test("roundHalf is what half precision keeps", () => {
  expect([0.1, 2049, 1e5, -1e-9].map(roundHalf)).toEqual([
    0.0999755859375,
    2048,
    Number.POSITIVE_INFINITY,
    -0,
  ]);
});
