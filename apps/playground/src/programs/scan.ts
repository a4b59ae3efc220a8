// Loops in the graph. They are compiled with what is around them, and
// gradients go through them.
import theano, { np, slice, T } from "theano-ts";

const { floatX: dtype } = theano.config;

// A to the power of k: each step multiplies the last result by A.
const k = T.iscalar("k");
const A = T.vector("A");
const [powers] = theano.scan((result, a) => result.mul(a), {
  outputsInfo: T.onesLike(A),
  nonSequences: A,
  nSteps: k,
});
const power = theano.function([A, k], powers.get(-1));
console.log(power(np.arange(10).astype(dtype), 2));

// tanh(v · W + b) for each row v of X.
const [X, W] = T.matrices("X", "W");
const b = T.vector("b");
const [results] = theano.scan((v) => T.tanh(T.dot(v, W).add(b)), {
  sequences: X,
});
const rows = theano.function([X, W, b], results);
console.log(
  rows(np.eye(2, { dtype }), np.ones([2, 2], { dtype }), [1, 2]),
);

// The general form: two sequences, one of them backwards, and the last
// two values of what is computed.
const [Y, P, start] = T.vectors("Y", "P", "start");
const c = T.scalar("c");
const [series] = theano.scan(
  (y, p, x2, x1, constant) => y.add(p).add(x2).add(x1).add(constant),
  {
    sequences: [Y, P.get(slice(null, null, -1))],
    outputsInfo: { initial: start, taps: [-2, -1] },
    nonSequences: c,
  },
);
const run = theano.function([Y, P, start, c], series);
console.log(run([1, 2, 3, 4], [10, 20, 30, 40], [0, 1], 0.5));

// The gradient of a loop is a loop: d(a^5)/da = 5 a^4.
const a = T.scalar("a");
const [steps] = theano.scan((x) => x.mul(a), {
  outputsInfo: T.onesLike(a),
  nSteps: 5,
});
const slope = theano.function([a], T.grad(steps.get(-1), a));
console.log(slope(2));
