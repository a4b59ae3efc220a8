import { array } from "@theano-ts/core";
import { RandomState } from "./randomState.ts";

// Drawn with NumPy 1.24's RandomState(11), in this order: one word more or less would change all that follows.
const rs = new RandomState(11);
test.each<[string, () => { toArray(): unknown }, unknown]>([
  [
    "rs.exponential({ scale: 2, size: 4 })",
    () => rs.exponential({ scale: 2, size: 4 }),
    [0.39755976338750826, 0.039334765519022895, 1.2443284135422252, 2.581487905379348],
  ],
  [
    "rs.gamma({ shape: 2.5, size: 3 })",
    () => rs.gamma({ shape: 2.5, size: 3 }),
    [1.5288110565034496, 0.13777591367679062, 1.468871657357444],
  ],
  [
    "rs.gamma({ shape: 0.3, scale: 2, size: 3 })",
    () => rs.gamma({ shape: 0.3, scale: 2, size: 3 }),
    [1.529030688560689, 0.0015549929451986273, 0.004256800077921432],
  ],
  [
    "rs.gamma({ shape: 1, size: 2 })",
    () => rs.gamma({ shape: 1, size: 2 }),
    [1.705262692875413, 0.42254691137292694],
  ],
  [
    "rs.beta({ a: 2, b: 3, size: 2 })",
    () => rs.beta({ a: 2, b: 3, size: 2 }),
    [0.34175612178464415, 0.48699169950337107],
  ],
  [
    "rs.beta({ a: 0.3, b: 0.7, size: 3 })",
    () => rs.beta({ a: 0.3, b: 0.7, size: 3 }),
    [0.3008128127055837, 0.1714080064489904, 0.959893377815246],
  ],
  [
    "rs.binomial({ n: 10, p: 0.3, size: 6 })",
    () => rs.binomial({ n: 10, p: 0.3, size: 6 }),
    [2, 1, 2, 1, 2, 4],
  ],
  [
    "rs.binomial({ n: 10, p: 0.8, size: 6 })",
    () => rs.binomial({ n: 10, p: 0.8, size: 6 }),
    [6, 7, 8, 8, 9, 9],
  ],
  [
    "rs.binomial({ n: 1000, p: 0.3, size: 12 })",
    () => rs.binomial({ n: 1000, p: 0.3, size: 12 }),
    [298, 302, 294, 265, 292, 293, 297, 302, 303, 292, 306, 307],
  ],
  [
    "rs.binomial({ n: 1000000, p: 0.7, size: 8 })",
    () => rs.binomial({ n: 1000000, p: 0.7, size: 8 }),
    [700571, 700232, 699813, 699269, 699738, 699906, 699555, 700558],
  ],
  ["rs.binomial({ n: 5, p: 0, size: 2 })", () => rs.binomial({ n: 5, p: 0, size: 2 }), [0, 0]],
  ["rs.binomial({ n: 5, p: 1, size: 2 })", () => rs.binomial({ n: 5, p: 1, size: 2 }), [5, 5]],
  ["rs.poisson({ lam: 0.5, size: 6 })", () => rs.poisson({ lam: 0.5, size: 6 }), [0, 0, 2, 0, 1, 1]],
  ["rs.poisson({ lam: 25, size: 6 })", () => rs.poisson({ lam: 25, size: 6 }), [33, 22, 34, 25, 27, 34]],
  [
    "rs.poisson({ lam: 4000.5, size: 5 })",
    () => rs.poisson({ lam: 4000.5, size: 5 }),
    [3917, 3976, 3966, 3950, 4120],
  ],
  ["rs.poisson({ lam: 0, size: 2 })", () => rs.poisson({ lam: 0, size: 2 }), [0, 0]],
  [
    "rs.multinomial({ n: 20, pvals: [0.2, 0.3, 0.5], size: 3 })",
    () => rs.multinomial({ n: 20, pvals: [0.2, 0.3, 0.5], size: 3 }),
    [
      [3, 7, 10],
      [4, 6, 10],
      [2, 5, 13],
    ],
  ],
  ["rs.choice(7, { size: 5 })", () => rs.choice(7, { size: 5 }), [0, 0, 5, 3, 3]],
  [
    "rs.choice(7, { size: 5, replace: false })",
    () => rs.choice(7, { size: 5, replace: false }),
    [6, 2, 3, 1, 0],
  ],
  [
    "rs.choice(4, { size: 5, p: [0.1, 0.2, 0.3, 0.4] })",
    () => rs.choice(4, { size: 5, p: [0.1, 0.2, 0.3, 0.4] }),
    [3, 0, 1, 3, 0],
  ],
  [
    "rs.choice(4, { size: 3, p: [0.1, 0.2, 0.3, 0.4], replace: false })",
    () => rs.choice(4, { size: 3, p: [0.1, 0.2, 0.3, 0.4], replace: false }),
    [3, 1, 0],
  ],
  [
    "rs.choice(array([2.5, 3.5, 4.5]), { size: 4 })",
    () => rs.choice(array([2.5, 3.5, 4.5]), { size: 4 }),
    [2.5, 4.5, 2.5, 4.5],
  ],
  [
    'rs.randint({ low: 0, high: 256, size: 6, dtype: "uint8" })',
    () => rs.randint({ low: 0, high: 256, size: 6, dtype: "uint8" }),
    [30, 60, 176, 203, 235, 6],
  ],
  [
    'rs.randint({ low: -3, high: 7, size: 6, dtype: "int8" })',
    () => rs.randint({ low: -3, high: 7, size: 6, dtype: "int8" }),
    [-1, 5, 4, 4, 4, -3],
  ],
  [
    'rs.randint({ low: -300, high: 7000, size: 5, dtype: "int16" })',
    () => rs.randint({ low: -300, high: 7000, size: 5, dtype: "int16" }),
    [3287, 6635, 1282, 4175, 3185],
  ],
  [
    'rs.randint({ low: -300, high: 7000, size: 5, dtype: "int32" })',
    () => rs.randint({ low: -300, high: 7000, size: 5, dtype: "int32" }),
    [720, 1956, -73, 3517, 4565],
  ],
  [
    'rs.randint({ low: 0, high: 2, size: 7, dtype: "bool" }).astype("int64")',
    () => rs.randint({ low: 0, high: 2, size: 7, dtype: "bool" }).astype("int64"),
    [0, 1, 1, 0, 1, 0, 1],
  ],
  [
    'rs.randint({ low: 5, high: 6, size: 2, dtype: "uint8" })',
    () => rs.randint({ low: 5, high: 6, size: 2, dtype: "uint8" }),
    [5, 5],
  ],
  [
    "rs.randomIntegers({ low: 3, high: 9, size: 5 })",
    () => rs.randomIntegers({ low: 3, high: 9, size: 5 }),
    [7, 6, 5, 8, 4],
  ],
  ["rs.randomIntegers({ low: 9, size: 5 })", () => rs.randomIntegers({ low: 9, size: 5 }), [3, 5, 8, 8, 1]],
  ["array([...rs.bytes(6)])", () => array([...rs.bytes(6)]), [116, 50, 127, 208, 15, 226]],
  [
    "array([...(rs.tomaxint(2).data as BigInt64Array)].map((x) => Number(x >> 20n)))",
    () => array([...(rs.tomaxint(2).data as BigInt64Array)].map((x) => Number(x >> 20n))),
    [1677605057653, 1547263399248],
  ],
  ["rs.randomSample(2)", () => rs.randomSample(2), [0.9613877717570741, 0.29103797580332835]],
  [
    "rs.standardNormal(3)",
    () => rs.standardNormal(3),
    [-0.309576637220662, -0.540215564998174, 0.4768810808483195],
  ],
])("%s gives NumPy's numbers", (_, draw, expected) => {
  expect(draw().toArray()).toEqual(expected);
});
