// How long a call takes on this backend, on the interpreter and on the CPU's backend, side by side. After a build:
// `node apps/backend-template/speed.mjs`.
import { interpreter } from "@theano-ts/kernel";
import theano, { np, T } from "theano-ts";
import { javascript } from "./dist/index.js";

const rng = new np.random.RandomState(0);

/** A step of the logistic regression of Theano's tutorial: 400 examples of 784 features. */
function regression(options) {
  const D = [rng.rand(400, 784), rng.randint({ size: 400, low: 0, high: 2 })];
  const [x, y] = [T.dmatrix("x"), T.dvector("y")];
  const [w, b] = [theano.shared(rng.randn(784)), theano.shared(0)];
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
  ];
  const train = theano.function([x, y], [p1.gt(0.5), xent, cost], { ...options, updates });
  return () => train(...D);
}

/** tanh(2x + 1) · exp(-x) of 100 000 numbers. */
function elementwise(options) {
  const [x, data] = [T.dvector("x"), rng.rand(100_000)];
  const f = theano.function([x], T.tanh(x.mul(2).add(1)).mul(T.exp(x.neg())), options);
  return () => f(data);
}

/** The product of two matrices of 128 × 128. */
function product(options) {
  const [x, data] = [T.dmatrix("x"), rng.rand(128, 128)];
  const f = theano.function([x], T.dot(x, x), options);
  return () => f(data);
}

/** Milliseconds that a call takes: the best of seven rounds of 200 ms, or of single calls if those last longer. */
function time(call) {
  const start = performance.now();
  for (let i = 0; i < 3; i++) call();
  const times = Math.max(1, Math.round((3 * 200) / (performance.now() - start)));
  const rounds = Array.from({ length: 7 }, () => {
    const before = performance.now();
    for (let i = 0; i < times; i++) call();
    return (performance.now() - before) / times;
  });
  return Math.min(...rounds);
}

const backends = { interpreter, javascript: javascript(), cpu: undefined };
for (const program of [regression, elementwise, product]) {
  const times = Object.entries(backends).map(([name, backend]) => {
    const ms = time(program(backend ? { backend, strict: true } : {}));
    return [name, ms];
  });
  const columns = times.map(([name, ms]) => `${name} ${ms.toPrecision(3)} ms`);
  console.log(
    `${program.name}: ${columns.join(", ")}; javascript is ${Math.round(times[0][1] / times[1][1])} × the interpreter`,
  );
}
