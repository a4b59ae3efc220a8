import { MT19937 } from "./mt19937.ts";

const skip = (engine: MT19937, n: number): MT19937 => {
  for (let i = 0; i < n; i++) engine.uint32();
  return engine;
};
const words = (engine: MT19937, n: number): number[] => Array.from({ length: n }, () => engine.uint32());

// Drawn with NumPy: RandomState(seed).randint(0, 2 ** 32, dtype="uint32").
test.each<[string, number | number[], number, number[]]>([
  ["the reference seed", 5489, 0, [3499211612, 581869302, 3890346734]],
  ["across the first twist", 5489, 622, [2227348307, 4020325887, 4178893912, 610818241]],
  ["across the second twist", 5489, 1246, [2862235859, 2538210759, 358555951, 2442940989]],
  ["the least seed", 0, 0, [2357136044, 2546248239, 3071714933]],
  ["the greatest seed", 2 ** 32 - 1, 0, [419326371, 479346978, 3918654476]],
  [
    "several integers",
    [0x123, 0x234, 0x345, 0x456],
    0,
    [1067595299, 955945823, 477289528, 4107218783, 4228976476],
  ],
  ["more integers than words", [...Array(1000).keys()], 0, [4012946933, 3615799318]],
  ["more integers than words, later", [...Array(1000).keys()], 698, [4192321295, 1995186788]],
])("%s gives NumPy's words", (_, seed, after, expected) => {
  expect(words(skip(new MT19937(seed), after), expected.length)).toEqual(expected);
});

test("a state that was read restores the words after it, and is a copy", () => {
  const engine = skip(new MT19937(1), 1000);
  const state = engine.getState();
  const after = words(engine, 1000);
  const other = new MT19937(2);
  other.setState(state);
  expect(words(other, 1000)).toEqual(after);
  engine.setState(state);
  expect(words(engine, 1000)).toEqual(after);
});

test.each<[string, () => void]>([
  [
    "Cannot seed with -1: a seed is an integer from 0 to 4294967295 (2^32 - 1), or an array of them",
    () => new MT19937(-1),
  ],
  [
    "Cannot seed with 0.5: a seed is an integer from 0 to 4294967295 (2^32 - 1), or an array of them",
    () => new MT19937([1, 0.5]),
  ],
  ["Cannot seed with no integers: give at least one", () => new MT19937([])],
  [
    "Cannot set the random state: key has 3 words, it must have 624",
    () => new MT19937(0).setState({ key: new Uint32Array(3), pos: 0, hasGauss: false, cachedGaussian: 0 }),
  ],
  [
    "Cannot set the random state: pos is 625, it must be an integer from 0 to 624",
    () =>
      new MT19937(0).setState({ key: new Uint32Array(624), pos: 625, hasGauss: false, cachedGaussian: 0 }),
  ],
])("%s", (message, act) => {
  expect(act).toThrow(new RangeError(message));
});

test("the ten thousandth word of the reference seed is the one that C++ demands of std::mt19937", () => {
  expect(words(skip(new MT19937(5489), 9999), 1)).toEqual([4123659995]);
});
