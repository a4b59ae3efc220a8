import {
  allocate,
  bytesOf,
  type DType,
  dtypes,
  isBig,
  isComplex,
  isDiscrete,
  isDType,
  isFloat,
  isInteger,
  kindOf,
  partOf,
  partsOf,
  promote,
  promoteAll,
  rangeOf,
  viewOf,
} from "./dtype.ts";

const letters: { readonly [short: string]: string } = {
  b: "bool",
  u: "uint",
  i: "int",
  f: "float",
  c: "complex",
};
/** "f8" is float64. */
const named = (short: string): string =>
  short === "b1" ? "bool" : `${letters[short[0]!]}${Number(short.slice(1)) * 8}`;

const order = "b1 u1 u2 u4 u8 i1 i2 i4 i8 f2 f4 f8 c8 c16".split(" ");

// numpy.promote_types of NumPy 1.24, rows and columns in that order.
const promoted = [
  "b1 u1 u2 u4 u8 i1 i2 i4 i8 f2 f4 f8 c8 c16",
  "u1 u1 u2 u4 u8 i2 i2 i4 i8 f2 f4 f8 c8 c16",
  "u2 u2 u2 u4 u8 i4 i4 i4 i8 f4 f4 f8 c8 c16",
  "u4 u4 u4 u4 u8 i8 i8 i8 i8 f8 f8 f8 c16 c16",
  "u8 u8 u8 u8 u8 f8 f8 f8 f8 f8 f8 f8 c16 c16",
  "i1 i2 i4 i8 f8 i1 i2 i4 i8 f2 f4 f8 c8 c16",
  "i2 i2 i4 i8 f8 i2 i2 i4 i8 f4 f4 f8 c8 c16",
  "i4 i4 i4 i8 f8 i4 i4 i4 i8 f8 f8 f8 c16 c16",
  "i8 i8 i8 i8 f8 i8 i8 i8 i8 f8 f8 f8 c16 c16",
  "f2 f2 f4 f8 f8 f2 f4 f8 f8 f2 f4 f8 c8 c16",
  "f4 f4 f4 f8 f8 f4 f4 f8 f8 f4 f4 f8 c8 c16",
  "f8 f8 f8 f8 f8 f8 f8 f8 f8 f8 f8 f8 c16 c16",
  "c8 c8 c8 c16 c16 c8 c8 c16 c16 c8 c8 c16 c8 c16",
  "c16 c16 c16 c16 c16 c16 c16 c16 c16 c16 c16 c16 c16 c16",
];

test("dtypes are NumPy's fourteen, in its order", () => {
  expect(dtypes).toEqual(order.map(named));
});

test.each(order.map((short, i) => [named(short), promoted[i]!] as const))(
  "%s is promoted as in NumPy",
  (a, row) => {
    expect(dtypes.map((b) => promote(a as DType, b))).toEqual(row.split(" ").map(named));
  },
);

test("promoteAll promotes from left to right, and gives bool for nothing", () => {
  expect(promoteAll([])).toBe("bool");
  expect(promoteAll(["int8", "uint8", "float16"])).toBe("float32");
});

test("an element takes as many bytes as its name says", () => {
  for (const [i, dtype] of dtypes.entries()) {
    expect(bytesOf(dtype)).toBe(Number(order[i]!.slice(1)));
    expect(kindOf(dtype)).toBe(order[i]![0]);
    expect(allocate(dtype, 3).byteLength).toBe(3 * bytesOf(dtype));
    expect(allocate(dtype, 3).length).toBe(3 * partsOf(dtype));
  }
});

test.each<[string, (dtype: DType) => boolean, string]>([
  ["isComplex", isComplex, "complex64 complex128"],
  ["isFloat", isFloat, "float16 float32 float64"],
  ["isInteger", isInteger, "uint8 uint16 uint32 uint64 int8 int16 int32 int64"],
  ["isDiscrete", isDiscrete, "bool uint8 uint16 uint32 uint64 int8 int16 int32 int64"],
  ["isBig", isBig, "uint64 int64"],
])("%s holds for %s only", (_, predicate, expected) => {
  expect(dtypes.filter(predicate).join(" ")).toBe(expected);
});

test("isDType knows the names and nothing else", () => {
  expect(dtypes.every(isDType)).toBe(true);
  expect(["float", "int", "toString", "", null, 3, undefined].some(isDType)).toBe(false);
});

test("a complex number is two of its part, anything else is its own part", () => {
  expect(dtypes.filter((dtype) => partOf(dtype) !== dtype).map(partOf)).toEqual(["float32", "float64"]);
});

test("rangeOf gives both ends of what an integer holds", () => {
  for (const dtype of dtypes.filter(isDiscrete)) {
    const { min, max } = rangeOf(dtype);
    if (dtype === "bool") {
      expect([min, max]).toEqual([0n, 1n]);
      continue;
    }
    // A typed array wraps at exactly these ends.
    const wrapped = allocate(dtype, 2);
    const store = (i: number, value: bigint) => {
      wrapped[i] = isBig(dtype) ? value : Number(value);
    };
    store(0, max + 1n);
    store(1, min - 1n);
    expect([BigInt(wrapped[0]!), BigInt(wrapped[1]!)]).toEqual([min, max]);
  }
  expect(() => rangeOf("float32")).toThrow("float32 has no integer range");
});

test("viewOf looks at a part of a buffer", () => {
  const bytes = Uint8Array.of(0, 0, 0, 0, 0, 0, 128, 63, 0, 0, 0, 64);
  expect(viewOf("float32", bytes.buffer, 4, 2)).toEqual(new Float32Array([1, 2]));
  expect(viewOf("complex64", bytes.buffer, 4, 1)).toEqual(new Float32Array([1, 2]));
  expect(viewOf("float16", bytes.buffer, 6, 1)).toEqual(new Uint16Array([0x3f80]));
});
