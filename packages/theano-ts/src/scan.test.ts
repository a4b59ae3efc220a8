// The programs of the document on scan, with exactly these types; and mistakes that must not compile.
import theano, {
  type NDArray,
  np,
  type OrderedUpdates,
  RandomStreams,
  slice,
  T,
  type TensorVariable,
  until,
} from "./index.ts";

type Eq<A, B> = (<X>() => X extends A ? 1 : 2) extends <X>() => X extends B ? 1 : 2 ? true : false;
/** Accepts only `true`, when the program is checked. */
function expectType<_T extends true>(): void {}
type Var<D extends "float64" | "int64", N extends number> = TensorVariable<D, N>;

test("the general form", () => {
  const [Y, P, X, A] = [T.vector("Y"), T.vector("P"), T.vector("X"), T.scalar("A")];
  const [results, updates] = theano.scan(
    (y, p, xTm2, xTm1, a) => {
      expectType<Eq<typeof y, Var<"float64", 0>>>();
      expectType<Eq<typeof xTm1, Var<"float64", 0>>>();
      return y.add(p).add(xTm2).add(xTm1).add(a);
    },
    {
      sequences: [Y, P.get(slice(null, null, -1))],
      outputsInfo: [{ initial: X, taps: [-2, -1] }],
      nonSequences: A,
    },
  );
  expectType<Eq<typeof results, Var<"float64", 1>>>();
  expectType<Eq<typeof updates, OrderedUpdates>>();
  const f = theano.function([Y, P, X, A], results, { updates });
  // The numbers are those of Theano 1.0.5.
  expect(f([1, 2, 3], [10, 20, 30], [0.5, 0.25], 100).toArray()).toEqual([131.75, 254, 498.75]);
});

test("a power, element by element", () => {
  const k = T.iscalar("k");
  const A = T.vector("A");
  const [outputs, updates] = theano.scan((result, a) => result.mul(a), {
    nonSequences: A,
    outputsInfo: T.onesLike(A),
    nSteps: k,
  });
  const fnAk = theano.function([A, k], outputs.get(-1), { updates });
  expect(String(fnAk(np.arange(10), 2))).toBe("[ 0.  1.  4.  9. 16. 25. 36. 49. 64. 81.]");
  expect(fnAk([0.5, -1.5], 7).toArray()).toEqual([0.5 ** 7, (-1.5) ** 7]);
});

test("tanh(x·W + b), row by row", () => {
  const [X, W, bSym] = [T.matrix("X"), T.matrix("W"), T.vector("b_sym")];
  const [results] = theano.scan((v) => T.tanh(T.dot(v, W).add(bSym)), { sequences: X });
  expectType<Eq<typeof results, Var<"float64", 2>>>();
  const computeElementwise = theano.function({ inputs: [X, W, bSym], outputs: [results] });
  const [rows] = computeElementwise(np.eye(2), np.ones([2, 2]), [1, 2]);
  expectType<Eq<typeof rows, NDArray<"float64", 2>>>();
  const [a, b] = [Math.tanh(1 + 1), Math.tanh(1 + 2)];
  const got = rows.toArray();
  [a, b].forEach((x, j) => {
    for (const i of [0, 1]) expect(got[i]?.[j]).toBeCloseTo(x, 14);
  });
});

test("several outputs, updates and a condition have their types", () => {
  const [x, m, i, y0] = [T.dvector("x"), T.dmatrix("m"), T.lvector("i"), T.dscalar("y0")];
  const s = theano.shared(0n, { name: "s" });
  const [[sums, rows, counts], updates] = theano.scan(
    (a, row, n, before, w) => {
      expectType<Eq<typeof a, Var<"float64", 0>>>();
      expectType<Eq<typeof row, Var<"float64", 1>>>();
      expectType<Eq<typeof n, Var<"int64", 0>>>();
      expectType<Eq<typeof before, Var<"float64", 0>>>();
      expectType<Eq<typeof w, Var<"float64", 2>>>();
      const next = before.add(a);
      return [[next, T.dot(row, w), n.add(1)], new Map([[s, s.add(1)]]), until(next.gt(4))] as const;
    },
    { sequences: [x, m, i], outputsInfo: [y0, null, null], nonSequences: [m] },
  );
  expectType<Eq<typeof sums, Var<"float64", 1>>>();
  expectType<Eq<typeof rows, Var<"float64", 2>>>();
  expectType<Eq<typeof counts, Var<"int64", 1>>>();
  const f = theano.function([x, m, i, y0], [sums, rows, counts], { updates });
  const [a, b, c] = f(
    [1, 3, 9],
    [
      [1, 2, 3],
      [4, 5, 6],
      [0, 0, 1],
    ],
    [5, 6, 7],
    0.5,
  );
  expect(a.toArray()).toEqual([1.5, 4.5]);
  // The rows of the matrix by the matrix.
  expect(b.toArray()).toEqual([
    [9, 12, 18],
    [24, 33, 48],
  ]);
  expect(c.toArray()).toEqual([6, 7]);
  expect(s.getValue().item()).toBe(2);
});

test("lists of one output, and none", () => {
  const x = T.dvector("x");
  const [list] = theano.scan((a) => a.mul(2), { sequences: x, returnList: true });
  expectType<Eq<typeof list, [Var<"float64", 1>]>>();
  const [total] = theano.reduce((a, sum) => sum.add(a), x, T.dot(x, x));
  expectType<Eq<typeof total, Var<"float64", 0>>>();
  const [squares] = theano.map((a) => a.pow(2), x);
  expect(
    theano
      .function(
        [x],
        [list[0], total, squares],
      )([1, 2])
      .map((v) => (v as NDArray).toArray()),
  ).toEqual([[2, 4], 8, [1, 4]]);
});

test("random numbers are new in each step, and in each call", () => {
  const rng = new RandomStreams(234);
  const [draws, updates] = theano.scan(() => rng.uniform([2]), { nSteps: 3 });
  const f = theano.function([], draws, { updates });
  const all = [...f().toArray(), ...f().toArray()].flat();
  expect(new Set(all).size).toBe(12);
});

test("a step that takes more than there is does not compile", () => {
  const x = T.dvector("x");
  void (() => {
    // @ts-expect-error there is one sequence, and no more
    theano.scan((a: Var<"float64", 0>, b: Var<"float64", 0>) => a.add(b), { sequences: x });
    // @ts-expect-error rows of a vector are scalars
    theano.scan((a: Var<"float64", 1>) => a, { sequences: x });
    // @ts-expect-error there is no such option
    theano.scan((a) => a, { sequences: x, steps: 3 });
  });
});
