// A restricted Boltzmann machine learns six letters of 5 by 7 pixels by
// contrastive divergence, and then restores damaged ones.
import theano, {
  MRG_RandomStreams,
  np,
  slice,
  T,
  type TensorVariable,
} from "theano-ts";

const { floatX } = theano.config;
const rng = new np.random.RandomState(1);

// The letters, 40 times each, with two pixels in a hundred flipped.
const rows = [
  "##### #...# ##### .###. #...# .###.",
  "..#.. #...# #.... #...# ##..# #...#",
  "..#.. #...# #.... #...# #.#.# #...#",
  "..#.. ##### ####. ##### #..## #...#",
  "..#.. #...# #.... #...# #...# #...#",
  "..#.. #...# #.... #...# #...# #...#",
  "..#.. #...# ##### #...# #...# .###.",
].map((row) => row.split(" "));
const letters = [0, 1, 2, 3, 4, 5].map((k) =>
  [...rows.map((row) => row[k]).join("")].map((c) => Number(c === "#")),
);
image({ "what it is to learn": np.array(letters).reshape([6, 7, 5]) });
const noisy = (count: number, p: number) =>
  rng
    .binomial({ n: 1, p, size: [count, 35] })
    .toArray()
    .map((row, i) =>
      row.map((flip, j) => Math.abs(letters[i % 6]![j]! - flip)),
    );
const data = theano.shared(np.array(noisy(240, 0.02)).astype(floatX));

// The machine: visible and hidden units, weights between, and biases.
type Matrix = TensorVariable<typeof floatX, 2>;
const [visible, hidden] = [35, 40];
const first = rng.normal({ scale: 0.1, size: [visible, hidden] });
const float = { dtype: floatX };
const W = theano.shared(first.astype(floatX), { name: "W" });
const hBias = theano.shared(np.zeros(hidden, float), { name: "hBias" });
const vBias = theano.shared(np.zeros(visible, float), { name: "vBias" });
const streams = new MRG_RandomStreams(7);
const draw = (p: Matrix): Matrix =>
  streams.binomial({ size: p.shape, n: 1, p, dtype: floatX });
const hiddenOf = (v: Matrix) => T.sigmoid(T.dot(v, W).add(hBias));
const visibleOf = (h: Matrix) => T.sigmoid(T.dot(h, W.T).add(vBias));
function freeEnergy(v: Matrix) {
  const terms = T.log(T.add(1, T.exp(T.dot(v, W).add(hBias))));
  return T.dot(v, vBias)
    .neg()
    .sub(terms.sum({ axis: 1 }));
}

// Persistent contrastive divergence: chains of Gibbs steps, which go on
// from call to call.
const chains = theano.shared(np.zeros([60, hidden], float), {
  name: "chains",
});
const [[visibles, hiddens], updates] = theano.scan(
  (h: Matrix): [Matrix, Matrix] => {
    const v = draw(visibleOf(h));
    return [v, draw(hiddenOf(v))];
  },
  { outputsInfo: [null, chains], nSteps: 5 },
);
updates.set(chains, hiddens.get(-1));
const x = T.matrix("x");
const end = visibles.get(-1);
const cost = T.mean(freeEnergy(x)).sub(T.mean(freeEnergy(end)));
const parameters = [W, hBias, vBias];
const gradients = T.grad(cost, parameters, { considerConstant: [end] });
parameters.forEach((param, i) => {
  updates.set(param, param.sub(gradients[i]!.mul(T.cast(0.05, floatX))));
});

// What is shown meanwhile: how much of an image is lost on the way to the
// hidden units and back.
const error = T.mean(x.sub(visibleOf(hiddenOf(x))).pow(2));
error.name = "squared error";

// givens puts a minibatch in the place of x, so that a call takes nothing
// but its number.
const index = T.lscalar("index");
const batch = data.get(slice(index.mul(60), index.add(1).mul(60)));
const trainRbm = theano.function([index], error, {
  updates,
  givens: [[x, batch]],
});
for (let epoch = 0; epoch <= 300; epoch++) {
  for (let i = 0; i < 4; i++) trainRbm(i);
  if (epoch % 25 !== 0) continue;
  const filters = W.getValue().transpose().reshape([hidden, 7, 5]);
  image({ "weights of the hidden units": filters });
}

// Letters with one pixel in six flipped, and what comes of them on the way
// to the hidden units and back, ten times, without draws.
const start = T.matrix("start");
const [steps] = theano.scan((v: Matrix) => visibleOf(hiddenOf(v)), {
  outputsInfo: start,
  nSteps: 10,
});
const restore = theano.function([start], steps.get(-1));
const damaged = np.array(noisy(24, 1 / 6)).astype(floatX);
image({ "damaged letters": damaged.reshape([24, 7, 5]) });
const made = restore(damaged);
image({ "what it makes of them": made.reshape([24, 7, 5]) });
