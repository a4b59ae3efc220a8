// Draws of one trial are compiled as comparisons of uniform numbers: they must be NumPy's all the same.
import theano, { functionFromJson, functionToJson, np, RandomStreams, rawRandom, T } from "./index.ts";

const seed = 4711;
const probabilities = [0, 1e-300, 0.1, 0.25, 0.5, 0.5000000000000001, 0.7, 0.9, 1 - 2 ** -53, 1];

test("the numbers, and the state afterwards, are those of binomial draws one by one", () => {
  const p = T.dmatrix("p");
  const state = theano.shared(new np.random.RandomState(seed));
  const [after, drawn] = rawRandom.binomial(state, { size: p.shape, n: 1, p });
  const f = theano.function([p], drawn, { updates: [[state, after]] });
  const numpy = new np.random.RandomState(seed);
  const rows = Array.from({ length: 60 }, () => probabilities);
  const one = (q: number): number => Number(numpy.binomial({ n: 1, p: q }).item());
  expect(f(rows).toArray()).toEqual(rows.map((row) => row.map(one)));
  expect(state.getValue().uniform().item()).toBe(numpy.uniform().item());
});

test("probabilities stretch to the size, also by a dimension that happens to be 1", () => {
  const [row, all] = [T.drow("row"), T.dmatrix("all")];
  const draws = (p: typeof all): unknown => {
    const y = new RandomStreams(seed).binomial({ size: [3, 2], n: 1, p, dtype: "float32" });
    const value = p === row ? [[0, 1]] : [[1, 0]];
    return theano.function([p], y)(value).toArray();
  };
  expect(draws(row)).toEqual([0, 1, 2].map(() => [0, 1]));
  expect(draws(all)).toEqual([0, 1, 2].map(() => [1, 0]));
});

test("in a loop, each step draws on", () => {
  const p = T.dvector("p");
  const streams = new RandomStreams(seed);
  const [draws, updates] = theano.scan(() => streams.binomial({ size: p.shape, n: 1, p }), { nSteps: 4 });
  const flat = new RandomStreams(seed).binomial({ size: [8, 3], n: 1, p: 0.4 });
  const inLoop = theano.function([p], draws, { updates });
  const twice = [...inLoop([0.4, 0.4, 0.4]).toArray(), ...inLoop([0.4, 0.4, 0.4]).toArray()];
  expect(twice).toEqual(theano.function([], flat)().toArray());
});

test.each([-0.1, 1.5, Number.NaN])("%f is no probability", (wrong) => {
  const p = T.dvector("p");
  const f = theano.function([p], new RandomStreams(seed).binomial({ size: p.shape, n: 1, p }));
  expect(() => f([0.5, wrong])).toThrow("Cannot draw with p: p < 0, p > 1 or p is NaN");
});

test("other numbers of trials are drawn as before, and functions with either are saved", () => {
  const p = T.dvector("p");
  for (const n of [1, 3]) {
    const f = theano.function([p], new RandomStreams(seed).binomial({ size: p.shape, n, p }));
    const loaded = functionFromJson<typeof f>(functionToJson(f));
    const drawn = f([0.5, 0.5, 1]).toArray();
    expect(drawn[2]).toBe(n);
    expect(loaded([0.5, 0.5, 1]).toArray()).toEqual(drawn);
  }
});
