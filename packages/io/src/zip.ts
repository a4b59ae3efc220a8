import { deflateSync } from "fflate";
import { crc32 } from "./crc32.ts";
import { FileError } from "./fileError.ts";
import { signature, unknown16, unknown32 } from "./unzip.ts";

/** An archive of these files, in parts to be written one after the other. Always the same for the same files. */
export function* zipChunks(
  files: Iterable<readonly [name: string, content: Uint8Array]>,
  compress: boolean,
): Generator<Uint8Array> {
  const directory: Uint8Array[] = [];
  let at = 0;
  let size = 0;
  for (const [title, content] of files) {
    const name = new TextEncoder().encode(title);
    const packed = compress ? deflateSync(content) : content;
    if (at + packed.length > unknown32)
      throw new FileError(`Cannot write ${title} into a zip archive of more than 4 GiB: use safetensors`);
    // From "version needed" to the length of the extra field, which is the same in both headers. Bit 11: names are UTF-8.
    // The date is the first there is.
    const common = little(
      [20, 2],
      [0x800, 2],
      [compress ? 8 : 0, 2],
      [0, 2],
      [0x21, 2],
      [crc32(content), 4],
      [packed.length, 4],
      [content.length, 4],
      [name.length, 2],
      [0, 2],
    );
    const local = [little([signature.local, 4]), common, name, packed];
    directory.push(
      little([signature.central, 4], [20, 2]),
      common,
      little([0, 2], [0, 2], [0, 2], [0, 4], [at, 4]),
      name,
    );
    for (const part of local) {
      yield part;
      at += part.length;
    }
    size += 46 + name.length;
  }
  yield* directory;
  const count = directory.length / 4;
  if (count >= unknown16)
    throw new FileError(`Cannot write ${count} arrays into one zip archive: at most 65534 fit`);
  yield little([signature.end, 4], [0, 2], [0, 2], [count, 2], [count, 2], [size, 4], [at, 4], [0, 2]);
}

/** Integers of these numbers of bytes, one after the other, the lowest byte first. */
function little(...fields: readonly (readonly [value: number, bytes: number])[]): Uint8Array {
  return Uint8Array.from(
    fields.flatMap(([value, bytes]) =>
      Array.from({ length: bytes }, (_, i) => Math.floor(value / 256 ** i) % 256),
    ),
  );
}
