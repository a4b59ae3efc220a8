import { grad, Rop, verifyGrad } from "@theano-ts/autodiff";
import {
  add,
  compile,
  constant,
  exp,
  gt,
  mul,
  type NDArray,
  sum,
  type TensorVariable,
  tanh,
  tensorType,
} from "@theano-ts/core";
import { interpreter } from "@theano-ts/kernel";
import { ifelse, scan } from "./index.ts";
import { only, zero } from "./loops.testing.ts";

const scalar = (): TensorVariable<"float64", 0> => tensorType("float64", 0).makeVariable();
const vector = (): TensorVariable<"float64", 1> => tensorType("float64", 1).makeVariable();
const values = (
  outputs: readonly TensorVariable[],
  at: readonly (readonly [TensorVariable, unknown])[],
): unknown[] =>
  (
    compile({ inputs: at.map(([v]) => v), outputs, backend: interpreter, onUnusedInput: "ignore" })(
      ...at.map(([, x]) => x as number),
    ) as readonly NDArray[]
  ).map((x) => x.toArray());

test.each([
  [1, [1, 2], [1, 1], [0, 0, 0]],
  [0, [3, 4, 5], [0, 0], [1, 1, 1]],
])("with the condition %d, value and gradients", (condition, value, gx, gy) => {
  const [c, x, y] = [scalar(), vector(), vector()];
  const z = ifelse(c, x, y);
  const g = grad(sum(z) as TensorVariable<"float64", 0>, [x, y, c]);
  expect(
    values(
      [z, ...g],
      [
        [c, condition],
        [x, [1, 2]],
        [y, [3, 4, 5]],
      ],
    ),
  ).toEqual([value, gx, gy, 0]);
});

test("several values, pair by pair", () => {
  const [c, x, y] = [scalar(), vector(), scalar()];
  const [p, q] = ifelse(c, [x, y], [mul(x, 2), mul(y, 3)]);
  const at = [
    [x, [1, 2]],
    [y, 5],
  ] as const;
  expect(values([p, q], [[c, 1], ...at])).toEqual([[1, 2], 5]);
  expect(values([p, q], [[c, 0], ...at])).toEqual([[2, 4], 15]);
});

test.each([0.4, -0.4])(
  "derivatives at %d agree with finite differences, and forwards with backwards",
  (at) => {
    const f = (x: TensorVariable): TensorVariable => ifelse(gt(x, 0), tanh(x), exp(x)) as TensorVariable;
    verifyGrad(f, [at]);
    const x = scalar();
    const y = f(x) as TensorVariable<"float64", 0>;
    const [g, r] = values([grad(y, x), Rop(y, x, constant(1, { dtype: "float64" }))], [[x, at]]);
    expect(r).toBe(g);
  },
);

test("in a loop, of scalars and of arrays", () => {
  const [x, w] = [vector(), vector()];
  const [r] = scan((a, p) => ifelse(gt(a, 0), add(p, a), mul(p, 2)), { sequences: x, outputsInfo: zero });
  const [rows] = scan((a) => ifelse(gt(a, 0), w, mul(w, a)), { sequences: x });
  expect(
    values(
      [only(r), only(rows)],
      [
        [x, [1, -2, 3]],
        [w, [1, 10]],
      ],
    ),
  ).toEqual([
    [1, 2, 5],
    [
      [1, 10],
      [-2, -20],
      [1, 10],
    ],
  ]);
});

test.each<[string, () => unknown, RegExp]>([
  ["other ranks", () => ifelse(scalar(), vector(), scalar()), /same types.*vector.*scalar/],
  ["other dtypes", () => ifelse(scalar(), scalar(), tensorType("int64", 0).makeVariable()), /float64.*int64/],
  ["lists of other lengths", () => ifelse(scalar(), [scalar()], [scalar(), scalar()]), /1 and 2/],
  ["a vector for a condition", () => ifelse(vector(), scalar(), scalar()), /condition .* must be a scalar/],
])("%s are mistakes", (_, f, message) => {
  expect(f).toThrow(message);
});
