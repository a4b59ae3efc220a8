import { drawIntegers } from "./integers.ts";
import { fillNormal, fillUniform, permuted } from "./legacy.ts";
import { log } from "./log.ts";
import { MT19937 } from "./mt19937.ts";

const uniform = (engine: MT19937, n: number, low?: number, high?: number) => [
  ...fillUniform(engine, new Float64Array(n), low, high),
];
const normal = (engine: MT19937, n: number, loc?: number, scale?: number) => [
  ...fillNormal(engine, new Float64Array(n), loc, scale),
];
const integers = (engine: MT19937, low: bigint, high: bigint, n: number) => [
  ...drawIntegers(engine, n, low, high, "int64"),
];

// One stream, drawn in this order with NumPy's RandomState(7); equality is of every bit.
test("one seed gives NumPy's numbers, distribution after distribution", () => {
  const engine = new MT19937(7);
  expect(uniform(engine, 3)).toEqual([0.07630828937395717, 0.7799187922401146, 0.4384092314408935]);
  expect(normal(engine, 5)).toEqual([
    0.09316606097975175, 3.200914709117712, -0.1569886595634109, -0.2901313829291646, 2.025771524137035,
  ]);
  expect(engine.getState()).toMatchObject({
    pos: 22,
    hasGauss: true,
    cachedGaussian: -0.0013280504761581638,
  });
  expect(integers(engine, 0n, 10n, 8)).toEqual([7n, 0n, 7n, 6n, 3n, 5n, 8n, 8n]);
  expect(integers(engine, -3n, -2n, 3)).toEqual([-3n, -3n, -3n]);
  expect(integers(engine, 0n, 2n ** 32n, 3)).toEqual([1127788727n, 106941365n, 3224501360n]);
  expect(integers(engine, -(2n ** 63n), 2n ** 63n - 1n, 3)).toEqual([
    1854800229375720637n,
    8303423580812505378n,
    -4975033688211408695n,
  ]);
  expect(integers(engine, 0n, 10n ** 12n, 2)).toEqual([888159566374n, 21206956526n]);
  expect(integers(engine, 0n, 2n ** 40n, 2)).toEqual([590338211671n, 976609633475n]);
  expect(integers(engine, 0n, 2n ** 32n, 2)).toEqual([3222985800n, 1535344467n]);
  expect(integers(engine, 0n, 2n ** 31n, 2)).toEqual([725906352n, 830456065n]);
  expect(normal(engine, 4, 3, 0.5)).toEqual([
    2.999335974761921, 2.282337021323965, 2.9215906915125185, 1.8355784540527518,
  ]);
  expect(uniform(engine, 3, -2, 5)).toEqual([1.3418080839611188, 0.5612327004641506, 3.865425960164824]);
  expect([...permuted(engine, 10)].map(Number)).toEqual([6, 2, 1, 3, 8, 5, 0, 4, 9, 7]);
  expect([...permuted(engine, 1)].map(Number)).toEqual([0]);
  expect([...permuted(engine, 3)].map(Number)).toEqual([0, 2, 1]);
  expect(uniform(engine, 1)).toEqual([0.9209935401312483]);
  expect([...permuted(engine, 5)].map(Number)).toEqual([0, 4, 2, 1, 3]);
});

test("seeding and setting a state forget the spare gaussian, or restore it", () => {
  const engine = new MT19937(7);
  const [first, second] = normal(engine, 2);
  engine.seed(7);
  expect(normal(engine, 1)).toEqual([first]);
  const state = engine.getState();
  engine.seed(7);
  engine.setState(state);
  expect(normal(engine, 1)).toEqual([second]);
});

test.each<[bigint, bigint, string]>([
  [5n, 5n, "Cannot draw integers from 5 up to 5: low must be below high"],
  [-(2n ** 64n), 5n, "Cannot draw integers from -18446744073709551616: it is out of bounds for int64"],
  [0n, 2n ** 63n + 1n, "Cannot draw integers up to 9223372036854775809: it is out of bounds for int64"],
])("integers from %s up to %s cannot be drawn", (low, high, message) => {
  expect(() => integers(new MT19937(0), low, high, 1)).toThrow(new RangeError(message));
});

// Rounded from forty digits.
test.each([
  [0.5, -0.6931471805599453],
  [0.9999999999999999, -1.1102230246251565e-16],
  [1.232595164407831e-32, -73.4736011393542],
  [0.7071067811865475, -0.34657359027997275],
  [0.7071067811865476, -0.3465735902799726],
  [1e-300, -690.7755278982137],
  [1.4142135623730951, 0.3465735902799727],
  [2.0, 0.6931471805599453],
  [3.0, 1.0986122886681098],
  [0.5507979025745755, -0.5963873200968057],
  [0.7081478226181048, -0.3451024180731863],
  [0.2909047389129443, -1.2347594230913452],
  [0.510827605197663, -0.6717231132189072],
  [0.8929469543476547, -0.113228101496351],
  [0.8962930889334381, -0.10948781131078414],
  [0.12558531046383625, -2.074769986693559],
  [0.20724287813818676, -1.5738638491847425],
  [0.05146720330082988, -2.966810503284334],
  [0.44080984365063647, -0.8191416900619278],
  [0.029876210878566956, -3.5106927380516924],
  [0.4568332243947111, -0.7834368903721314],
])("log(%d) is correctly rounded", (x, expected) => {
  expect(log(x)).toBe(expected);
});
