import {
  add,
  type CompiledFunction,
  compile,
  constant,
  exp,
  fastCompile,
  fastRun,
  makers,
  mul,
  type NDArray,
  noRewrites,
  shared,
  sum,
  type TensorVariable,
  tensorType,
} from "@theano-ts/core";
import { interpreter } from "@theano-ts/kernel";
import { Print } from "./index.ts";

const vector = (name: string): TensorVariable => tensorType("float64", 1).makeVariable(name);
const build = (
  inputs: readonly TensorVariable[],
  outputs: TensorVariable | readonly TensorVariable[],
  options: object = {},
): CompiledFunction<TensorVariable> =>
  compile({ inputs, outputs, backend: interpreter, mode: fastRun, ...options }) as never;

let printed: string[];
beforeEach(() => {
  printed = [];
  jest.spyOn(console, "log").mockImplementation((line: string) => void printed.push(line));
});
afterEach(() => jest.restoreAllMocks());

test("a value is printed on each call, and stays what it is", () => {
  const x = vector("x");
  const f = build([x], mul(new Print("x").call(x), 2) as TensorVariable);
  expect(f([1, 2]).toArray()).toEqual([2, 4]);
  expect(f([3]).toArray()).toEqual([6]);
  expect(printed).toEqual(["x __str__ = [1. 2.]", "x __str__ = [3.]"]);
});

// The texts are NumPy's for the same values.
test.each([
  ["__str__", "[3. 1. 2.]"],
  ["__repr__", "array([3., 1., 2.])"],
  ["shape", "(3,)"],
  ["dtype", "float64"],
  ["ndim", "1"],
  ["size", "3"],
  ["min", "1.0"],
  ["max", "3.0"],
  ["mean", "2.0"],
  ["std", "0.816496580927726"],
] as const)("of a value its %s is printed as NumPy writes it", (name, text) => {
  const x = vector("x");
  build([x], new Print("the", { attrs: [name] }).call(x))([3, 1, 2]);
  expect(printed).toEqual([`the ${name} = ${text}`]);
});

test("every Print prints by itself, in the order of the graph, in every mode", () => {
  const x = vector("x");
  const print = new Print("x", { attrs: ["shape"] });
  const y = add(exp(print.call(x)), print.call(x)) as TensorVariable;
  const z = new Print("y", { attrs: ["ndim"] }).call(y);
  for (const mode of [noRewrites, fastCompile, fastRun]) {
    printed = [];
    build([x], z, { mode })([1, 2]);
    expect(printed).toEqual(["x shape = (2,)", "x shape = (2,)", "y ndim = 1"]);
  }
});

test("what is known when a function is built is printed when it is called", () => {
  const f = build([], new Print("c").call(constant([1, 2])));
  expect(printed).toEqual([]);
  f();
  f();
  expect(printed).toEqual(["c __str__ = [1 2]", "c __str__ = [1 2]"]);
});

test("what nobody needs is not printed", () => {
  const x = vector("x");
  new Print("x").call(x);
  build([x], mul(x, 2) as TensorVariable)([1]);
  expect(printed).toEqual([]);
});

test("updates print too, and every dtype is printed", () => {
  const w = shared(makers.array([1n, 2n]), { name: "w" });
  const c = makers.array([{ re: 1, im: -2 }], "complex128");
  const f = build([], new Print("c").call(constant(c)), {
    updates: [[w, new Print("w", { attrs: ["__str__", "max"] }).call(add(w, 1) as TensorVariable)]],
  });
  f();
  expect(printed.sort()).toEqual(["c __str__ = [1.-2.j]", "w __str__ = [2 3]", "w max = 3"]);
  expect(w.getValue().toArray()).toEqual([2, 3]);
});

test("something else may be done with a value, which may be kept", () => {
  const x = vector("x");
  const seen: [string, NDArray][] = [];
  const print = new Print("x", { globalFn: (op, value) => seen.push([op.message, value]) });
  const f = build([x], sum(print.call(x)) as TensorVariable);
  f([1, 2]);
  f([3, 4]);
  expect(seen.map(([message, value]) => [message, value.toArray()])).toEqual([
    ["x", [1, 2]],
    ["x", [3, 4]],
  ]);
});

test("an attribute that values do not have is refused when the Print is made, or the value known", () => {
  expect(() => new Print("x", { attrs: ["colour" as never] })).toThrow(
    "Cannot print the attribute colour of a value: it has __str__, __repr__, shape",
  );
  const z = tensorType("complex128", 1).makeVariable("z");
  expect(() => new Print("z", { attrs: ["mean"] }).call(z)).toThrow("Cannot print the mean of z");
});
