// Symbols, functions, gradients and shared variables, and with them
// gradient descent.
import theano, { np, T } from "theano-ts";

// What is computed from symbols is a symbol; integers stay integers.
const n = T.lscalar("n");
const twice = theano.function([n], n.mul(2));
console.log(twice(3));

// givens replaces parts of an expression by others, or by values.
const [x, y, c] = T.dscalars("x", "y", "c");
const given = theano.function([c], x.mul(2).add(y), {
  givens: [
    [x, c.mul(10)],
    [y, 5],
  ],
});
console.log(given(2));

// Gradients are expressions: of z = (x + 2y)², dz/dy is 4 (x + 2y).
const z = x.add(y.mul(2)).pow(2);
const gx = theano.function([x, y], T.grad(z, x));
const gy = theano.function([x, y], T.grad(z, y));
console.log(gx(1, 2), gy(1, 2));

// A function of a shared variable follows its value.
const b = theano.shared(np.array([1, 2, 3, 4, 5], "int64"), {
  name: "b",
});
const times = theano.function([x], b.mul(x));
console.log(times(2));
b.setValue([10, 11, 12]);
console.log(times(2));

// An update happens after each call.
const count = theano.shared(0n, { name: "count" });
const next = theano.function([], count, {
  updates: [[count, count.add(1)]],
});
console.log(next(), next(), next());

// Gradient descent: m approaches the mean of the numbers, 3.
const v = T.dvector("v");
const m = theano.shared(0, { name: "m" });
const error = T.sum(v.sub(m).pow(2));
error.name = "error";
const descend = theano.function([v], error, {
  updates: [[m, m.sub(T.grad(error, m).mul(0.05))]],
});
for (let i = 0; i < 3; i++)
  console.log(descend([1, 2, 3, 4, 5]), m.getValue());
for (let i = 0; i < 30; i++) descend([1, 2, 3, 4, 5]);
console.log(m.getValue());
