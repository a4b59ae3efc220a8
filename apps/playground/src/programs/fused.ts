// A chain of elementwise operations becomes one loop, and no array is
// made on the way: see the tab Kernels.
import theano, { np, T } from "theano-ts";

const { floatX } = theano.config;
const x = T.vector("x");
const y = T.sin(x)
  .mul(2)
  .add(T.exp(x.pow(2).neg()))
  .sub(x.div(3))
  .abs()
  .sqrt();
const chain = theano.function([x], y);

const data = np.linspace(-3, 3, 1_000_000).astype(floatX);
console.log(chain(data));

// How long a call takes, on average.
const calls = 20;
const from = performance.now();
for (let i = 0; i < calls; i++) chain(data);
const spent = (performance.now() - from) / calls;
console.log(
  `${spent.toFixed(2)} ms for a million elements of ten operations.`,
);

// The same in JavaScript, element by element.
const plain = (a: Float64Array | Float32Array) =>
  a.map((v) =>
    Math.sqrt(Math.abs(2 * Math.sin(v) + Math.exp(-(v ** 2)) - v / 3)),
  );
const { data: numbers } = data as { data: Float64Array };
const start = performance.now();
const expected = plain(numbers);
console.log(
  `${(performance.now() - start).toFixed(2)} ms in JavaScript.`,
);

const agrees = chain(data).allclose(expected, { atol: 1e-3 });
console.log("Both give the same, to three decimals:", agrees);
