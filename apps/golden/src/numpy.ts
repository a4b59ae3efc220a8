import { type DType, isDiscrete, isFloat, promote } from "@theano-ts/kernel";
import { NDArray, np } from "theano-ts";
import { asArray } from "./literals.ts";
import { Missing } from "./missing.ts";
import { type Arguments, bind, Callable, type Keywords, PythonError, plain, tuple } from "./python.ts";

// The part of NumPy that the cases' programs use, on our arrays.

type Fold = (x: number, y: number) => number;

const truth = (b: boolean): number => (b ? 1 : 0);
const floorMod: Fold = (x, y) => x - Math.floor(x / y) * y;

const arithmetic: Readonly<Record<string, Fold>> = {
  "+": (x, y) => x + y,
  "-": (x, y) => x - y,
  "*": (x, y) => x * y,
  "/": (x, y) => x / y,
  "//": (x, y) => Math.floor(x / y),
  "%": floorMod,
  "**": (x, y) => x ** y,
};
const comparisons: Readonly<Record<string, Fold>> = {
  "==": (x, y) => truth(x === y),
  "!=": (x, y) => truth(x !== y),
  "<": (x, y) => truth(x < y),
  "<=": (x, y) => truth(x <= y),
  ">": (x, y) => truth(x > y),
  ">=": (x, y) => truth(x >= y),
};
const bits: Readonly<Record<string, Fold>> = {
  "&": (x, y) => x & y,
  "|": (x, y) => x | y,
  "^": (x, y) => x ^ y,
};

/** A Python operator on two values of which one is an array. */
export function binary(sign: string, x: unknown, y: unknown): NDArray {
  if (sign === "@") return dot(asArray(x), asArray(y));
  const [a, b] = [asArray(x), asArray(y)];
  const common = commonDType(x, a, y, b);
  const compare = comparisons[sign];
  if (compare) return elementwise(compare, a, b, "bool");
  const fold = arithmetic[sign] ?? bits[sign];
  if (!fold) throw new Missing(`NumPy's ${sign}`);
  return elementwise(fold, a, b, sign === "/" && isDiscrete(common) ? "float64" : common);
}

/** A Python number beside an array does not widen it within its kind. */
function commonDType(x: unknown, a: NDArray, y: unknown, b: NDArray): DType {
  const [weak, strong] = x instanceof NDArray ? [y, a] : [x, b];
  if (weak instanceof NDArray || Array.isArray(weak) || strong.ndim === 0) return promote(a.dtype, b.dtype);
  if (typeof weak === "number") return isDiscrete(strong.dtype) ? "float64" : strong.dtype;
  return strong.dtype === "bool" ? "int64" : strong.dtype;
}

function elementwise(fold: Fold, a: NDArray, b: NDArray, dtype: DType): NDArray {
  const ndim = Math.max(a.ndim, b.ndim);
  const size = (x: NDArray, d: number): number => x.shape[d - ndim + x.ndim] ?? 1;
  const shape = Array.from({ length: ndim }, (_, d) => {
    const [n, m] = [size(a, d), size(b, d)];
    if (n !== m && n !== 1 && m !== 1)
      throw new PythonError(
        "ValueError",
        `operands could not be broadcast together with shapes (${a.shape}) (${b.shape})`,
      );
    return n === 1 ? m : n;
  });
  const [p, q] = [stretched(a, shape), stretched(b, shape)];
  return from(
    p.map((x, i) => fold(x, q[i] as number)),
    shape,
    dtype,
  );
}

/** The elements of `x`, broadcast to `shape`. */
function stretched(x: NDArray, shape: readonly number[]): number[] {
  const flat = numbers(x);
  let strides = 1;
  const steps = shape.map(() => 0);
  for (let d = x.ndim - 1; d >= 0; d--) {
    const n = x.shape[d] as number;
    steps[d + shape.length - x.ndim] = n === 1 ? 0 : strides;
    strides *= n;
  }
  let places = [0];
  for (const [d, n] of shape.entries())
    places = places.flatMap((place) => Array.from({ length: n }, (_, i) => place + i * (steps[d] as number)));
  return places.map((place) => flat[place] as number);
}

const numbers = (x: NDArray): number[] =>
  Array.from((x.dtype === "float64" ? x : x.astype("float64")).copy().data as Float64Array);

