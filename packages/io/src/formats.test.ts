import { readFileSync } from "node:fs";
import { join } from "node:path";
import { makers, type NDArray } from "@theano-ts/core";
import { isComplex, isFloat } from "@theano-ts/kernel";
import {
  collectBytes,
  npyChunks,
  npzChunks,
  readNpy,
  readNpz,
  readSafetensors,
  safetensorsChunks,
  streamOf,
  writeNpy,
  writeNpz,
  writeSafetensors,
} from "./index.ts";

// Files that NumPy wrote, and what is in them: see test/makeFixtures.py.
interface Described {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly elements: readonly (string | readonly [string, string])[];
}
const fixtures = JSON.parse(readFileSync(join(__dirname, "..", "test", "fixtures.json"), "utf8")) as {
  npy: Record<string, Described & { file: string }>;
  npz: Record<string, { file: string; arrays: Record<string, Described> }>;
};

const bytesOf = (base64: string): Uint8Array => new Uint8Array(Buffer.from(base64, "base64"));

/** Python's exact text of a float. */
function fromHex(text: string): number {
  const [, sign, whole = "0", fraction = "", exponent = "0"] =
    /^(-?)0x(\d)(?:\.([0-9a-f]+))?p([+-]\d+)$/.exec(text) ?? [];
  if (sign === undefined) return Number(text.replace("inf", "Infinity"));
  const value = Number(`0x${whole}${fraction}`) * 2 ** (Number(exponent) - 4 * fraction.length);
  return sign === "-" ? -value : value;
}

/** The numbers of an array, in the exactest form there is. */
function numbersOf(array: NDArray): (number | bigint)[] {
  const wide = isComplex(array.dtype) ? "complex128" : isFloat(array.dtype) ? "float64" : array.dtype;
  return Array.from(array.astype(wide).copy().data as ArrayLike<number | bigint>);
}

function expectIs(array: NDArray, { dtype, shape, elements }: Described): void {
  expect({ dtype: array.dtype, shape: array.shape }).toEqual({ dtype, shape });
  const parse = (text: string): number | bigint =>
    dtype.endsWith("int64") ? BigInt(text) : /float|complex/.test(dtype) ? fromHex(text) : Number(text);
  expect(numbersOf(array)).toEqual(elements.flat().map((text) => parse(text as string)));
}

const everyDType = Object.entries(fixtures.npy).filter(([name]) => !/[ ,]|scalar|empty|vector/.test(name));

test.each(Object.entries(fixtures.npy))("NumPy's npy file of %s is read exactly", (_, described) => {
  expectIs(readNpy(bytesOf(described.file)), described);
});

test.each(everyDType)("an npy file of %s is the one that NumPy writes, byte by byte", (_, { file }) => {
  expect(Buffer.from(writeNpy(readNpy(bytesOf(file)))).toString("base64")).toBe(file);
});

test.each(Object.entries(fixtures.npz))("NumPy's archive by %s is read exactly", (_, { file, arrays }) => {
  const read = readNpz(bytesOf(file));
  expect([...read.keys()]).toEqual(Object.keys(arrays));
  for (const [name, array] of read) expectIs(array, arrays[name] as Described);
});

const named: Record<string, NDArray> = Object.fromEntries(
  everyDType.map(([name, { file }]) => [name, readNpy(bytesOf(file))]),
);

/** What is in two sets of arrays, NaN and signed zeros told apart. */
const contents = (arrays: Iterable<readonly [string, NDArray]>): unknown =>
  new Map([...arrays].map(([name, a]) => [name, [a.dtype, a.shape, numbersOf(a)]]));

test.each([false, true])("arrays survive an npz archive, compressed: %s", (compress) => {
  expect(contents(readNpz(writeNpz(named, { compress })))).toEqual(contents(Object.entries(named)));
});

