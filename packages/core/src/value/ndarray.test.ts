import { arange, array, asNDArray, complex, type NDArray, slice, zeros } from "./index.ts";
import { borrow, wrap } from "./ndarray.ts";
import { contiguous, revision } from "./storage.ts";

test("get gives views: what is set in one is seen in the other", () => {
  const x = arange(6).reshape([2, 3]);
  const column = x.get(":", 1);
  x.set([10, 20], ":", 1);
  expect(column.toArray()).toEqual([10, 20]);
  column.set(-1);
  x.T.set(7, 0, 0);
  expect(x.toArray()).toEqual([
    [7, -1, 2],
    [3, -1, 5],
  ]);
});

test("set broadcasts and casts its value, and reads it before it writes", () => {
  const x = arange(4);
  x.set(x.get("::-1"));
  expect(x.toArray()).toEqual([3, 2, 1, 0]);
  const n = zeros([2, 2], { dtype: "int8" });
  n.set([[1.9, 300]]);
  expect(n.toArray()).toEqual([
    [1, 44],
    [1, 44],
  ]);
  n.set([[5, 6]], 0);
  expect(n.get(0).toArray()).toEqual([5, 6]);
  const c = zeros(2, { dtype: "complex128" });
  c.set(complex(1, 2), 1);
  expect(c.toArray()).toEqual([complex(0), complex(1, 2)]);
  expect(() => n.set([1, 2, 3])).toThrow("Cannot broadcast shapes [3] and [2, 2] together");
  expect(() => n.set([1, 2], 0, 0)).toThrow("Cannot set shape [2] to a part of shape []");
});

test("item gives one element, exact or not at all", () => {
  const x = arange(6).reshape([2, 3]);
  expect([x.item(4), x.item(-1), x.item(1, -2), array(3).item(), array([[3]]).item()]).toEqual([
    4, 5, 4, 3, 3,
  ]);
  expect(asNDArray([true]).item()).toBe(true);
  expect(asNDArray(complex(1, 2)).item()).toEqual({ re: 1, im: 2 });
  expect(asNDArray(0.1, { dtype: "float16" }).item()).toBe(0.0999755859375);
  const big = asNDArray([2n ** 53n, -5n]);
  expect(big.item(1)).toBe(-5);
  expect(big.itemBigInt(0)).toBe(2n ** 53n);
  expect(asNDArray(3, { dtype: "uint8" }).itemBigInt()).toBe(3n);
  expect(() => big.item(0)).toThrow("Cannot give the 64-bit integer 9007199254740992 as a number");
  expect(() => big.item(0)).toThrow("itemBigInt()");
  expect(() => big.toArray()).toThrow("itemBigInt()");
  expect(() => x.item()).toThrow("Cannot take the only element of an array of shape [2,3]: it has 6");
  expect(() => x.item(6)).toThrow("Cannot take element 6 of an array of shape [2,3]: it has 6");
  expect(() => x.item(0, 3)).toThrow("Cannot take element 3 of axis 1: its size is 3");
  expect(() => x.item(0, 0, 0)).toThrow("by 3 indices");
  expect(() => array(1.5).itemBigInt()).toThrow("Cannot give an element of a float64 array as a bigint");
});

test("an array without axes is a number where one is needed", () => {
  expect(Number(array(2.5))).toBe(2.5);
  expect(Number(asNDArray(3n))).toBe(3);
  expect(`${array(6, "int32")} ${array(6)} ${array([1])}`).toBe("6 6.0 [1.]");
  expect(Number(array([1]))).toBeNaN();
});

test("an array iterates over its first axis", () => {
  expect([...arange(4).reshape([2, 2])].map((row) => row.toArray())).toEqual([
    [0, 1],
    [2, 3],
  ]);
  expect(() => [...array(1)]).toThrow("Cannot iterate over an array without axes");
});

test("equals compares shapes and values, not dtypes; NaN equals nothing", () => {
  expect(array([1, 2]).equals([1, 2])).toBe(true);
  expect(array([1, 2], "int64").equals(array([1, 2], "float32"))).toBe(true);
  expect(array([1, 2]).equals([[1, 2]])).toBe(false);
  expect(array([1, 2]).equals([1, 3])).toBe(false);
  expect(array([Number.NaN]).equals([Number.NaN])).toBe(false);
  expect(asNDArray([2n ** 53n + 1n]).equals([2 ** 53])).toBe(false);
  expect(asNDArray([complex(1, 2)]).equals([complex(1, 3)])).toBe(false);
  expect(array([-0]).equals([0])).toBe(true);
});