const from = (data: readonly number[], shape: readonly number[], dtype: DType): NDArray =>
  np.array({ data: Float64Array.from(data), shape }, "float64").astype(dtype);

/** Python's unary operators and `abs`. */
export function unary(sign: string, x: NDArray): NDArray {
  const functions: Readonly<Record<string, (v: number) => number>> = {
    neg: (v) => -v,
    pos: (v) => v,
    abs: Math.abs,
    inv: x.dtype === "bool" ? (v) => 1 - v : (v) => ~v,
  };
  const f = functions[sign];
  if (!f) throw new Missing(`NumPy's ${sign}`);
  return from(numbers(x).map(f), x.shape, x.dtype);
}

function dot(a: NDArray, b: NDArray): NDArray {
  if (a.ndim === 0 || b.ndim === 0) return binary("*", a, b);
  const [n, k] = a.ndim === 1 ? [1, a.shape[0] as number] : (a.shape as [number, number]);
  const m = b.ndim === 1 ? 1 : (b.shape[1] as number);
  const [p, q] = [numbers(a), numbers(b)];
  const product = Array.from({ length: n * m }, (_, at) => {
    const [i, j] = [Math.floor(at / m), at % m];
    let sum = 0;
    for (let l = 0; l < k; l++) sum += (p[i * k + l] as number) * (q[l * m + j] as number);
    return sum;
  });
  const shape = [...(a.ndim === 1 ? [] : [n]), ...(b.ndim === 1 ? [] : [m])];
  return from(product, shape, promote(a.dtype, b.dtype));
}

/** A reduction of all elements, or along one axis. */
function reduce(x: NDArray, axis: unknown, dtype: DType, fold: (list: number[]) => number): NDArray {
  if (axis === null || axis === undefined) return from([fold(numbers(x))], [], dtype);
  const along = Number(axis) < 0 ? Number(axis) + x.ndim : Number(axis);
  const order = [...x.shape.keys()].filter((d) => d !== along);
  const turned = numbers(x.transpose([...order, along]));
  const length = x.shape[along] as number;
  const shape = order.map((d) => x.shape[d] as number);
  const count = shape.reduce((a, b) => a * b, 1);
  return from(
    Array.from({ length: count }, (_, i) => fold(turned.slice(i * length, (i + 1) * length))),
    shape,
    dtype,
  );
}

const sum = (list: readonly number[]): number => list.reduce((a, b) => a + b, 0);
const mean = (list: readonly number[]): number => sum(list) / list.length;
const variance = (list: readonly number[]): number => {
  const m = mean(list);
  return mean(list.map((v) => (v - m) ** 2));
};
const wide = (dtype: DType): DType => (isDiscrete(dtype) ? "int64" : dtype);
const floating = (dtype: DType): DType => (isFloat(dtype) ? dtype : "float64");

const reductions: Readonly<Record<string, readonly [(dtype: DType) => DType, (list: number[]) => number]>> = {
  sum: [wide, sum],
  prod: [wide, (list) => list.reduce((a, b) => a * b, 1)],
  mean: [floating, mean],
  var: [floating, variance],
  std: [floating, (list) => Math.sqrt(variance(list))],
  max: [(d) => d, (list) => Math.max(...list)],
  min: [(d) => d, (list) => Math.min(...list)],
  argmax: [() => "int64", (list) => list.indexOf(Math.max(...list))],
  argmin: [() => "int64", (list) => list.indexOf(Math.min(...list))],
  any: [() => "bool", (list) => truth(list.some((v) => v !== 0))],
  all: [() => "bool", (list) => truth(list.every((v) => v !== 0))],
};

const methods: Readonly<Record<string, (x: NDArray, args: Arguments, keywords: Keywords) => unknown>> = {
  astype: (x, [dtype]) => x.astype(dtypeName(dtype)),
  reshape: (x, args) =>
    x.reshape((args.length === 1 && Array.isArray(args[0]) ? Array.from(args[0]) : args).map(Number)),
  copy: (x) => x.copy(),
  dot: (x, [y]) => dot(x, asArray(y)),
  ravel: (x) => x.reshape([-1]),
  flatten: (x) => x.reshape([-1]).copy(),
  transpose: (x) => x.transpose(),
  tolist: (x) => pythonic(x.toArray(), isDiscrete(x.dtype)),
  item: (x) => pythonic(x.item(), isDiscrete(x.dtype)),
};

