import type { NDArray } from "@theano-ts/core";
import { ByteReader, joined } from "./bytes.ts";
import { arrayOf, byteCount, bytesOfArray } from "./elements.ts";
import { headerOf, parseHeader } from "./npyHeader.ts";

const magic = [0x93, ..."NUMPY"].map((c) => (typeof c === "string" ? c.charCodeAt(0) : c));

/**
 * The array in the bytes of an npy file, versions 1.0 to 3.0, in either byte order and either order of elements.
 *
 * Throws a FileError for bytes that are no such file, or not all of one, and for dtypes that arrays here do not have.
 * Nothing is allocated before it is known that the bytes for it are there. As `numpy.load`.
 */
export function readNpy(bytes: Uint8Array, name = "an npy file"): NDArray {
  const reader = new ByteReader(bytes, name);
  const start = reader.slice(0, 8);
  if (magic.some((byte, i) => start[i] !== byte))
    throw reader.error("it does not begin as an npy file does, with \\x93NUMPY");
  const [major = 0, minor = 0] = start.subarray(6);
  if (major < 1 || major > 3 || minor !== 0)
    throw reader.error(`its version is ${major}.${minor}, and 1.0, 2.0 and 3.0 are known`);
  const short = major === 1;
  const from = short ? 10 : 12;
  const length = short ? reader.uint16(8) : reader.uint32(8);
  const header = parseHeader(decoded(reader, reader.slice(from, length), major), (what) =>
    reader.error(what),
  );
  const content = bytes.subarray(from + length);
  const wanted = byteCount(header.dtype, header.shape);
  if (content.length !== wanted)
    throw reader.error(
      `shape (${header.shape.join(", ")}) of ${header.dtype} takes ${wanted} bytes, and it has ${content.length}`,
    );
  return arrayOf(content, header, header.shape);
}

function decoded(reader: ByteReader, header: Uint8Array, major: number): string {
  try {
    return new TextDecoder(major === 3 ? "utf-8" : "latin1", { fatal: true }).decode(header);
  } catch {
    throw reader.error("its header is not text");
  }
}

/** The bytes of an npy file, version 1.0, as `numpy.save` writes them. */
export const writeNpy = (array: NDArray): Uint8Array => joined(npyChunks(array));

/** The same in parts, the header and the elements, to be written one after the other. */
export function* npyChunks(array: NDArray): Generator<Uint8Array> {
  const text = headerOf(array.dtype, array.shape);
  // A header as long as makes elements begin at a multiple of 64 bytes, and ending a line.
  const length = Math.ceil((10 + text.length + 1) / 64) * 64 - 10;
  const padded = `${text.padEnd(length - 1)}\n`;
  const sizes = [length & 0xff, length >> 8];
  yield Uint8Array.from([...magic, 1, 0, ...sizes, ...Array.from(padded, (c) => c.charCodeAt(0))]);
  yield bytesOfArray(array);
}
