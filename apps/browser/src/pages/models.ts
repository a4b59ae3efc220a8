import type { Backend } from "@theano-ts/kernel";
import theano, { config, np, slice, T, type TensorVariable } from "theano-ts";

// Models in float32 whose source does not know what runs them.

/** What a model gives: numbers by name. */
export type Results = Readonly<Record<string, readonly number[]>>;

/** A model, and what runs it. */
export type Model = (backend: Backend) => Promise<Results>;

type Matrix = TensorVariable<"float32", 2>;
type Vector = TensorVariable<"float32", 1>;

const data = (seed: number, ...shape: number[]) =>
  new np.random.RandomState(seed).randn(...shape).astype("float32");

/** The logistic regression of the tutorial, smaller: the cost of each step, and the weights in the end. */
const logistic: Model = async (backend) => {
  const [features, steps] = [20, 30];
  const D = data(1, 64, features);
  const classes = np.array(Array.from({ length: 64 }, (_, i) => (i * 7) % 2)).astype("float32");
  const [x, y] = [T.fmatrix("x"), T.fvector("y")];
  const w = theano.shared(data(2, features), { name: "w" });
  const b = theano.shared(np.zeros([], { dtype: "float32" }), { name: "b" });
  const p = T.sigmoid(T.dot(x, w).add(b));
  const entropy = T.neg(y.mul(T.log(p)).add(T.sub(1, y).mul(T.log(T.sub(1, p)))));
  const cost = entropy.mean().add(w.pow(2).sum().mul(0.01));
  const [gw, gb] = T.grad(cost, [w, b]);
  const train = theano.function([x, y], cost, {
    backend,
    updates: [
      [w, w.sub(gw.mul(0.1))],
      [b, b.sub(gb.mul(0.1))],
    ],
  });
  const costs: number[] = [];
  for (let i = 0; i < steps; i++) costs.push((await train.async(D, classes)).item());
  return { costs, w: numbers(await w.getValueAsync()), b: [(await b.getValueAsync()).item()] };
};

/** A perceptron with one hidden layer that learns products, by minibatches that `givens` cut out. */
const perceptron: Model = async (backend) => {
  const [rows, batch, epochs] = [96, 32, 8];
  const X = theano.shared(data(3, rows, 2), { name: "X" });
  const products = numbers(X.getValue()).flatMap((v, i, all) =>
    i % 2 === 0 ? [v * (all[i + 1] as number)] : [],
  );
  const target = theano.shared(np.array(products).astype("float32"), { name: "target" });
  const [x, t] = [T.fmatrix("x"), T.fvector("t")];
  const start = T.lscalar("start");
  const [W1, b1] = [
    theano.shared(data(4, 2, 16), { name: "W1" }),
    theano.shared(np.zeros(16, { dtype: "float32" })),
  ];
  const [w2, b2] = [
    theano.shared(data(5, 16), { name: "w2" }),
    theano.shared(np.zeros([], { dtype: "float32" })),
  ];
  const hidden = T.tanh(T.dot(x, W1).add(b1));
  const cost = T.dot(hidden, w2).add(b2).sub(t).pow(2).mean();
  const parameters = [W1, b1, w2, b2] as const;
  const gradients = T.grad(cost, [...parameters]);
  const train = theano.function([start], cost, {
    backend,
    updates: parameters.map((p, i) => [p, p.sub((gradients[i] as typeof p).mul(0.05))] as never),
    givens: [
      [x, X.get(slice(start, start.add(batch)))],
      [t, target.get(slice(start, start.add(batch)))],
    ] as never,
  });
  const costs: number[] = [];
  for (let e = 0; e < epochs; e++)
    for (let at = 0; at < rows; at += batch)
      costs.push(((await train.async(at)) as { item(): number }).item());
  return { costs, W1: numbers(await W1.getValueAsync()), w2: numbers(await w2.getValueAsync()) };
};

/** The loops of the document about scan: a power, rows through a layer, and a recurrence with its gradient. */
const loops: Model = async (backend) => {
  const [k, A] = [T.iscalar("k"), T.fvector("A")];
  const [powers] = theano.scan((result: Vector) => result.mul(A), { outputsInfo: T.onesLike(A), nSteps: k });
  const power = theano.function([A, k], powers.get(-1), { backend });
  const [X, W, b] = [T.fmatrix("X"), T.fmatrix("W"), T.fvector("b")];
  const [layer] = theano.scan((v: Vector) => T.tanh(T.dot(v, W).add(b)), { sequences: X });
  const rows = theano.function([X, W, b], layer, { backend });
  const [states] = theano.scan((v: Vector, h: Vector) => T.tanh(v.add(T.dot(h, W))), {
    sequences: X,
    outputsInfo: T.zerosLike(b),
  });
  const last = (states as Matrix).get(-1).pow(2).sum();
  const gradient = theano.function([X, W, b], [last, T.grad(last, W)], { backend, onUnusedInput: "ignore" });
  const args = [data(6, 5, 3), data(7, 3, 3), data(8, 3)] as const;
  const [value, slope] = await gradient.async(...args);
  return {
    power: numbers(await power.async(np.arange(10).astype("float32"), 2)),
    rows: numbers(await rows.async(...args)),
    last: [value.item()],
    slope: numbers(slope),
  };
};

/** The models, by name. */
export const models = { logistic, perceptron, loops } satisfies Record<string, Model>;

/** What a model gives where floats are of 32 bits. */
export async function inFloat32(model: Model, backend: Backend): Promise<Results> {
  const before = config.floatX;
  config.floatX = "float32";
  try {
    return await model(backend);
  } finally {
    config.floatX = before;
  }
}

const numbers = (array: { toArray(): unknown }): number[] => [array.toArray()].flat(9) as number[];