const pythonic = (x: unknown, integers: boolean): unknown =>
  Array.isArray(x)
    ? x.map((item) => pythonic(item, integers))
    : typeof x === "number" && integers
      ? BigInt(x)
      : x;

/** What `x.name` is for an array. */
export function attribute(x: NDArray, name: string): unknown {
  if (name === "shape") return tuple(x.shape.map(BigInt));
  if (name === "dtype") return x.dtype;
  if (name === "ndim") return BigInt(x.ndim);
  if (name === "size") return BigInt(x.size);
  if (name === "T") return x.transpose();
  const method = methods[name];
  if (method) return new Callable(name, (args, keywords) => method(x, args, keywords));
  const reduction = reductions[name];
  if (!reduction) throw new Missing(`NumPy's array.${name}`);
  const [dtype, fold] = reduction;
  return new Callable(name, (args, keywords) => {
    const { axis } = bind(name, ["axis", "dtype"], args, keywords);
    return reduce(x, axis, dtype(x.dtype), fold);
  });
}

/** A dtype by name, or by the function of that name. */
const dtypeName = (dtype: unknown): DType => {
  if (dtype instanceof Callable) return dtypeName(dtype.name);
  const python: Readonly<Record<string, DType>> = { float: "float64", int: "int64", bool: "bool" };
  return (python[String(dtype)] ?? String(dtype)) as DType;
};

const makers: Readonly<
  Record<string, readonly [names: readonly string[], make: (given: Record<string, unknown>) => unknown]>
> = {
  array: [
    ["object", "dtype"],
    ({ object, dtype }) => asArray(object, dtype === undefined ? undefined : dtypeName(dtype)).copy(),
  ],
  asarray: [["a", "dtype"], ({ a, dtype }) => asArray(a, dtype === undefined ? undefined : dtypeName(dtype))],
  zeros: [
    ["shape", "dtype"],
    ({ shape, dtype = "float64" }) => np.zeros(plain(shape) as number[], { dtype: dtypeName(dtype) }),
  ],
  ones: [
    ["shape", "dtype"],
    ({ shape, dtype = "float64" }) => np.ones(plain(shape) as number[], { dtype: dtypeName(dtype) }),
  ],
  eye: [
    ["N", "M", "k", "dtype"],
    ({ N, dtype = "float64" }) => np.eye(Number(N), { dtype: dtypeName(dtype) }),
  ],
  diag: [["v", "k"], ({ v, k = 0n }) => diagonalMatrix(asArray(v), Number(k))],
  arange: [["start", "stop", "step", "dtype"], arange],
};

/** A square matrix with the vector `v` on its diagonal `k`, above the main one if that is positive. */
function diagonalMatrix(v: NDArray, k: number): NDArray {
  const n = v.size + Math.abs(k);
  const made = np.zeros([n, n], { dtype: v.dtype }) as NDArray;
  for (let i = 0; i < v.size; i++) made.set(v.get(i) as never, i - Math.min(0, k), i + Math.max(0, k));
  return made;
}

function arange({ start, stop, step = 1n, dtype }: Record<string, unknown>): NDArray {
  const [from, to] = stop === undefined || stop === null ? [0n, start] : [start, stop];
  const integers = [from, to, step].every((x) => typeof x === "bigint");
  const own = dtype === undefined ? (integers ? "int64" : "float64") : dtypeName(dtype);
  return np.arange(Number(from), Number(to), Number(step), { dtype: own });
}

/** What `numpy.name` is. */
export function numpyName(name: string): unknown {
  const maker = makers[name];
  if (maker) return new Callable(name, (args, keywords) => maker[1](bind(name, maker[0], args, keywords)));
  if (/^(u?int(8|16|32|64)|float(16|32|64)|bool_?)$/.test(name))
    return new Callable(name, ([x]) => asArray(x).astype(name.replace("_", "") as DType));
  throw new Missing(`numpy.${name}`);
}

/** Writes `value` to `x[key]`. */
export function setItem(x: NDArray, index: readonly unknown[], value: unknown): void {
  x.set(asArray(value) as never, ...(index as never[]));
}
