// Programs that must compile with exactly these types, and run; and mistakes that must not compile, and are not run.
import theano, {
  type FloatX,
  In,
  type NDArray,
  np,
  type Pairs,
  pp,
  type SharedVariable,
  slice,
  T,
  type TensorLike,
  type TensorVariable,
} from "./index.ts";

type Eq<A, B> = (<X>() => X extends A ? 1 : 2) extends <X>() => X extends B ? 1 : 2 ? true : false;
/** Accepts only `true`, when the program is checked. */
function expectType<_T extends true>(): void {}

test("the examples of Theano's tutorial", () => {
  {
    const x = T.dmatrix("x");
    const s = T.div(1, T.add(1, T.exp(x.neg())));
    const logistic = theano.function([x], s);
    const s2 = T.tanh(x.div(2)).add(1).div(2);
    expectType<Eq<typeof x, TensorVariable<"float64", 2>>>();
    expectType<Eq<typeof s, TensorVariable<"float64", 2>>>();
    expectType<Eq<typeof s2, TensorVariable<"float64", 2>>>();
    expectType<Eq<ReturnType<typeof logistic>, NDArray<"float64", 2>>>();
  }
  {
    const [a, b] = T.dmatrices("a", "b");
    const diff = a.sub(b);
    const f = theano.function([a, b], [diff, T.abs(diff), diff.pow(2)]);
    const [, , squares] = f([[1, 1]], [[0, 1]]);
    expectType<Eq<typeof squares, NDArray<"float64", 2>>>();
  }
  {
    const [x, y, w] = T.dscalars("x", "y", "w");
    const g = theano.function(
      [x, new In(y, { value: 1 }), new In(w, { value: 2, name: "w_by_name" })],
      x.add(y).mul(w),
    );
    g(33, { w_by_name: 1, y: 0 });
    expectType<Eq<ReturnType<typeof g>, NDArray<"float64", 0>>>();
  }
  {
    const state = theano.shared(0, { dtype: "int64" });
    const inc = T.iscalar("inc");
    theano.function([inc], state, { updates: [[state, state.add(inc)]] });
    const fnOfState = state.mul(2).add(inc);
    const foo = T.scalar({ dtype: state.dtype });
    theano.function([inc, foo], fnOfState, { givens: [[state, foo]] });
    expectType<Eq<typeof foo, TensorVariable<"int64", 0>>>();
    expectType<Eq<typeof fnOfState, TensorVariable<"int64", 0>>>();
  }
  {
    const rng = new np.random.RandomState(1);
    const [features, targets] = [rng.randn(400, 784), rng.randint({ size: 400, low: 0, high: 2 })] as const;
    const x = T.dmatrix("x");
    const y = T.dvector("y");
    const w = theano.shared(rng.randn(784), { name: "w" });
    const b = theano.shared(0, { name: "b" });
    const p1 = T.div(1, T.add(1, T.exp(T.dot(x, w).neg().sub(b))));
    const prediction = p1.gt(0.5);
    const xent = y
      .neg()
      .mul(T.log(p1))
      .sub(T.sub(1, y).mul(T.log(T.sub(1, p1))));
    const cost = xent.sum().add(w.pow(2).sum().mul(0.01));
    const [gw, gb] = T.grad(cost, [w, b]);
    const train = theano.function({
      inputs: [x, y],
      outputs: [prediction, xent],
      updates: [
        [w, w.sub(gw.mul(0.1))],
        [b, b.sub(gb.mul(0.1))],
      ],
    });
    const [predicted, error] = train(features, targets);
    expectType<Eq<typeof w, SharedVariable<"float64", 1>>>();
    expectType<Eq<typeof p1, TensorVariable<"float64", 1>>>();
    expectType<Eq<typeof prediction, TensorVariable<"bool", 1>>>();
    expectType<Eq<typeof cost, TensorVariable<"float64", 0>>>();
    expectType<Eq<typeof gw, TensorVariable<"float64", 1>>>();
    expectType<Eq<typeof gb, TensorVariable<"float64", 0>>>();
    expectType<Eq<typeof predicted, NDArray<"bool", 1>>>();
    expectType<Eq<typeof error, NDArray<"float64", 1>>>();
  }
});

