// A multilayer perceptron learns which of two spirals a point lies on.
// The picture is what it thinks of the plane.
import theano, {
  np,
  type SharedVariable,
  T,
  type TensorVariable,
} from "theano-ts";

const { floatX } = theano.config;
const rng = new np.random.RandomState(3);

// Points on two spirals, 97 on each, and their classes: -1 and 1.
const points: number[][] = [];
const classes: number[] = [];
for (let i = 0; i < 97; i++)
  for (const side of [-1, 1]) {
    const angle = (i * Math.PI) / 32;
    const radius = side * (1.02 - i / 104);
    points.push([radius * Math.sin(angle), radius * Math.cos(angle)]);
    classes.push(side);
  }
const inputs = np.array(points).astype(floatX);
const targets = np.array(classes).astype(floatX);

// Two hidden layers and one output.
type Matrix = TensorVariable<typeof floatX, 2>;
const parameters: SharedVariable[] = [];
function layer(input: Matrix, n: number, m: number, name: string) {
  const first = rng.normal({ scale: 2 / Math.sqrt(n), size: [n, m] });
  const zeros = np.zeros(m, { dtype: floatX });
  const W = theano.shared(first.astype(floatX), { name: `W ${name}` });
  const b = theano.shared(zeros, { name: `b ${name}` });
  parameters.push(W, b);
  return T.dot(input, W).add(b);
}
const [x, y] = [T.matrix("x"), T.vector("y")];
const hidden1 = T.tanh(layer(x, 2, 40, "hidden 1"));
const hidden2 = T.tanh(layer(hidden1, 40, 20, "hidden 2"));
const output = T.tanh(layer(hidden2, 20, 1, "output")).get(":", 0);
const cost = output.sub(y).pow(2).mean();
cost.name = "cost";
const right = output.mul(y).gt(0).mean();
right.name = "share right";

// Gradient descent with momentum: each parameter has a velocity.
const gradients = T.grad(cost, parameters);
const updates = parameters.flatMap((w, i) => {
  const still = np.zeros(w.getValue().shape, { dtype: floatX });
  const velocity = theano.shared(still, { name: `velocity of ${w}` });
  const next = velocity.mul(0.95).sub(gradients[i]!.mul(0.02));
  return [[velocity, next] as const, [w, w.add(next)] as const];
});
const train = theano.function([x, y], cost, { updates });
const test = theano.function([x, y], right);
const think = theano.function([x], output);

// The middles of the pixels of a picture, row by row.
const side = 64;
const pixels = Array.from({ length: side ** 2 }, (_, i) => [
  ((i % side) - 31.5) / 29,
  (31.5 - Math.floor(i / side)) / 29,
]);
const plane = np.array(pixels).astype(floatX);

for (let i = 0; i < 3000; i++) {
  train(inputs, targets);
  if (i % 50 !== 0) continue;
  test(inputs, targets);
  const picture = think(plane).reshape([side, side]);
  image({ "what it thinks of the plane": picture });
}
console.log("Share of the points that are right:", test(inputs, targets));