test("allclose is NumPy's, with its tolerances", () => {
  const inf = Number.POSITIVE_INFINITY;
  expect(array([1, 2]).allclose([1 + 1e-6, 2])).toBe(true);
  expect(array([1, 2]).allclose([1 + 1e-4, 2])).toBe(false);
  expect(array([1, 2]).allclose([1.1, 2], { rtol: 0.1 })).toBe(true);
  expect(array([[1], [1]]).allclose(1)).toBe(true);
  expect(array([inf, 1]).allclose([inf, 1])).toBe(true);
  expect(array([inf]).allclose([-inf])).toBe(false);
  expect(array([1]).allclose([inf])).toBe(false);
  expect(array([Number.NaN]).allclose([Number.NaN])).toBe(false);
  expect(array([Number.NaN]).allclose([Number.NaN], { equalNan: true })).toBe(true);
  expect(asNDArray([complex(1, 2)]).allclose([complex(1, 2 + 1e-9)])).toBe(true);
});

test("reshape works out one length and keeps memory where it can", () => {
  const x = arange(6);
  const matrix = x.reshape([2, -1]);
  x.set(9, 5);
  expect(matrix.toArray()).toEqual([
    [0, 1, 2],
    [3, 4, 9],
  ]);
  expect(matrix.T.reshape([-1]).toArray()).toEqual([0, 3, 1, 4, 2, 9]);
  expect(() => x.reshape([4, -1])).toThrow("Cannot reshape an array of 6 elements to [4,-1]");
  expect(() => x.reshape([-1, -1])).toThrow("Cannot reshape");
  expect(zeros([0, 3]).reshape([3, 0]).shape).toEqual([3, 0]);
});

test("transpose takes the axes in any order", () => {
  const x = arange(24).reshape([2, 3, 4]);
  expect(x.transpose().shape).toEqual([4, 3, 2]);
  expect(x.transpose([1, 0, -1]).get(2, 1, 3).item()).toBe(x.item(1, 2, 3));
  expect(() => x.transpose([0, 0, 1])).toThrow(
    "Cannot transpose an array of shape [2,3,4] by the axes [0,0,1]",
  );
});

test("data is the memory, with strides and offset to find the elements", () => {
  const x = arange(6).reshape([2, 3]);
  const part = x.get("1:", "::-2");
  expect([part.offset, part.strides]).toEqual([5, [3, -2]]);
  expect(part.data).toBe(x.data);
  expect(part.copy().data).toEqual(new Float64Array([5, 3]));
  expect(asNDArray([true, false]).data).toEqual(new Uint8Array([1, 0]));
  expect(asNDArray([complex(1, 2)]).data).toEqual(new Float64Array([1, 2]));
  expect(asNDArray([1], { dtype: "float16" }).data).toEqual(new Uint16Array([0x3c00]));
  expect(asNDArray([1n]).data).toEqual(new BigInt64Array([1n]));
});

test("contiguous gives the elements in order, without a copy where they lie so", () => {
  const data = new Float64Array([0, 1, 2, 3, 4, 5]);
  const x: NDArray = wrap(data, "float64", [2, 3]);
  expect(contiguous(x)).toBe(data);
  expect(contiguous(x.reshape([3, 2]))).toBe(data);
  expect(contiguous(x.get(1)).buffer).toBe(data.buffer);
  expect(contiguous(x.get(1))).toEqual(new Float64Array([3, 4, 5]));
  expect(contiguous(x.T)).toEqual(new Float64Array([0, 3, 1, 4, 2, 5]));
  expect(contiguous(x.get(slice(), null, 0))).toEqual(new Float64Array([0, 3]));
  expect(revision(x)).toBeDefined();
});

test("revision changes with every write, and is lost when somebody else may write", () => {
  const x: NDArray = wrap(new Float64Array(4), "float64", [2, 2]);
  const view = x.T.get(0);
  const before = revision(x);
  view.set(1);
  expect(revision(x)).not.toBe(before);
  expect(revision(view)).toBe(revision(x));
  expect(revision(x.copy())).toBeDefined();
  view.data[0] = 3;
  expect([revision(x), revision(view)]).toEqual([undefined, undefined]);
  x.set(0);
  expect(revision(x)).toBeUndefined();
  expect(revision(borrow(new Float64Array(1), "float64", [1]))).toBeUndefined();
  expect(revision(asNDArray(new Float64Array(1)))).toBeDefined();
  expect(revision(asNDArray(new Float64Array(1), { copy: false }))).toBeUndefined();
});

test("JSON and Node's console show an array as it is", () => {
  expect(JSON.stringify({ x: array([[1, 2]]) })).toBe('{"x":[[1,2]]}');
  const inspect = Symbol.for("nodejs.util.inspect.custom");
  expect((array([1]) as unknown as Record<symbol, () => string>)[inspect]?.()).toBe("array([1.])");
});

test("ranks follow the index in the types", () => {
  const x = arange(24).reshape([2, 3, 4]);
  expect(x.ndim satisfies 3).toBe(3);
  expect(x.get(0).ndim satisfies 2).toBe(2);
  expect(x.get(0, ":", -1).ndim satisfies 1).toBe(1);
  expect(x.get(null, "...", slice(1)).ndim satisfies 4).toBe(4);
  expect(x.get([0, 1], 0).ndim satisfies 2).toBe(2);
  expect(x.get(0, 0, 0).item() satisfies number).toBe(0);
});