/** Outputs by name, and replacements given as a Map. */
export function minibatches(
  x: TensorVariable<"float64", 2>,
  data: TensorVariable<"float64", 2>,
  cost: TensorVariable<"float64", 0>,
  updates: Pairs<SharedVariable, TensorLike>,
): void {
  const index = T.lscalar("index");
  const h = theano.function([index], { cost, data }, { updates, givens: new Map([[x, data]]) });
  expectType<Eq<ReturnType<typeof h>["cost"], NDArray<"float64", 0>>>();
  expectType<Eq<ReturnType<typeof h>["data"], NDArray<"float64", 2>>>();
}

test("literals take the dtype beside them where they can", () => {
  const x = T.lscalar("x");
  const y = x.mul(2);
  const half = x.mul(0.5);
  const z = T.exp(x);
  expectType<Eq<typeof y, TensorVariable<"int64", 0>>>();
  expectType<Eq<typeof half, TensorVariable<FloatX, 0>>>();
  expectType<Eq<typeof z, TensorVariable<"float64", 0>>>();
  const f = T.fmatrix("f").mul(0.5);
  expectType<Eq<typeof f, TensorVariable<"float32", 2>>>();
  const count = theano.shared(0n);
  expectType<Eq<typeof count, SharedVariable<"int64", 0>>>();
  const b = theano.shared(np.array([1, 2, 3], "int64"));
  const product = b.mul(T.dscalar("x"));
  expectType<Eq<typeof product, TensorVariable<"float64", 1>>>();
});

test("plural constructors, products, reductions, products with Jacobians", () => {
  const [vx, vy] = T.vectors("x", "y");
  const [v1, v2, v3] = T.vectors(3);
  expectType<Eq<typeof vx, TensorVariable<FloatX, 1>>>();
  expectType<Eq<typeof v3, TensorVariable<FloatX, 1>>>();
  const A = T.matrix("A");
  const y = T.dot(A, vx).add(vy);
  expectType<Eq<typeof y, TensorVariable<FloatX, 1>>>();
  const total = T.sum(A.pow(2));
  expectType<Eq<typeof total, TensorVariable<FloatX, 0>>>();
  const rows = A.sum({ axis: 1 });
  expectType<Eq<typeof rows, TensorVariable<FloatX, 1>>>();
  const kept = A.sum({ axis: [0, 1], keepdims: true });
  expectType<Eq<typeof kept, TensorVariable<FloatX, 2>>>();
  const W = T.dmatrix("W");
  const V = T.dmatrix("V");
  const u = T.dvector("x");
  const JV = T.Rop(T.dot(u, W), W, V);
  expectType<Eq<typeof JV, TensorVariable<"float64", 1>>>();
  const turned = W.dimshuffle(1, "x", 0);
  expectType<Eq<typeof turned, TensorVariable<"float64", 3>>>();
  const [m, n] = W.shape;
  expectType<Eq<typeof m, TensorVariable<"int64", 0>>>();
  expect(
    String(
      m
        .mul(n)
        .add(W.shape.sum())
        .eval([[W, np.ones([3, 4])]]),
    ),
  ).toBe("19");
  const [row, corner, reversed] = [W.get(0), W.get(0, -1), W.get(slice(1, null), null, "::-1")];
  expectType<Eq<typeof row, TensorVariable<"float64", 1>>>();
  expectType<Eq<typeof corner, TensorVariable<"float64", 0>>>();
  expectType<Eq<typeof reversed, TensorVariable<"float64", 3>>>();
  const picked = W.get(T.ivector("rows"));
  expectType<Eq<typeof picked, TensorVariable<"float64", 2>>>();
  const value = total.eval([[A, [[1, 2]]]]);
  expectType<Eq<typeof value, NDArray<FloatX, 0>>>();
  pp(total.add(v1.sum()).add(v2.sum()));
  slice(1, null);
});

/** What must not compile. */
export function mistakes(): void {
  const [x, v] = [T.dmatrix("x"), T.dvector("v")];
  // @ts-expect-error there are no operators on variables
  x * 2;
  // @ts-expect-error the cost must be a scalar
  T.grad(v, x);
  // @ts-expect-error there is no such dtype
  T.scalar({ dtype: "float46" });
  // @ts-expect-error a name is text
  T.dmatrix(3);
  const f = theano.function([x], x.sum({ axis: 0 }));
  // @ts-expect-error the result has one dimension, not two
  const wrong: NDArray<"float64", 2> = f([[1, 2]]);
  // @ts-expect-error theano is not spelled like this
  theano.fonction([x], wrong);
  // @ts-expect-error outputs are variables
  theano.function([x], "y");
}
