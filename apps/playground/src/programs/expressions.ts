// What expressions are, how they print, and derivatives of vectors.
import theano, { np, Param, T } from "theano-ts";

const { floatX: dtype } = theano.config;

const foo = T.scalar("x");
const bar = foo.pow(2);
console.log(foo);
console.log(bar);
console.log(theano.pp(bar));
console.log(foo.type);

const square = theano.function([foo], bar);
console.log(square(3), bar.eval([[foo, 3]]));

// y = A x + b, and z, the sum of the squares of A.
const A = T.matrix("A");
const [x, b] = T.vectors("x", "b");
const y = T.dot(A, x).add(b);
const z = T.sum(A.pow(2));
const linearMix = theano.function([A, x, b], [y, z]);
const matrix = [
  [1, 2, 3],
  [4, 5, 6],
];
console.log(linearMix(matrix, [1, 2, 3], [4, 5]));

// The same with a default for b.
const withDefault = theano.function(
  [A, x, new Param(b, { default: np.zeros(2, { dtype }) })],
  [y, z],
);
console.log(withDefault(matrix, [1, 2, 3]));
console.log(withDefault(matrix, [1, 2, 3], [4, 5]));

// A shared matrix: functions follow its value, and may change it.
const W = theano.shared(
  np.array([
    [1, 2],
    [3, 4],
  ]),
  { name: "W" },
);
console.log(W.type);
const squares = theano.function([], W.pow(2));
W.setValue([
  [3, 4],
  [2, 1],
]);
console.log(squares());
W.setValue([
  [1, 2],
  [3, 4],
]);
console.log(squares());
const minus = T.matrix("minus");
const subtract = theano.function([minus], W, {
  updates: [[W, W.sub(minus)]],
});
console.log("before:", W.getValue());
console.log("returned:", subtract(np.ones([2, 2], { dtype })));
console.log("after:", W.getValue());

// The derivative of x² at 10, and the Jacobian of y by x, which is A.
console.log(T.grad(bar, foo).eval([[foo, 10]]));
const jacobian = theano.gradient.jacobian(y, x);
const at = theano.function([A, x, b], jacobian);
const nines = [
  [9, 8, 7],
  [4, 5, 6],
];
console.log(at(nines, [1, 2, 3], [4, 5]));

// The R operator: the Jacobian of u · M by M, times V.
const [M, V] = T.dmatrices("M", "V");
const u = T.dvector("u");
const JV = theano.function([M, V, u], T.Rop(T.dot(u, M), M, V));
console.log(JV(np.ones([2, 2]), np.full([2, 2], 2), [0, 1]));
