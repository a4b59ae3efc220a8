import { np } from "theano-ts";
import { digitImages, side } from "./digits.ts";
import { Machine } from "./machine.ts";

// Two images, ten times each: what a machine with enough hidden units makes up is one of the two, nearly always.
const patterns = [
  [1, 1, 1, 0, 0, 0],
  [0, 0, 0, 1, 1, 1],
];
const images = np.array(
  Array.from({ length: 20 }, (_, i) => patterns[i % 2] as number[]),
  "float32",
);

test.each([true, false])("a machine learns two images (chains that go on: %s)", (persistent) => {
  const machine = new Machine({ visible: 6, hidden: 4, seed: 3 });
  const train = machine.training({ images, batchSize: 20, learningRate: 0.1, k: 2, persistent });
  const costs = Array.from({ length: 1200 }, () => train(0).item());
  const mean = (list: readonly number[]): number => list.reduce((a, b) => a + b) / list.length;
  // At first every pixel is as good as guessed: 6 ln ½.
  expect(mean(costs.slice(0, 6))).toBeCloseTo(6 * Math.log(0.5), 0);
  expect(mean(costs.slice(-60))).toBeGreaterThan(-0.6);
  const sample = machine.sampling(images, 50);
  const made = Array.from({ length: 20 }, () => sample().toArray())
    .flat()
    .map((row) => row.map(Math.round).join(""));
  const share = (pattern: number[]): number =>
    made.filter((x) => x === pattern.join("")).length / made.length;
  const shares = patterns.map(share) as [number, number];
  expect(shares[0] + shares[1]).toBeGreaterThan(0.95);
});

test("drawn digits have ink in the middle, and none in the corners", () => {
  const digits = digitImages(new np.random.RandomState(0), 30);
  expect(digits.shape).toEqual([30, side * side]);
  for (const image of digits.toArray()) {
    const ink = image.reduce((a, b) => a + b);
    expect(ink).toBeGreaterThan(25);
    expect(ink).toBeLessThan(300);
    expect([0, side - 1, side * (side - 1), side * side - 1].map((i) => image[i])).toEqual([0, 0, 0, 0]);
  }
});
