import { type Backend, bytesOf, type DeviceBuffer, partOf } from "@theano-ts/kernel";
import type { NDArray } from "../value/ndarray.ts";
import { contiguous, revision, type Storage, storageOf } from "../value/storage.ts";

/** Below this many bytes copying an argument costs less than remembering it. */
const worthwhile = 16_384;
/** How many bytes of arguments a backend keeps at most. */
const budget = 512 * 2 ** 20;

interface Copy {
  readonly buffer: DeviceBuffer;
  readonly revision: number;
}

/** What one backend keeps of arrays it was given. */
interface Shelf {
  readonly copies: WeakMap<Storage, Copy>;
  /** Seen once, with this revision: kept from the second time on. */
  readonly seen: WeakMap<Storage, number>;
  bytes: number;
  readonly forget: FinalizationRegistry<DeviceBuffer>;
}

const shelves = new WeakMap<Backend, Shelf>();

function shelfOf(backend: Backend): Shelf {
  let shelf = shelves.get(backend);
  if (!shelf) {
    const made: Shelf = {
      copies: new WeakMap(),
      seen: new WeakMap(),
      bytes: 0,
      forget: new FinalizationRegistry((buffer) => drop(backend, made, buffer)),
    };
    shelves.set(backend, (shelf = made));
  }
  return shelf;
}

const sizeOf = (buffer: DeviceBuffer): number => buffer.length * bytesOf(buffer.dtype);

function drop(backend: Backend, shelf: Shelf, buffer: DeviceBuffer): void {
  shelf.bytes -= sizeOf(buffer);
  backend.release(buffer);
}

/**
 * A copy of a big array on `backend`, kept from the second call with it on: data that a program passes again and again is
 * not copied again and again. Undefined for small arrays, for parts of others, and for those whose memory somebody else
 * may write unseen. An array that was changed by `set` is copied anew.
 */
export function copyOn(backend: Backend, array: NDArray): DeviceBuffer | undefined {
  const now = revision(array);
  if (now === undefined || array.size * bytesOf(array.dtype) < worthwhile || !array.isContiguous)
    return undefined;
  const storage = storageOf(array);
  const shelf = shelfOf(backend);
  const kept = shelf.copies.get(storage);
  const data = contiguous(array);
  if (data.length !== storage.data.length) return undefined;
  if (kept?.revision === now && kept.buffer.dtype === partOf(array.dtype)) return kept.buffer;
  if (kept) {
    shelf.copies.delete(storage);
    shelf.forget.unregister(kept.buffer);
    drop(backend, shelf, kept.buffer);
  }
  if (shelf.seen.get(storage) !== now) {
    shelf.seen.set(storage, now);
    return undefined;
  }
  const bytes = data.byteLength;
  if (shelf.bytes + bytes > budget) return undefined;
  const buffer = backend.allocate(partOf(array.dtype), data.length);
  backend.write(buffer, data);
  shelf.bytes += bytes;
  shelf.copies.set(storage, { buffer, revision: now });
  shelf.forget.register(storage, buffer, buffer);
  return buffer;
}
