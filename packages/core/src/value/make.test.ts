import type { DType } from "@theano-ts/kernel";
import { arange, array, complex, eye, fromBytes, full, identity, linspace, ones, zeros } from "./index.ts";

// arange(…) of NumPy 1.24.
const ranges: readonly (readonly [number[], number[]])[] = [
  [[5], [0.0, 1.0, 2.0, 3.0, 4.0]],
  [[0], []],
  [[-3], []],
  [
    [2, 5],
    [2.0, 3.0, 4.0],
  ],
  [[5, 2], []],
  [
    [0, 1, 0.1],
    [0.0, 0.1, 0.2, 0.30000000000000004, 0.4, 0.5, 0.6000000000000001, 0.7000000000000001, 0.8, 0.9],
  ],
  [
    [1, 2, 0.3],
    [1.0, 1.3, 1.6, 1.9000000000000001],
  ],
  [
    [5, 0, -2],
    [5.0, 3.0, 1.0],
  ],
  [
    [0, 1, 0.35],
    [0.0, 0.35, 0.7],
  ],
  [
    [0.5, 3],
    [0.5, 1.5, 2.5],
  ],
  [[1, 1], []],
  [
    [10, 0, -3.5],
    [10.0, 6.5, 3.0],
  ],
];
test.each(ranges)("arange(%j) is NumPy's", (args, expected) => {
  expect(arange(...(args as [number])).toArray()).toEqual(expected);
});

// linspace(start, stop, count, endpoint) of NumPy 1.24.
const spaces: readonly (readonly [number[], boolean, number[]])[] = [
  [[0.0, 1.0, 5], true, [0.0, 0.25, 0.5, 0.75, 1.0]],
  [[0.0, 1.0, 5], false, [0.0, 0.2, 0.4, 0.6000000000000001, 0.8]],
  [[2.0, -1.0, 4], true, [2.0, 1.0, 0.0, -1.0]],
  [[0.0, 0.3, 4], true, [0.0, 0.09999999999999999, 0.19999999999999998, 0.3]],
  [[1.0, 2.0, 1], true, [1.0]],
  [[1.0, 2.0, 0], true, []],
  [
    [-1.0, 1.0, 7],
    true,
    [-1.0, -0.6666666666666667, -0.33333333333333337, 0.0, 0.33333333333333326, 0.6666666666666665, 1.0],
  ],
];
test.each(spaces)("linspace(%j, endpoint %j) is NumPy's", (args, endpoint, expected) => {
  expect(linspace(...(args as [number, number, number]), { endpoint }).toArray()).toEqual(expected);
});

test("zeros, ones and full have the shape and dtype asked for", () => {
  expect(zeros([2, 0]).shape).toEqual([2, 0]);
  expect(zeros(2).toArray()).toEqual([0, 0]);
  expect(ones([2, 1], { dtype: "bool" }).toArray()).toEqual([[true], [true]]);
  expect(ones([], { dtype: "int64" }).repr()).toBe("array(1)");
  expect(full([2, 2], [1, 2], { dtype: "float32" }).toArray()).toEqual([
    [1, 2],
    [1, 2],
  ]);
  expect(full(2, complex(1, 2), { dtype: "complex64" }).toArray()).toEqual([
    { re: 1, im: 2 },
    { re: 1, im: 2 },
  ]);
  expect(() => zeros([2, -1])).toThrow(
    "Cannot make an array of shape [2, -1]: lengths are integers from 0 up",
  );
});

test("eye has ones on one diagonal", () => {
  expect(identity(2).toArray()).toEqual([
    [1, 0],
    [0, 1],
  ]);
  expect(eye(2, { columns: 3, k: 1 }).toArray()).toEqual([
    [0, 1, 0],
    [0, 0, 1],
  ]);
  expect(eye(3, { columns: 2, k: -1, dtype: "int32" }).repr()).toBe(
    "array([[0, 0],\n       [1, 0],\n       [0, 1]], dtype=int32)",
  );
  expect(eye(2, { k: 5 }).toArray()).toEqual([
    [0, 0],
    [0, 0],
  ]);
});

test("array copies, takes a dtype either way, and knows the rank of nested lists", () => {
  const x = array([1, 2]);
  const y = array(x.toArray(), "float32");
  x.set(5, 0);
  expect(y.repr()).toBe("array([1., 2.], dtype=float32)");
  expect(array(3, { dtype: "int8" }).repr()).toBe("array(3, dtype=int8)");
  expect(array([[1, 2]]).ndim satisfies 2).toBe(2);
});

test.each<[DType, number[], unknown]>([
  ["float32", [0, 0, 128, 63, 0, 0, 0, 192], [1, -2]],
  ["int16", [255, 255, 1, 2], [-1, 513]],
  ["float16", [0, 60, 0, 192], [1, -2]],
  ["int64", [254, 255, 255, 255, 255, 255, 255, 255], [-2]],
  ["bool", [1, 0], [true, false]],
  ["complex64", [0, 0, 128, 63, 0, 0, 0, 192], [complex(1, -2)]],
])("fromBytes reads %s", (dtype, bytes, expected) => {
  // One byte in front, so that the bytes do not start where the dtype could be read in place.
  const buffer = Uint8Array.from([9, ...bytes]);
  expect(fromBytes(buffer.subarray(1), dtype).toArray()).toEqual(expected);
});

test("fromBytes refuses a number of bytes that does not fit", () => {
  expect(() => fromBytes(new Uint8Array(6), "float32", [2])).toThrow(
    "Cannot read shape [2] of float32 from 6 bytes: it takes 8",
  );
  expect(() => fromBytes(new Uint8Array(6), "float32")).toThrow(
    "Cannot read a vector of float32 from 6 bytes: an element takes 4",
  );
});