test("arrays and notes survive a safetensors file; what it has no dtype for is refused", () => {
  const { complex128, ...rest } = named;
  const read = readSafetensors(writeSafetensors(rest, { metadata: { epoch: "3" } }));
  expect(contents(read.arrays)).toEqual(contents(Object.entries(rest)));
  expect([...read.metadata]).toEqual([["epoch", "3"]]);
  expect(() => writeSafetensors({ z: complex128 as NDArray })).toThrow("Cannot write z of complex128");
});

/** A safetensors file by the format's description. */
function safetensors(header: unknown, data: readonly number[]): Uint8Array {
  const text = new TextEncoder().encode(JSON.stringify(header));
  return Uint8Array.from([text.length & 0xff, text.length >> 8, 0, 0, 0, 0, 0, 0, ...text, ...data]);
}

test("a safetensors file that is written by hand is read", () => {
  const file = safetensors(
    {
      __metadata__: { format: "pt" },
      // 1.5 and -2 in bfloat16 are 0x3fc0 and 0xc000.
      half: { dtype: "BF16", shape: [2], data_offsets: [0, 4] },
      whole: { dtype: "U16", shape: [1, 1], data_offsets: [4, 6] },
      none: { dtype: "F32", shape: [0, 7], data_offsets: [6, 6] },
    },
    [0xc0, 0x3f, 0x00, 0xc0, 0x34, 0x12],
  );
  const { arrays } = readSafetensors(file);
  expect([...arrays].map(([name, a]) => [name, a.dtype, a.shape, a.toArray()])).toEqual([
    ["half", "float32", [2], [1.5, -2]],
    ["whole", "uint16", [1, 1], [[0x1234]]],
    ["none", "float32", [0, 7], []],
  ]);
});

test.each([
  [
    "overlaps",
    {
      a: { dtype: "U8", shape: [2], data_offsets: [0, 2] },
      b: { dtype: "U8", shape: [2], data_offsets: [1, 3] },
    },
    "overlap at byte 1",
  ],
  ["gaps", { a: { dtype: "U8", shape: [1], data_offsets: [2, 3] } }, "leave a gap at byte 2"],
  [
    "a rest",
    { a: { dtype: "U8", shape: [1], data_offsets: [0, 1] } },
    "2 bytes at its end belong to no array",
  ],
  [
    "a shape that lies",
    { a: { dtype: "F64", shape: [2 ** 50], data_offsets: [0, 3] } },
    "takes 9007199254740992 bytes, and has 3",
  ],
  [
    "offsets beyond the end",
    { a: { dtype: "U8", shape: [9], data_offsets: [0, 9] } },
    "is at bytes 0 to 9 of 3",
  ],
  ["an unknown dtype", { a: { dtype: "F8_E5M2", shape: [3], data_offsets: [0, 3] } }, 'is of "F8_E5M2"'],
])("%s in a safetensors file are told", (_, header, message) => {
  expect(() => readSafetensors(safetensors(header, [1, 2, 3]))).toThrow(message);
});

test("parts of other arrays are written as themselves", () => {
  const x = makers.arange(6).reshape([2, 3]).transpose();
  expect(readNpy(writeNpy(x)).toArray()).toEqual([
    [0, 3],
    [1, 4],
    [2, 5],
  ]);
});

test("every format goes through streams of both kinds", async () => {
  const x = makers.arange(10);
  const chunks: readonly (readonly [Iterable<Uint8Array>, (bytes: Uint8Array) => NDArray | undefined])[] = [
    [npyChunks(x), readNpy],
    [npzChunks({ x }), (bytes) => readNpz(bytes).get("x")],
    [safetensorsChunks({ x }), (bytes) => readSafetensors(bytes).arrays.get("x")],
  ];
  for (const [written, read] of chunks)
    expect(read(await collectBytes(streamOf(written)))?.toArray()).toEqual(x.toArray());
  async function* slowly(): AsyncGenerator<Uint8Array> {
    for (const byte of writeNpy(x)) yield Uint8Array.of(byte);
  }
  expect(readNpy(await collectBytes(slowly())).toArray()).toEqual(x.toArray());
  expect(readNpy(await collectBytes(new Blob([...npyChunks(x)] as BlobPart[]))).size).toBe(10);
});

