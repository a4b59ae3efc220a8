import { config, T } from "./index.ts";
import * as tensor from "./tensor.ts";

test("theano-ts/tensor has by name what T has", () => {
  expect(Object.keys(tensor).sort()).toEqual(Object.keys(T).sort());
  const values = new Map<string, unknown>(Object.entries(tensor));
  for (const [name, value] of Object.entries(T)) expect([name, values.get(name)]).toEqual([name, value]);
});

const letters = {
  "": config.floatX,
  b: "int8",
  w: "int16",
  i: "int32",
  l: "int64",
  f: "float32",
  d: "float64",
  c: "complex64",
  z: "complex128",
};
const shapes = [
  ["scalar", "scalars", []],
  ["vector", "vectors", [false]],
  ["matrix", "matrices", [false, false]],
  ["row", "rows", [true, false]],
  ["col", "cols", [false, true]],
  ["tensor3", "tensor3s", [false, false, false]],
  ["tensor4", "tensor4s", [false, false, false, false]],
  ["tensor5", "tensor5s", [false, false, false, false, false]],
] as const;

test.each(shapes)("%s and %s of every letter make what their names say", (one, several, pattern) => {
  for (const [letter, dtype] of Object.entries(letters)) {
    const [x] = [(T[`${letter}${one}` as keyof typeof T] as typeof T.matrix)("x")];
    const [y, z] = (T[`${letter}${several}` as keyof typeof T] as typeof T.matrices)("y", "z");
    for (const v of [x, y, z]) expect([v.dtype, v.broadcastable]).toEqual([dtype, pattern]);
    expect([x, y, z].map(String)).toEqual(["x", "y", "z"]);
  }
});
