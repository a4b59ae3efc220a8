import { inflateSync } from "fflate";
import type { ByteReader } from "./bytes.ts";
import { crc32 } from "./crc32.ts";

// The parts of the format that archives of arrays use: PKWARE's APPNOTE 6.3, sections 4.3 and 4.5.3.

/** A file in an archive. */
export interface ZipEntry {
  readonly name: string;
  readonly deflated: boolean;
  readonly crc: number;
  readonly packed: number;
  readonly size: number;
  /** Where its local header is. */
  readonly offset: number;
}

/** What each kind of header begins with. */
export const signature = {
  local: 0x04034b50,
  central: 0x02014b50,
  end: 0x06054b50,
  end64: 0x06064b50,
  locator: 0x07064b50,
};
/** In place of what stands in a zip64 field. */
export const unknown16 = 0xffff;
/** In place of what stands in a zip64 field. */
export const unknown32 = 0xffffffff;
/** No stream that deflate makes is shorter than this part of what it holds. */
const bestRatio = 1032;

/**
 * The files in an archive, by its directory; zip64 included. Throws a FileError for what is no archive, or is encrypted,
 * or packed by something else than deflate, or says of files that they are bigger than they can be.
 */
export function zipEntries(reader: ByteReader): ZipEntry[] {
  const { count, size, offset } = directoryOf(reader);
  // An entry takes 46 bytes at least, so there cannot be more than fit.
  if (count > size / 46) throw reader.error(`its directory names ${count} files in ${size} bytes`);
  const entries: ZipEntry[] = [];
  let [at, packed] = [offset, 0];
  for (let i = 0; i < count; i++) {
    const { entry, length } = entryAt(reader, at);
    at += length;
    packed += entry.packed;
    entries.push(entry);
  }
  // Files that share their bytes could unpack to far more than any archive honestly holds.
  if (packed > reader.bytes.length)
    throw reader.error(`its files take ${packed} bytes together, and it has ${reader.bytes.length}`);
  return entries;
}

function entryAt(reader: ByteReader, at: number): { entry: ZipEntry; length: number } {
  if (reader.uint32(at) !== signature.central) throw reader.error(`its directory is broken at byte ${at}`);
  const [flags, method] = [reader.uint16(at + 8), reader.uint16(at + 10)];
  const [named, extra, note] = [reader.uint16(at + 28), reader.uint16(at + 30), reader.uint16(at + 32)];
  const name = nameOf(reader.slice(at + 46, named));
  const [size, packed, offset] = wide(reader, at + 46 + named, extra, [
    reader.uint32(at + 24),
    reader.uint32(at + 20),
    reader.uint32(at + 42),
  ]);
  if (flags & 1) throw reader.error(`${name} in it is encrypted`);
  if (method !== 0 && method !== 8)
    throw reader.error(`${name} in it is packed by method ${method}; stored and deflated ones are read`);
  if (packed > reader.bytes.length || size > (method === 0 ? packed : packed * bestRatio))
    throw reader.error(
      `${name} in it cannot have ${size} bytes, packed in ${packed} of ${reader.bytes.length}`,
    );
  return {
    entry: { name, deflated: method === 8, crc: reader.uint32(at + 16), packed, size, offset },
    length: 46 + named + extra + note,
  };
}

/** What `entry` holds, its checksum tried. Throws a FileError if it is not what the directory says. */
export function zipContent(reader: ByteReader, entry: ZipEntry): Uint8Array {
  const { name, offset, packed, size, crc } = entry;
  if (reader.uint32(offset) !== signature.local)
    throw reader.error(`${name} in it does not begin at byte ${offset}`);
  const start = offset + 30 + reader.uint16(offset + 26) + reader.uint16(offset + 28);
  const raw = reader.slice(start, packed);
  const content = entry.deflated ? inflated(reader, name, raw, size) : raw;
  if (content.length !== size)
    throw reader.error(`${name} in it has ${content.length} bytes, and its directory says ${size}`);
  if (crc32(content) !== crc) throw reader.error(`the checksum of ${name} in it is wrong: it is damaged`);
  return content;
}

function inflated(reader: ByteReader, name: string, raw: Uint8Array, size: number): Uint8Array {
  try {
    return inflateSync(raw, { out: new Uint8Array(size) });
  } catch (error) {
    throw reader.error(`${name} in it cannot be unpacked: ${(error as Error).message}`);
  }
}

interface Directory {
  readonly count: number;
  readonly size: number;
  readonly offset: number;
}

/** Where the directory is: its end is at the end of the file, before a note of at most 65535 bytes. */
function directoryOf(reader: ByteReader): Directory {
  const last = reader.bytes.length - 22;
  for (let at = last; at >= 0 && at >= last - 0xffff; at--) {
    if (reader.uint32(at) !== signature.end || reader.uint16(at + 20) !== last - at) continue;
    const directory = {
      count: reader.uint16(at + 10),
      size: reader.uint32(at + 12),
      offset: reader.uint32(at + 16),
    };
    const isWide =
      directory.count === unknown16 || directory.size === unknown32 || directory.offset === unknown32;
    const found =
      isWide && at >= 20 && reader.uint32(at - 20) === signature.locator
        ? wideDirectory(reader, at)
        : directory;
    reader.slice(found.offset, found.size);
    return found;
  }
  throw reader.error("it does not end as a zip archive does: it is cut off, or something else");
}

function wideDirectory(reader: ByteReader, end: number): Directory {
  const at = reader.uint64(end - 20 + 8);
  if (reader.uint32(at) !== signature.end64)
    throw reader.error("the end of its zip64 directory is not where it says");
  return { count: reader.uint64(at + 32), size: reader.uint64(at + 40), offset: reader.uint64(at + 48) };
}

/** Sizes and place of a file, from the zip64 field those stand in that do not fit into 32 bits. */
function wide(
  reader: ByteReader,
  from: number,
  length: number,
  values: readonly number[],
): [number, number, number] {
  const end = from + length;
  for (let at = from; at + 4 <= end; at += 4 + reader.uint16(at + 2)) {
    if (reader.uint16(at) !== 1) continue;
    let next = at + 4;
    return values.map((n) => {
      if (n !== unknown32) return n;
      next += 8;
      return reader.uint64(next - 8);
    }) as [number, number, number];
  }
  return values as [number, number, number];
}

/** Names beyond ASCII are UTF-8, as the flag for it says or writers forget to. */
const nameOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
