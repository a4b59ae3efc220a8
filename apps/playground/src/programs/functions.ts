// Functions of graphs: the logistic function, several outputs, default
// values, and arguments by name.
import theano, { In, T } from "theano-ts";

// The logistic function, written in two ways.
const x = T.dmatrix("x");
const logistic = theano.function([x], T.div(1, T.add(1, T.exp(x.neg()))));
const logistic2 = theano.function([x], T.tanh(x.div(2)).add(1).div(2));
const values = [
  [0, 1],
  [-1, -2],
];
console.log(logistic(values));
console.log(logistic2(values));

// Several results at once.
const [a, b] = T.dmatrices("a", "b");
const diff = a.sub(b);
const f = theano.function([a, b], [diff, diff.abs(), diff.pow(2)]);
const ones = [
  [1, 1],
  [1, 1],
];
const others = [
  [0, 1],
  [2, 3],
];
for (const result of f(ones, others)) console.log(result);

// An argument with a default value.
const [u, v, w] = T.dscalars("u", "v", "w");
const plus = theano.function([u, new In(v, { value: 1 })], u.add(v));
console.log(plus(33), plus(33, 2));

// Several, given by position or by name.
const scaled = theano.function(
  [
    u,
    new In(v, { value: 1 }),
    new In(w, { value: 2, name: "w_by_name" }),
  ],
  u.add(v).mul(w),
);
console.log(
  scaled(33),
  scaled(33, 2),
  scaled(33, 0, 1),
  scaled(33, { w_by_name: 1 }),
  scaled(33, { w_by_name: 1, v: 0 }),
);
