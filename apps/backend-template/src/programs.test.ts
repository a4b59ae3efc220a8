import theano, { type CompileOptions, type NDArray, np, T } from "theano-ts";
import { javascript } from "./index.ts";

const backend = javascript();
const x = T.dvector("x");

/** Theano's logistic regression, and what it has computed after a few steps. */
function trained(options: CompileOptions) {
  const rng = new np.random.RandomState(0);
  const [N, feats] = [40, 78];
  const D = [rng.rand(N, feats), rng.randint({ size: N, low: 0, high: 2 })] as const;
  const [x, y] = [T.dmatrix("x"), T.dvector("y")];
  const w = theano.shared(rng.randn(feats), { name: "w" });
  const b = theano.shared(0, { name: "b" });
  const p1 = T.div(1, T.add(1, T.exp(T.dot(x, w).neg().sub(b))));
  const xent = y
    .neg()
    .mul(T.log(p1))
    .sub(T.sub(1, y).mul(T.log(T.sub(1, p1))));
  const cost = xent.mean().add(w.pow(2).sum().mul(0.01));
  const [gw, gb] = T.grad(cost, [w, b]);
  const updates = [
    [w, w.sub(gw.mul(0.1))],
    [b, b.sub(gb.mul(0.1))],
  ] as const;
  const train = theano.function([x, y], [p1.gt(0.5), xent, cost], { ...options, updates });
  const costs = Array.from({ length: 20 }, () => Number(train(...D)[2]));
  const [predicted, crossEntropies] = train(...D);
  return { train, costs, predicted, numbers: [crossEntropies, w.getValue(), b.getValue()] };
}

const allNumbers = (arrays: readonly NDArray[]): number[] =>
  arrays.flatMap((a) => [...a.copy().data].map(Number));

test("the logistic regression gives the numbers of the CPU's backend, within the rounding of float64", () => {
  const [own, meant] = [trained({ backend, strict: true }), trained({})];
  expect(own.predicted.toArray()).toEqual(meant.predicted.toArray());
  const [got, wanted] = [own, meant].map((r) => [...r.costs, ...allNumbers(r.numbers)]) as [
    number[],
    number[],
  ];
  // Sums are added up in another order.
  got.forEach((v, i) =>
    expect(Math.abs(v - wanted[i]!)).toBeLessThanOrEqual(1e-12 * Math.max(1, Math.abs(wanted[i]!))),
  );
  expect(own.train.explain()).not.toContain("on cpu");
});

test("what it refuses runs on the CPU's backend, visibly", () => {
  const f = theano.function([x], T.cumsum(x.mul(2)).add(1), { backend });
  expect(f([1, 2, 3]).toArray()).toEqual([3, 7, 13]);
  expect(f.explain()).toContain(
    "1 of 2 steps run on cpu, not on javascript\nstep 0 is not for javascript: it runs map kernels only, and this is a fold",
  );
});

test.each([
  ["a fold", T.cumsum(x), "it runs map kernels only, and this is a fold"],
  ["an int64", T.argmax(x), "it has no int64"],
  ["a computation in int64", T.cast(T.cast(x, "int64").mul(2), "float64"), "it does not compute in int64"],
])("strict refuses %s with the reason", (_, result, reason) => {
  const f = theano.function([x], result, { backend, strict: true });
  expect(() => f([1, 2, 3])).toThrow(`Backend javascript cannot run ${result.owner}: ${reason}`);
});

test("sizes that change are arguments of the same function", () => {
  const f = theano.function([x], x.sum(), { backend });
  expect([[1], [1, 2], [1, 2, 3], []].map((v) => Number(f(v)))).toEqual([1, 3, 6, 0]);
  expect(f.explain()).toContain("function anonymous(s0,g0,g1");
});

test("reductions over no axes", () => {
  const s = T.dscalar("s");
  const f = theano.function([s], [T.sqr(s).sum(), s.prod()], { backend, strict: true });
  expect(f(3).map(Number)).toEqual([9, 3]);
});
