import { FileError } from "./fileError.ts";

/** Where bytes may come from: memory, a file that a browser was given, or a stream of either kind. */
export type ByteSource =
  | Uint8Array
  | ArrayBufferLike
  | Blob
  | ReadableStream<Uint8Array>
  | AsyncIterable<Uint8Array>
  | Iterable<Uint8Array>;

/** All bytes of `source`, in memory. */
export async function collectBytes(source: ByteSource): Promise<Uint8Array> {
  if (source instanceof Uint8Array) return source;
  if (source instanceof Blob) return new Uint8Array(await source.arrayBuffer());
  if ("byteLength" in source) return new Uint8Array(source);
  const chunks: Uint8Array[] = [];
  if ("getReader" in source) {
    // Not every browser's streams can be iterated.
    const reader = source.getReader();
    for (let step = await reader.read(); !step.done; step = await reader.read()) chunks.push(step.value);
  } else for await (const chunk of source) chunks.push(chunk);
  return joined(chunks);
}

/** The chunks that a format is written in as one. */
export function joined(chunks: Iterable<Uint8Array>): Uint8Array {
  const list = [...chunks];
  const all = new Uint8Array(list.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const chunk of list) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return all;
}

/** The chunks that a format is written in as a stream, each made when it is asked for. */
export function streamOf(chunks: Iterable<Uint8Array>): ReadableStream<Uint8Array> {
  const iterator = chunks[Symbol.iterator]();
  return new ReadableStream<Uint8Array>({
    pull(controller) {
      const step = iterator.next();
      if (step.done) controller.close();
      else controller.enqueue(step.value);
    },
    cancel() {
      iterator.return?.();
    },
  });
}

/** Reads little-endian integers, and says what was wanted where there are none. */
export class ByteReader {
  readonly bytes: Uint8Array;
  readonly #view: DataView;
  readonly #what: string;

  /** `what` is read: the subject of messages. */
  constructor(bytes: Uint8Array, what: string) {
    this.bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#what = what;
  }

  uint16(at: number): number {
    this.#need(at, 2);
    return this.#view.getUint16(at, true);
  }

  uint32(at: number): number {
    this.#need(at, 4);
    return this.#view.getUint32(at, true);
  }

  /** A 64-bit integer as a number. Throws a FileError for one that no place in memory can have. */
  uint64(at: number): number {
    this.#need(at, 8);
    const value = Number(this.#view.getBigUint64(at, true));
    if (!Number.isSafeInteger(value)) throw this.error(`it names a place ${value} bytes away`);
    return value;
  }

  /** `length` bytes from `at`, not copied. */
  slice(at: number, length: number): Uint8Array {
    this.#need(at, length);
    return this.bytes.subarray(at, at + length);
  }

  /** An error about these bytes. */
  error(what: string): FileError {
    return new FileError(`Cannot read ${this.#what}: ${what}`);
  }

  #need(at: number, length: number): void {
    if (at < 0 || length < 0 || at + length > this.bytes.length)
      throw this.error(
        `it is cut off: ${length} bytes are wanted at ${at}, and there are ${this.bytes.length} in all`,
      );
  }
}
