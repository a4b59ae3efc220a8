import theano, {
  type Complex,
  gradient,
  MRG_RandomStreams,
  np,
  RandomStreams,
  T,
  type TensorVariable,
} from "theano-ts";

type Scalar = TensorVariable<"float64", 0>;
type Vector = TensorVariable<"float64", 1>;

/** Logistic regression by gradient descent: the cost of each step, and the weights after them. */
export function train(points: number[][], classes: number[], rate: number, steps: number) {
  const [x, y] = [T.dmatrix("x"), T.dvector("y")];
  const w = theano.shared(np.zeros(points[0]?.length ?? 0), { name: "w" });
  const b = theano.shared(0, { name: "b" });
  const p = T.sigmoid(T.dot(x, w).add(b));
  const cost = T.neg(y.mul(T.log(p)).add(T.sub(1, y).mul(T.log(T.sub(1, p))))).mean();
  const [gw, gb] = T.grad(cost, [w, b]);
  const step = theano.function([x, y], cost, {
    updates: [
      [w, w.sub(gw.mul(rate))],
      [b, b.sub(gb.mul(rate))],
    ],
  });
  const costs = Array.from({ length: steps }, () => step(points, classes).item());
  return { costs, w: w.getValue().toArray(), b: b.getValue().item() };
}

/** The elements of `a` to the power of `k` by a loop, and what they gain as `a` grows. */
export function power(a: number[], k: number) {
  const [base, times] = [T.dvector("base"), T.iscalar("times")];
  const [rows] = theano.scan((result: Vector) => result.mul(base), {
    outputsInfo: T.onesLike(base),
    nSteps: times,
  });
  const value = rows.get(-1);
  const slope = T.grad(value.sum(), base);
  const [values, slopes] = theano.function([base, times], [value, slope])(a, k);
  return { value: values.toArray(), slope: slopes.toArray() };
}

/** The numbers after `a` and `b` that are each the sum of the two before. */
export function sums(a: number, b: number, n: number) {
  const first = T.dvector("first");
  const [rows] = theano.scan((before: Scalar, last: Scalar) => before.add(last), {
    outputsInfo: { initial: first, taps: [-2, -1] },
    nSteps: n,
  });
  return theano.function([first], rows)([a, b]).toArray();
}

/** What NumPy's generator, and both kinds of Theano's streams, draw first. */
export function draws() {
  const numpy = new RandomStreams({ seed: 324 });
  const twice = theano.function([], numpy.uniform([2, 2]));
  const mrg = theano.function([], new MRG_RandomStreams(123).uniform([1]));
  return {
    state: new np.random.RandomState(1).randn(3).toArray(),
    numpy: [twice().toArray(), twice().toArray()],
    mrg: [mrg().toArray(), mrg().toArray()],
  };
}

/** The product of two complex numbers, and the modulus of the first. */
export function complexNumbers(a: Complex, b: Complex) {
  const [u, v] = [T.zscalar("u"), T.zscalar("v")];
  const [product, modulus] = theano.function([u, v], [u.mul(v), T.abs(u)])(a, b);
  return { product: product.item(), modulus: modulus.item() };
}

/** The sum and the product of two 64-bit integers. */
export function integers(a: bigint, b: bigint) {
  const [i, j] = T.lscalars("i", "j");
  const [sum, product] = theano.function([i, j], [i.add(j), i.mul(j)])(a, b);
  return { sum: sum.itemBigInt(), product: product.itemBigInt() };
}

/** The second derivatives of the sum of the cubes of `at`. */
export function hessian(at: number[]) {
  const x = T.dvector("x");
  return theano
    .function(
      [x],
      gradient.hessian(x.pow(3).sum(), x),
    )(at)
    .toArray();
}

/** What the errors say of a call with vectors of two lengths, and of the gradient of a vector. */
export function errors() {
  const [x, y] = T.dvectors("x", "y");
  const sum = x.add(y);
  const f = theano.function([x, y], sum);
  return { call: messageOf(() => f([1, 2], [1, 2, 3])), graph: messageOf(() => T.grad(sum as never, x)) };
}

function messageOf(mistake: () => unknown): string {
  try {
    mistake();
    return "nothing was wrong";
  } catch (error) {
    return (error as Error).message;
  }
}
