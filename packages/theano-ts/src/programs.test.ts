// The programs of the tutorials that people learn Theano from, with the numbers that those print.
import theano, { clone, In, np, Param, pp, shared, slice, T, withFlags } from "./index.ts";

/** As NumPy prints it, on one line. */
const text = (value: unknown): string => String(value).replace(/\s+/g, " ");

test("the logistic function, written in two ways", () => {
  const x = T.dmatrix("x");
  const logistic = theano.function([x], T.div(1, T.add(1, T.exp(x.neg()))));
  const logistic2 = theano.function([x], T.tanh(x.div(2)).add(1).div(2));
  const expected = "[[0.5 0.73105858] [0.26894142 0.11920292]]";
  const values = [
    [0, 1],
    [-1, -2],
  ];
  expect(text(logistic(values))).toBe(expected);
  expect(text(logistic2(values))).toBe(expected);
});

test("several results at once: a list, or by name", () => {
  const [a, b] = T.dmatrices("a", "b");
  const diff = a.sub(b);
  const ones = np.ones([2, 2]);
  const [d, abs, squared] = theano.function([a, b], [diff, diff.abs(), diff.pow(2)])(ones, [
    [0, 1],
    [2, 3],
  ]);
  expect(text(d)).toBe("[[ 1. 0.] [-1. -2.]]");
  expect(text(abs)).toBe("[[1. 0.] [1. 2.]]");
  expect(text(squared)).toBe("[[1. 0.] [1. 4.]]");
  const named = theano.function({ inputs: [a], outputs: { double: a.mul(2), total: a.sum() } });
  expect(text(named(ones).total)).toBe("4.0");
});

test("defaults, and arguments by name", () => {
  const [x, y, w] = T.dscalars("x", "y", "w");
  const inputs = [x, new In(y, { value: 1 }), new In(w, { value: 2, name: "w_by_name" })];
  const f = theano.function(inputs, x.add(y).mul(w));
  expect(
    [f(33), f(33, 2), f(33, 0, 1), f(33, { w_by_name: 1 }), f(33, { w_by_name: 1, y: 0 })].map(Number),
  ).toEqual([68, 70, 33, 34, 33]);
  expect(() => f({ x: 33, y: 0, w: 1 })).toThrow("no input named w");
});

test("state that functions share", () => {
  const state = shared(0, { dtype: "int64" });
  const inc = T.iscalar("inc");
  const accumulator = theano.function([inc], state, { updates: [[state, state.add(inc)]] });
  expect([accumulator(1), accumulator(300), state.getValue()].map(Number)).toEqual([0, 1, 301]);
  state.setValue(-1);
  expect([accumulator(3), state.getValue()].map(Number)).toEqual([-1, 2]);
  const decrementor = theano.function([inc], state, { updates: [[state, state.sub(inc)]] });
  expect([decrementor(2), state.getValue()].map(Number)).toEqual([2, 0]);
  const foo = T.scalar({ dtype: state.dtype });
  const skip = theano.function([inc, foo], state.mul(2).add(inc), { givens: [[state, foo]] });
  expect([skip(1, 3), state.getValue()].map(Number)).toEqual([7, 0]);
});

test("integers stay integers, and givens take numbers", () => {
  const x = T.lscalar("x");
  expect(theano.function([x], x.mul(2))(3).repr()).toBe("array(6)");
  const [a, b, c] = T.dscalars(3);
  const f = theano.function([c], a.mul(2).add(b), {
    givens: [
      [a, c.mul(10)],
      [b, 5],
    ],
  });
  expect(Number(f(2))).toBe(45);
});

test("gradients", () => {
  const [x, y] = T.dscalars("x", "y");
  const z = x.add(y.mul(2)).pow(2);
  expect(Number(theano.function([x, y], T.grad(z, y))(1, 2))).toBe(20);
  const foo = T.scalar("x");
  expect(Number(T.grad(foo.pow(2), foo).eval([[foo, 10]]))).toBe(20);
});

