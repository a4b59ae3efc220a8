import theano, { np, T } from "theano-ts";
import { partOf } from "./inspect.ts";

const text = (value: unknown): string => partOf(value).text;

test.each([
  ["text", "text"],
  [3, "3"],
  [3n, "3n"],
  [null, "null"],
  [undefined, "undefined"],
  [[1, "a", [2]], `[1, "a", [2]]`],
  [{ a: 1, b: { c: [] } }, "{ a: 1, b: { c: [] } }"],
  [new Map([["k", 1]]), `[["k", 1]]`],
  [new Float64Array([1, 2.5]), "[1, 2.5]"],
  [new RangeError("too far"), "RangeError: too far"],
  [{ a: { b: { c: { d: 1 } } } }, "{ a: { b: { c: {…} } } }"],
])("%p prints as %s", (value, expected) => {
  expect(text(value)).toBe(expected);
});

test("arrays print as NumPy prints them, alone and in lists", () => {
  const a = np.array([
    [1, 2],
    [3, 4],
  ]);
  expect(text(a)).toBe("[[1. 2.]\n [3. 4.]]");
  expect(text([np.array(91), np.array([18, 37])])).toBe("[array(91.), array([18., 37.])]");
});

test("variables, types and functions say what they are", () => {
  const x = T.dmatrix("x");
  expect(text(x)).toBe("x");
  expect(text([x.type])).toBe("[TensorType(float64, matrix)]");
  const f = theano.function([x], x.mul(2), { name: "f" });
  expect(text(f)).toBe("function f(x: TensorType(float64, matrix))");
  expect(text(Math.max)).toBe("[function max]");
});

test("an object that refers to itself, and long lists, come to an end", () => {
  const loop: Record<string, unknown> = {};
  loop.self = loop;
  expect(text(loop)).toBe("{ self: { self: { self: {…} } } }");
  expect(text(Array.from({ length: 1000 }, (_, i) => i))).toContain("… 900 more");
});

test("matrices, and lists of them, can be looked at", () => {
  const { images } = partOf(np.arange(24).reshape([2, 3, 4]).get(":", "0:3", ":"));
  expect(images).toBeUndefined();
  const found = partOf(np.arange(40).reshape([2, 4, 5])).images;
  expect(found).toMatchObject({ count: 2, height: 4, width: 5 });
  expect([...(found?.values ?? [])]).toEqual([...Array(40).keys()]);
  expect(partOf(np.arange(40).reshape([8, 5]).transpose()).images?.values[1]).toBe(5);
  expect(partOf(np.zeros([1000, 1000])).images).toBeUndefined();
});
