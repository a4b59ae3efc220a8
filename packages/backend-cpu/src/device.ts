import { bytesOf, type DeviceBuffer, type RealDType } from "@theano-ts/kernel";
import { Arena, Memory } from "./memory.ts";

/** A buffer of this backend: an address in its memory, 0 once it was released. */
export interface CpuBuffer extends DeviceBuffer {
  address: number;
}

/** Bytes of tables and constants of executables that are kept ready at most, and how many executables. */
const budget = 2 ** 28;
const most = 1024;

/**
 * A memory and what is kept in it: buffers that users hold, an arena for runs, and for each executable a block with its
 * table of launch parameters and its constants. Such blocks are dropped, oldest first, when there are too many: an
 * executable that finds its block gone makes it anew. So executables that nobody holds any more cannot fill memory,
 * even where the garbage collector has no chance to say so.
 */
export class Device {
  readonly memory: Memory = new Memory();
  readonly arena: Arena = new Arena(this.memory);
  readonly #blocks = new Map<object, { address: number; bytes: number }>();
  #kept = 0;
  #dropped = 0;
  readonly #buffers = new FinalizationRegistry<number>((address) => this.memory.free(address));
  readonly #owners = new FinalizationRegistry<object>((token) => this.release(token));

  /** Changes whenever an address or a view that was looked up may be stale. */
  get epoch(): number {
    return this.memory.epoch + this.arena.epoch + this.#dropped;
  }

  allocate(dtype: RealDType, length: number): CpuBuffer {
    const address = this.memory.allocate(length * bytesOf(dtype));
    const buffer: CpuBuffer = { dtype, length, address };
    this.#buffers.register(buffer, address, buffer);
    return buffer;
  }

  free(buffer: CpuBuffer): void {
    if (buffer.address === 0) return;
    this.#buffers.unregister(buffer);
    this.memory.free(buffer.address);
    buffer.address = 0;
  }

  /** The block of `token`, or undefined if it has none (any more). */
  blockOf(token: object): number | undefined {
    return this.#blocks.get(token)?.address;
  }

  /** A block of `bytes` for `token`, given back when `owner` is gone. */
  makeBlock(token: object, owner: object, bytes: number): number {
    while (this.#blocks.size > 0 && (this.#kept + bytes > budget || this.#blocks.size >= most)) {
      const [oldest] = this.#blocks.keys();
      this.release(oldest as object);
    }
    const address = this.memory.allocate(bytes);
    this.#blocks.set(token, { address, bytes });
    this.#kept += bytes;
    this.#owners.register(owner, token, token);
    return address;
  }

  release(token: object): void {
    const block = this.#blocks.get(token);
    if (!block) return;
    this.#blocks.delete(token);
    this.#owners.unregister(token);
    this.#kept -= block.bytes;
    this.#dropped++;
    this.memory.free(block.address);
  }
}
