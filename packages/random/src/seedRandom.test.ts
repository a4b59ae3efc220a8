import { RandomState } from "./randomState.ts";
import { type GeneratorName, SeedRandom } from "./seedRandom.ts";

// The package's own examples: the first number of each generator for the seed "hello.".
test.each<[GeneratorName, number]>([
  ["arc4", 0.9282578795792454],
  ["alea", 0.4783254903741181],
])("%s gives its published number", (generator, expected) => {
  expect(new SeedRandom("hello.", { generator }).rand().item()).toBeCloseTo(expected, 8);
});

test.each<GeneratorName>(["alea", "arc4", "tychei", "xor128", "xor4096", "xorshift7", "xorwow"])(
  "%s gives the same numbers for the same seed, others for another, and gaussians of unit variance",
  (generator) => {
    const draw = (seed: string) => new SeedRandom(seed, { generator }).randn(20000);
    const numbers = draw("the first seed").toArray();
    expect(draw("the first seed").toArray()).toEqual(numbers);
    expect(draw("the second seed").toArray()).not.toEqual(numbers);
    expect(new SeedRandom(undefined, { generator }).rand(3).toArray()).not.toEqual(
      new SeedRandom(undefined, { generator }).rand(3).toArray(),
    );
    const mean = numbers.reduce((a, b) => a + b) / 20000;
    const variance = numbers.reduce((a, b) => a + (b - mean) ** 2, 0) / 20000;
    // Five standard errors.
    expect(Math.abs(mean)).toBeLessThan(5 / Math.sqrt(20000));
    expect(Math.abs(variance - 1)).toBeLessThan(5 * Math.sqrt(2 / 20000));
  },
);

test("a text is a seed, of a RandomState too", () => {
  const numbers = new RandomState("hello").rand(3).toArray();
  expect(new RandomState("hello").rand(3).toArray()).toEqual(numbers);
  expect(new RandomState("hello!").rand(3).toArray()).not.toEqual(numbers);
});

test("there is no generator of another name", () => {
  expect(() => new SeedRandom(1, { generator: "xor" as GeneratorName })).toThrow(
    'Cannot draw by "xor": the generators are alea, arc4, tychei, xor128, xor4096, xorshift7, xorwow',
  );
});
