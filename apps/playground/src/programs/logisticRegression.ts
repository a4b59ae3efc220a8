// The logistic regression that closes Theano's tutorial: 400 examples of
// 784 random features in two random classes. The cost that train returns
// is drawn while it falls.
import theano, { np, T } from "theano-ts";

const { floatX } = theano.config;
const rng = new np.random.RandomState(0);
const N = 400; // training sample size
const feats = 784; // number of input variables
const trainingSteps = 10_000;

// A data set: input values and target classes.
const inputs = rng.randn(N, feats).astype(floatX);
const targets = rng.randint({ size: N, low: 0, high: 2 }).astype(floatX);

// Symbolic variables. The weights w and the bias b are shared: they keep
// their values between training steps.
const x = T.matrix("x");
const y = T.vector("y");
const w = theano.shared(rng.randn(feats).astype(floatX), { name: "w" });
const b = theano.shared(0, { name: "b" });
console.log("Initial weights:", w.getValue().get("0:5"));

// The expression graph: the probability that the target is 1, the
// cross-entropy, the cost to minimise, and its gradient.
const p1 = T.div(1, T.add(1, T.exp(T.dot(x, w).neg().sub(b))));
const prediction = p1.gt(0.5);
const xent = y
  .neg()
  .mul(T.log(p1))
  .sub(T.sub(1, y).mul(T.log(T.sub(1, p1))));
const cost = xent.mean().add(w.pow(2).sum().mul(0.01));
cost.name = "cost";
const [gw, gb] = T.grad(cost, [w, b]);

const train = theano.function({
  inputs: [x, y],
  outputs: [prediction, xent, cost],
  updates: [
    [w, w.sub(gw.mul(0.1))],
    [b, b.sub(gb.mul(0.1))],
  ],
});
const predict = theano.function({ inputs: [x], outputs: prediction });

for (let i = 0; i < trainingSteps; i++) train(inputs, targets);

const predicted = predict(inputs).toArray();
const right = targets
  .toArray()
  .filter((target, i) => target === Number(predicted[i])).length;
console.log("Final weights:", w.getValue().get("0:5"));
console.log("Final bias:", b.getValue());
console.log(`${right} of ${N} predictions are right.`);