test("gradient descent towards the mean", () => {
  const x = T.dvector("x");
  const c = shared(0);
  const y = T.sum(x.sub(c).pow(2));
  const step = theano.function([x], y, { updates: [[c, c.sub(T.grad(y, c).mul(0.05))]] });
  const steps = Array.from({ length: 3 }, () => [Number(step([1, 2, 3, 4, 5])), Number(c.getValue())]);
  expect(steps).toEqual([
    [55, 1.5],
    [21.25, 2.25],
    [12.8125, 2.625],
  ]);
});

test("a shared vector, replaced between calls", () => {
  const x = T.dscalar("x");
  const b = shared(np.array([1, 2, 3, 4, 5], "int64"));
  const f = theano.function([x], b.mul(x));
  expect(text(f(2))).toBe("[ 2. 4. 6. 8. 10.]");
  b.setValue([10, 11, 12]);
  expect(text(f(2))).toBe("[20. 22. 24.]");
});

test("a linear map, with a default bias in the old style", () => {
  const [A, x, b] = [T.matrix("A"), T.vector("x"), T.vector("b")];
  const [y, z] = [T.dot(A, x).add(b), A.pow(2).sum()];
  const matrix = np.array([
    [1, 2, 3],
    [4, 5, 6],
  ]);
  expect(theano.function([A, x, b], [y, z])(matrix, [1, 2, 3], [4, 5]).map(text)).toEqual([
    "[18. 37.]",
    "91.0",
  ]);
  const withDefault = theano.function([A, x, new Param(b, { default: np.zeros(2) })], [y, z]);
  expect(withDefault(matrix, [1, 2, 3]).map(text)).toEqual(["[14. 32.]", "91.0"]);
});

test("Jacobians times vectors", () => {
  const [W, V, x, v] = [T.dmatrix("W"), T.dmatrix("V"), T.dvector("x"), T.dvector("v")];
  const y = T.dot(x, W);
  const ones = np.ones([2, 2]);
  expect(text(theano.function([W, V, x], T.Rop(y, W, V))(ones, np.full([2, 2], 2), [0, 1]))).toBe("[2. 2.]");
  expect(text(theano.function([v, x], T.Lop(y, W, v))([2, 2], [0, 1]))).toBe("[[0. 0.] [2. 2.]]");
});

test("what expressions and types print", () => {
  withFlags({ floatX: "float32" }, () => {
    const x = T.scalar("x");
    const bar = x.pow(2);
    expect([String(x), String(bar), pp(bar), String(x.type)]).toEqual([
      "x",
      "Elemwise{pow,no_inplace}.0",
      "(x ** TensorConstant{2})",
      "TensorType(float32, scalar)",
    ]);
    expect(pp(T.grad(bar, x))).toBe(
      "((fill((x ** TensorConstant{2}), TensorConstant{1.0}) * TensorConstant{2}) * (x ** (TensorConstant{2} - TensorConstant{1})))",
    );
  });
  const m = T.matrix("m");
  expect(pp(m.T.dot(m).abs())).toBe("|(m.T \\dot m)|");
});

test("parts of arrays, named as in NumPy", () => {
  const [m, i] = [T.dmatrix("m"), T.lscalar("i")];
  const value = np.arange(6).reshape([2, 3]);
  const rows = theano.function([m, i], [m.get("::-1", slice(i, null)), m.get(i, -1), m.get(null, 0)]);
  expect(rows(value, 1).map(text)).toEqual(["[[4. 5.] [1. 2.]]", "5.0", "[[0. 1. 2.]]"]);
  expect(text(T.setSubtensor(m.get(0), 7).eval([[m, value]]))).toBe("[[7. 7. 7.] [3. 4. 5.]]");
});

test("an expression with parts replaced", () => {
  const [x, y] = T.dscalars("x", "y");
  expect(Number(clone(x.mul(2), { replace: [[x, y.add(1)]] }).eval([[y, 3]]))).toBe(8);
});

test("operators and loops, which JavaScript would get wrong, say what to write", () => {
  const x = T.dvector("x");
  expect(() => Number(x)).toThrow("write x.mul(2)");
  expect(() => [...(x as unknown as Iterable<unknown>)]).toThrow("Cannot iterate over x");
  expect(() => theano.function([x], x, { mode: "FAST" as never })).toThrow('no mode named "FAST"');
});
