import { makers, type NDArray } from "@theano-ts/core";
import type { DType } from "@theano-ts/kernel";
import { bytesOf } from "@theano-ts/kernel";
import { ByteReader, joined } from "./bytes.ts";
import { arrayOf, byteCount, bytesOfArray } from "./elements.ts";
import { FileError } from "./fileError.ts";
import { type NamedArrays, named } from "./named.ts";

/** The names of dtypes in safetensors. Complex numbers of 128 bits have none. */
const names: Partial<Record<DType, string>> = {
  bool: "BOOL",
  uint8: "U8",
  int8: "I8",
  uint16: "U16",
  int16: "I16",
  float16: "F16",
  uint32: "U32",
  int32: "I32",
  float32: "F32",
  uint64: "U64",
  int64: "I64",
  float64: "F64",
  complex64: "C64",
};

/** What a safetensors file has. */
export interface Safetensors {
  readonly arrays: ReadonlyMap<string, NDArray>;
  /** Notes by name: what the writer wanted to say. */
  readonly metadata: ReadonlyMap<string, string>;
}

/**
 * The arrays in the bytes of a safetensors file, by name, and its metadata. BF16 is read as float32, exactly.
 *
 * Throws a FileError for bytes that are no such file, or not all of one, or whose arrays overlap or leave gaps, as the
 * format demands. Nothing is allocated before it is known that the bytes for it are there.
 * See https://github.com/huggingface/safetensors#format.
 */
export function readSafetensors(bytes: Uint8Array, name = "a safetensors file"): Safetensors {
  const reader = new ByteReader(bytes, name);
  const length = reader.uint64(0);
  const header = parseJson(reader, reader.slice(8, length));
  const content = bytes.subarray(8 + length);
  const arrays = new Map<string, NDArray>();
  const spans: (readonly [number, number])[] = [];
  let metadata: ReadonlyMap<string, string> = new Map();
  for (const [key, entry] of Object.entries(header)) {
    if (key === "__metadata__") metadata = notes(reader, entry);
    else {
      const { dtype, shape, start, end } = tensorOf(reader, key, entry, content.length);
      spans.push([start, end]);
      arrays.set(key, read(content.subarray(start, end), dtype, shape));
    }
  }
  checkCovered(reader, spans, content.length);
  return { arrays, metadata };
}

function parseJson(reader: ByteReader, bytes: Uint8Array): Readonly<Record<string, unknown>> {
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (error) {
    throw reader.error(`its header is no JSON: ${(error as Error).message}`);
  }
  if (!isRecord(header)) throw reader.error("its header is no object");
  return header;
}

const isRecord = (x: unknown): x is Record<string, unknown> =>
  typeof x === "object" && x !== null && !Array.isArray(x);

function notes(reader: ByteReader, entry: unknown): Map<string, string> {
  if (!isRecord(entry) || !Object.values(entry).every((value) => typeof value === "string"))
    throw reader.error("__metadata__ is no object of texts");
  return new Map(Object.entries(entry as Record<string, string>));
}

/** One entry of the header. */
interface Tensor {
  readonly dtype: DType | "BF16";
  readonly shape: readonly number[];
  readonly start: number;
  readonly end: number;
}

function tensorOf(reader: ByteReader, key: string, entry: unknown, room: number): Tensor {
  const wrong = (what: string): FileError => reader.error(`its array ${JSON.stringify(key)} ${what}`);
  if (!isRecord(entry)) throw wrong("is described by no object");
  const { dtype: code, shape, data_offsets: offsets } = entry;
  const dtype = code === "BF16" ? code : (Object.keys(names) as DType[]).find((d) => names[d] === code);
  if (dtype === undefined)
    throw wrong(`is of ${JSON.stringify(code)}, and those read are BF16, ${Object.values(names).join(", ")}`);
  if (!isSizes(shape) || shape.length > 64) throw wrong(`has the shape ${shortJson(shape)}, which is none`);
  if (!isSizes(offsets) || offsets.length !== 2)
    throw wrong(`is at ${shortJson(offsets)}, not from one offset to another`);
  const [start, end] = offsets as readonly [number, number];
  if (start > end || end > room) throw wrong(`is at bytes ${start} to ${end} of ${room}`);
  const wanted = byteCount(dtype === "BF16" ? "uint16" : dtype, shape);
  if (wanted !== end - start)
    throw wrong(`of shape (${shape.join(", ")}) and ${code} takes ${wanted} bytes, and has ${end - start}`);
  return { dtype, shape, start, end };
}

const isSizes = (x: unknown): x is readonly number[] =>
  Array.isArray(x) && x.every((n) => Number.isSafeInteger(n) && n >= 0);

const shortJson = (x: unknown): string => (JSON.stringify(x) ?? "missing").slice(0, 60);

function read(bytes: Uint8Array, dtype: DType | "BF16", shape: readonly number[]): NDArray {
  if (dtype !== "BF16") return arrayOf(bytes, { dtype }, shape);
  // The upper half of a float32.
  const wide = new Uint8Array(bytes.length * 2);
  for (let i = 0; i < bytes.length; i += 2) wide.set(bytes.subarray(i, i + 2), 2 * i + 2);
  return makers.fromBytes(wide, "float32", shape);
}

function checkCovered(reader: ByteReader, spans: (readonly [number, number])[], length: number): void {
  let at = 0;
  for (const [start, end] of spans.sort(([a, b], [c, d]) => a - c || b - d)) {
    if (start !== at)
      throw reader.error(`its arrays ${start < at ? "overlap" : "leave a gap"} at byte ${start}`);
    at = end;
  }
  if (at !== length) throw reader.error(`${length - at} bytes at its end belong to no array`);
}

/** What is written beside arrays. */
export interface SafetensorsOptions {
  readonly metadata?: Readonly<Record<string, string>>;
}

/** The bytes of a safetensors file. Throws a FileError for complex128, which the format does not have. */
export const writeSafetensors = (arrays: NamedArrays, options: SafetensorsOptions = {}): Uint8Array =>
  joined(safetensorsChunks(arrays, options));

/** The same in parts, to be written one after the other: the header, then array after array, each made when asked for. */
export function* safetensorsChunks(
  arrays: NamedArrays,
  { metadata }: SafetensorsOptions = {},
): Generator<Uint8Array> {
  // Wide elements first, so that all are aligned.
  const list = [...named(arrays)].sort(([, a], [, b]) => bytesOf(b.dtype) - bytesOf(a.dtype));
  const header: [string, unknown][] = metadata ? [["__metadata__", metadata]] : [];
  let at = 0;
  for (const [name, { dtype, shape }] of list) {
    const code = names[dtype];
    if (code === undefined || name === "__metadata__")
      throw new FileError(
        code === undefined
          ? `Cannot write ${name} of ${dtype} as safetensors, which has ${Object.keys(names).join(", ")}`
          : "Cannot write an array of the name __metadata__ as safetensors: it has a meaning of its own there",
      );
    const end = at + byteCount(dtype, shape);
    header.push([name, { dtype: code, shape, data_offsets: [at, end] }]);
    at = end;
  }
  const text = new TextEncoder().encode(JSON.stringify(Object.fromEntries(header)));
  const padded = new Uint8Array(Math.ceil(text.length / 8) * 8).fill(0x20);
  padded.set(text);
  const length = new Uint8Array(8);
  new DataView(length.buffer).setBigUint64(0, BigInt(padded.length), true);
  yield length;
  yield padded;
  for (const [, array] of list) yield bytesOfArray(array);
}
