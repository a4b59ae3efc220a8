import { asNDArray, complex, zeros } from "./index.ts";

test.each<[unknown, string]>([
  [1, "array(1.)"],
  [1n, "array(1)"],
  [2n ** 63n, "array(9223372036854775808, dtype=uint64)"],
  [true, "array(True)"],
  [complex(1, -2), "array(1.-2.j)"],
  [[], "array([], dtype=float64)"],
  [[[], []], "array([], shape=(2, 0), dtype=float64)"],
  [[1, 2], "array([1., 2.])"],
  [[1n, 2n], "array([1, 2])"],
  [[true, 1n], "array([1, 1])"],
  [[true, 0.5], "array([1. , 0.5])"],
  [[1, complex(0, 1)], "array([1.+0.j, 0.+1.j])"],
  [
    [
      [1, 2],
      [3, 4],
    ],
    "array([[1., 2.],\n       [3., 4.]])",
  ],
  [new Float32Array([1, 2]), "array([1., 2.], dtype=float32)"],
  [new Uint8ClampedArray([1, 2]), "array([1, 2], dtype=uint8)"],
  [new BigInt64Array([1n]), "array([1])"],
  [[new Int8Array([1, 2]), [3, 4n]], "array([[1., 2.],\n       [3., 4.]])"],
  [[new Int8Array([1, 2]), new Int16Array([3, 4])], "array([[1, 2],\n       [3, 4]], dtype=int16)"],
  [[asNDArray([1n, 2n]), [3n, 4n]], "array([[1, 2],\n       [3, 4]])"],
  [[asNDArray(1n), asNDArray(2n)], "array([1, 2])"],
  [
    { data: new Float32Array([1, 2, 3, 4]), shape: [2, 2] },
    "array([[1., 2.],\n       [3., 4.]], dtype=float32)",
  ],
  [{ data: [1, 2], shape: [2, 1], dtype: "int32" }, "array([[1],\n       [2]], dtype=int32)"],
  [
    { data: new Float32Array([1, 2, 3]), shape: [2], dtype: "int8", strides: [-2], offset: 2 },
    "array([3, 1], dtype=int8)",
  ],
  [{ data: new Uint16Array([0x3c00]), shape: [1], dtype: "float16" }, "array([1.], dtype=float16)"],
  [{ data: new Float64Array([1, 2]), shape: [1], dtype: "complex128" }, "array([1.+2.j])"],
  [{ data: new Uint8Array([1, 0]), shape: [2], dtype: "bool" }, "array([ True, False])"],
  [{ data: new Float32Array([7]), shape: [], stride: [] }, "array(7., dtype=float32)"],
])("%p becomes %s", (value, repr) => {
  expect(asNDArray(value).repr()).toBe(repr);
});

test("floatX is what numbers are, dtype is what everything is", () => {
  expect(asNDArray([1, true], { floatX: "float32" }).dtype).toBe("float32");
  expect(asNDArray([1n], { floatX: "float32" }).dtype).toBe("int64");
  expect(asNDArray([complex(1)], { floatX: "float32" }).dtype).toBe("complex64");
  expect(asNDArray([1.7, -1.7], { dtype: "int8" }).toArray()).toEqual([1, -1]);
  expect(asNDArray(new Float32Array([1.5]), { dtype: "float64" }).dtype).toBe("float64");
});

test("an array is itself, a typed array is copied unless told otherwise", () => {
  const x = zeros(2);
  expect(asNDArray(x)).toBe(x);
  expect(asNDArray(x, { dtype: "float64" })).toBe(x);
  const data = new Float64Array([1, 2]);
  const copied = asNDArray(data);
  const shared = asNDArray(data, { copy: false });
  data[0] = 9;
  expect([copied.item(0), shared.item(0)]).toEqual([1, 9]);
});

test.each<[unknown, string]>([
  [[[1, 2], [3]], "Cannot make an array of a ragged list: [1] has 1 elements, those before it 2"],
  [
    [
      [[1], [2]],
      [[3], [4, 5]],
    ],
    "Cannot make an array of a ragged list: [1, 1] has 2 elements, those before it 1",
  ],
  [[[1], 2], "Cannot make an array of a ragged list: [1] has a single value, those before it shape [1]"],
  [[1, [2]], "Cannot make an array of a ragged list: [1] has a list of 1, those before it a single value"],
  [
    [[1, 2], new Float32Array(3)],
    "Cannot make an array of a ragged list: [1] has shape [3], those before it shape [2]",
  ],
  ["1", 'Cannot make an array of the string "1": elements are numbers'],
  [[1, null], "Cannot make an array of null at [1]: elements are numbers"],
  [[[1], [undefined]], "Cannot make an array of undefined at [1, 0]"],
  [{ a: 1 }, "Cannot make an array of an object (Object): elements are numbers"],
  [[2n ** 64n], "Cannot hold 18446744073709551616 in an array: it has more than 64 bits"],
  [{ data: async () => [1], shape: [1] }, "read it first (await x.data())"],
  [{ data: [1, 2, 3], shape: [2, 2] }, "Cannot make an array of shape [2,2] of 3 elements: it has 4"],
])("%p is refused: %s", (value, message) => {
  expect(() => asNDArray(value)).toThrow(message);
});
