// The logistic regression that closes Theano's tutorial, at its full size: 400 examples of 784 random features with
// random classes, 10 000 steps of gradient descent. Everything about the model is here; `screen.ts` and `curve.ts` draw.
import theano, { np, T } from "theano-ts";
import { lossCurve } from "./curve.ts";
import { Progress, section } from "./screen.ts";

const rng = new np.random.RandomState(0);
const N = 400; // training sample size
const feats = 784; // number of input variables

// Generate a data set: D = [input values, target class].
const D = [rng.rand(N, feats), rng.randint({ size: N, low: 0, high: 2 })] as const;
const trainingSteps = 10_000;

// Declare symbolic variables.
const x = T.dmatrix("x");
const y = T.dvector("y");

// The weights w and the bias b are shared, so they keep their values between training iterations.
const w = theano.shared(rng.randn(feats), { name: "w" });
const b = theano.shared(0, { name: "b" });
section("Initial model", w.getValue(), b.getValue());

// Construct the expression graph.
const p1 = T.div(1, T.add(1, T.exp(T.dot(x, w).neg().sub(b)))); // probability that target = 1
const prediction = p1.gt(0.5); // the prediction thresholded
const xent = y
  .neg()
  .mul(T.log(p1))
  .sub(T.sub(1, y).mul(T.log(T.sub(1, p1)))); // cross-entropy loss
const cost = xent.mean().add(w.pow(2).sum().mul(0.01)); // the cost to minimise
const [gw, gb] = T.grad(cost, [w, b]); // its gradient

// Compile.
const train = theano.function({
  inputs: [x, y],
  outputs: [prediction, xent, cost],
  updates: [
    [w, w.sub(gw.mul(0.1))],
    [b, b.sub(gb.mul(0.1))],
  ],
});
const predict = theano.function({ inputs: [x], outputs: prediction });

// Train.
const progress = new Progress(trainingSteps);
const costs: number[] = [];
for (let i = 0; i < trainingSteps; i++) {
  const [, , c] = train(...D);
  costs.push(c.item());
  progress.show(i + 1, c.item());
}
progress.done();

section("Final model", w.getValue(), b.getValue());
section("Target values for D", D[1]);
const predicted = predict(D[0]);
section("Predictions on D", predicted);
const right = predicted.toArray().filter((p, i) => Number(p) === D[1].toArray()[i]).length;
console.log(`\n${right} of ${N} right.`);
lossCurve(costs);