/** An npy file, version 1.0, with this header. */
const npy = (header: string, data: readonly number[] = []): Uint8Array =>
  Uint8Array.from([0x93, ...Buffer.from("NUMPY"), 1, 0, header.length, 0, ...Buffer.from(header), ...data]);

test.each<[string, Uint8Array, string]>([
  ["another magic", Uint8Array.from([1, 2, 3, 4, 5, 6, 7, 8]), "does not begin as an npy file does"],
  ["a future version", Uint8Array.from([...npy("{}").subarray(0, 6), 9, 0, 0, 0]), "its version is 9.0"],
  ["objects", npy("{'descr': '|O', 'fortran_order': False, 'shape': ()}"), "its elements are '|O'"],
  ["text", npy("{'descr': '<U3', 'fortran_order': False, 'shape': ()}"), "its elements are '<U3'"],
  [
    "records",
    npy("{'descr': [('a', '<f8')], 'fortran_order': False, 'shape': ()}"),
    "its elements are [('a', '<f8')]",
  ],
  [
    "a header without a shape",
    npy("{'descr': '<f8', 'fortran_order': False}"),
    "must have descr, fortran_order and shape",
  ],
  ["a negative size", npy("{'descr': '<f8', 'fortran_order': False, 'shape': (-1,)}"), "its shape is (-1,)"],
  [
    "a size beyond all memory",
    npy("{'descr': '<f8', 'fortran_order': False, 'shape': (999999999999, 9999)}"),
    "takes 79991999999920000 bytes, and it has 0",
  ],
  ["a code to run", npy("{'descr': __import__('os'), 'shape': ()}"), "its header is no dict"],
  [
    "bytes too many",
    npy("{'descr': '|u1', 'fortran_order': False, 'shape': ()}", [1, 2]),
    "takes 1 bytes, and it has 2",
  ],
])("an npy file with %s is refused", (_, bytes, message) => {
  expect(() => readNpy(bytes)).toThrow(message);
  expect(() => readNpy(bytes)).toThrow(expect.objectContaining({ name: "FileError", code: "bad-file" }));
});

test("zip64 archives are read, and lies about sizes found before anything is made of them", () => {
  const stored = writeNpz({ x: makers.arange(4) });
  const end = stored.length - 22;
  const view = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset);
  const directory = view(stored).getUint32(end + 16, true);
  // The same directory, described by zip64's end of it.
  const wide = new Uint8Array(stored.length + 76);
  wide.set(stored.subarray(0, end));
  const fields = view(wide);
  fields.setUint32(end, 0x06064b50, true);
  fields.setBigUint64(end + 4, 44n, true);
  fields.setBigUint64(end + 24, 1n, true);
  fields.setBigUint64(end + 32, 1n, true);
  fields.setBigUint64(end + 40, BigInt(end - directory), true);
  fields.setBigUint64(end + 48, BigInt(directory), true);
  fields.setUint32(end + 56, 0x07064b50, true);
  fields.setBigUint64(end + 64, BigInt(end), true);
  fields.setUint32(end + 72, 1, true);
  wide.set(stored.subarray(end), end + 76);
  fields.setUint16(end + 76 + 10, 0xffff, true);
  fields.setUint32(end + 76 + 12, 0xffffffff, true);
  fields.setUint32(end + 76 + 16, 0xffffffff, true);
  expect(readNpz(wide).get("x")?.toArray()).toEqual([0, 1, 2, 3]);

  const lying = writeNpz({ x: makers.arange(4) }, { compress: true });
  const at = view(lying).getUint32(lying.length - 22 + 16, true);
  view(lying).setUint32(at + 24, 0xfffffff0, true);
  expect(() => readNpz(lying)).toThrow(/cannot have 4294967280 bytes, packed in \d+/);
  const damaged = writeNpz({ x: makers.arange(4) });
  damaged[directory - 1] = 99;
  expect(() => readNpz(damaged)).toThrow("the checksum of x.npy in it is wrong");
  expect(() => readNpz(stored.subarray(0, -1))).toThrow("does not end as a zip archive does");
});
