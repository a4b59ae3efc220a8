import { inspect } from "node:util";
import { interpreter } from "@theano-ts/kernel";
import {
  add,
  array,
  asTensor,
  compile,
  dot,
  exp,
  type FunctionInput,
  type FunctionOptions,
  type FunctionOutputs,
  In,
  mul,
  type SharedVariable,
  shared,
  type TensorLike,
  type TensorVariable,
  tensorType,
} from "../index.ts";

const variable = (
  name: string,
  ndim: number,
  dtype: "float64" | "float32" | "int32" = "float64",
): TensorVariable => tensorType(dtype, ndim).makeVariable(name);
const build = (inputs: readonly FunctionInput[], outputs: FunctionOutputs, options: FunctionOptions = {}) =>
  compile({ inputs, outputs, backend: interpreter, ...options }) as unknown as (
    ...args: unknown[]
  ) => unknown;

/** What `body` throws, as class and message. */
function thrown(body: () => unknown): { name: string; message: string } {
  try {
    body();
  } catch (error) {
    return error as Error;
  }
  throw new Error("nothing was thrown");
}

const [x, y, m] = [variable("x", 1), variable("y", 1), variable("m", 2)];
const [f32, n] = [variable("f", 1, "float32"), variable("n", 0, "int32")];

// One line for each mistake: what is done, the class of the error, and what its sentence must say.
const mistakes: readonly (readonly [title: string, body: () => unknown, name: string, ...says: string[]])[] =
  [
    [
      "too few dimensions",
      () => build([m], exp(m))([1, 2]),
      "TypeError",
      "m: TensorType(float64, matrix)",
      "expected 2, got 1",
    ],
    [
      "too many dimensions",
      () => build([x], exp(x))([[1]]),
      "TypeError",
      "x: TensorType(float64, vector)",
      "expected 1, got 2 with shape (1, 1)",
    ],
    [
      "a wider array for a narrower input",
      () => build([f32], exp(f32))(array([0.1])),
      "TypeError",
      "f: TensorType(float32, vector)",
      "expected float32, got float64",
      "allowInputDowncast",
    ],
    [
      "a fraction for an integer",
      () => build([n], add(n, 1))(0.5),
      "TypeError",
      "n: TensorType(int32, scalar)",
      "expected int32",
      "0.5",
    ],
    ["an integer out of range", () => build([n], add(n, 1))(2 ** 40), "TypeError", "expected int32"],
    ["text for a number", () => build([n], add(n, 1))("3"), "TypeError", 'the string "3"'],
    ["a missing argument", () => build([x, y], add(x, y))([1]), "TypeError", "Missing required input: y"],
    ["one argument too many", () => build([x], exp(x))([1], [2]), "TypeError", "takes 1, and got 2"],
    [
      "an unknown name",
      () => build([x], exp(x))({ z: [1] }),
      "TypeError",
      "no input named z",
      "its inputs are x",
    ],
    ["a value given twice", () => build([x], exp(x))([1], { x: [2] }), "TypeError", "two values for x"],
    [
      "sizes that differ",
      () => build([x, y], add(x, y))([1, 2], [1, 2, 3]),
      "ValueError",
      "x: float64(2) and y: float64(3)",
      "2 and 3",
    ],
    [
      "inner sizes that differ",
      () => build([m, x], dot(m, x))([[1, 2, 3]], [1, 2]),
      "ValueError",
      "m: float64(1, 3) and x: float64(2)",
      "3 and 2",
    ],
    [
      "a size of 1 that is not declared to stretch",
      () => build([x, y], add(x, y))([1, 2], [1]),
      "ValueError",
      "broadcastable",
    ],
    [
      "an unused input",
      () => build([x, y], exp(x)),
      "UnusedInputError",
      "y: TensorType(float64, vector)",
      "onUnusedInput",
    ],
    [
      "an input twice",
      () => build([x, x], exp(x)),
      "UnusedInputError",
      "x: TensorType(float64, vector)",
      "twice",
    ],
    [
      "a variable without a value",
      () => build([x], add(x, y)),
      "MissingInputError",
      "y: TensorType(float64, vector)",
      "Elemwise{add,no_inplace}(x, y)",
    ],
    [
      "a shared variable as input",
      () => build([shared([1], { name: "s" })], 1 as never),
      "TypeError",
      "shared variable (s)",
      "givens",
    ],
    [
      "an update of what is not shared",
      () => build([x], exp(x), { updates: [[y as unknown as SharedVariable, x]] }),
      "TypeError",
      "Cannot update y",
      "not a shared variable",
    ],
    [
      "an update of another dtype",
      () =>
        build([], [], { updates: [[shared([1], { name: "s", dtype: "int64" }), mul(1.5, asTensor([1.5]))]] }),
      "TypeError",
      "shared variable s",
      "TensorType(int64, vector)",
      "cast it to int64",
    ],
    [
      "a given of another rank",
      () => build([x], exp(y), { givens: [[y, m as TensorLike]], onUnusedInput: "ignore" }),
      "TypeError",
      "value given for y",
      "TensorType(float64, matrix)",
    ],
    [
      "a given in place of an input",
      () => build([x], exp(x), { givens: [[x, y]] }),
      "RuntimeError",
      "Cannot replace x",
      "input of the function",
    ],
  ];

describe("mistakes are errors that name the variable, what was expected, and what came", () => {
  for (const [title, body, name, ...says] of mistakes)
    test(title, () => {
      const error = thrown(body);
      expect(error.name).toBe(name);
      for (const part of says) expect(error.message).toContain(part);
    });
});

test("the message ends with the line of the program where the expression was made", () => {
  const [a, b] = [variable("a", 1), variable("b", 1)];
  const f = build([a, b], add(a, b)); // this line
  const { message } = thrown(() => f([1, 2], [1, 2, 3]));
  expect(message).toMatch(/made at {2}.*errors\.test\.ts:\d+:\d+$/);
});

test("a failing call changes no shared variable", () => {
  const s = shared([1, 2], { name: "s" });
  const f = build([x, y], add(x, y), { updates: [[s, mul(s, 2)]] });
  expect(() => f([1, 2], [1, 2, 3])).toThrow();
  expect(() => f([1, 2])).toThrow();
  expect(s.getValue().toArray()).toEqual([1, 2]);
  f([1, 2], [3, 4]);
  expect(s.getValue().toArray()).toEqual([2, 4]);
});

test("defaults, names and positions mix as in Theano", () => {
  const [a, b, c] = ["a", "b", "c"].map((name) => variable(name, 0)) as [
    TensorVariable,
    TensorVariable,
    TensorVariable,
  ];
  const f = build([a, new In(b, { value: 1 }), new In(c, { value: 2, name: "by_name" })], mul(add(a, b), c));
  const value = (...args: unknown[]): number => Number(f(...args));
  expect(value(33)).toBe(68);
  expect(value(33, 2)).toBe(70);
  expect(value(33, 0, 1)).toBe(33);
  expect(value(33, { by_name: 1 })).toBe(34);
  expect(value(33, { by_name: 1, b: 0 })).toBe(33);
  expect(value({ a: 33, b: 0, by_name: 1 })).toBe(33);
});

test("Node's console prints variables as Theano does, not the graph they hang in", () => {
  expect(inspect([x, exp(x), x.type])).toBe("[ x, Elemwise{exp,no_inplace}.0, TensorType(float64, vector) ]");
});
