/** The unit of addresses handed out: a cache line, and four vectors. */
const unit = 64;
const page = 65536;
/** The last bytes are never handed out: a clamped vector load may reach into them. */
const tail = 4096;
const limit = 65536 * page;

const round = (bytes: number): number => Math.max(unit, Math.ceil(bytes / unit) * unit);

/**
 * One WebAssembly memory and what is where in it. Blocks are found first fit in a list of holes kept in order; memory
 * grows by doubling. `epoch` changes when it grew: views made before are dead then.
 */
export class Memory {
  readonly memory: WebAssembly.Memory;
  epoch = 0;
  /** Free stretches, in order of address: start, end. */
  readonly #holes: { start: number; end: number }[];
  readonly #sizes = new Map<number, number>();

  constructor(initialPages = 256) {
    this.memory = new WebAssembly.Memory({ initial: initialPages, maximum: 65536 });
    this.#holes = [{ start: 1024, end: initialPages * page - tail }];
  }

  /** The address of `bytes` bytes that nothing else uses. Throws a RangeError if there is no more room. */
  allocate(bytes: number): number {
    const wanted = round(bytes);
    for (;;) {
      for (let i = 0; i < this.#holes.length; i++) {
        const hole = this.#holes[i] as { start: number; end: number };
        if (hole.end - hole.start < wanted) continue;
        const at = hole.start;
        hole.start += wanted;
        if (hole.start === hole.end) this.#holes.splice(i, 1);
        this.#sizes.set(at, wanted);
        return at;
      }
      this.#grow(wanted);
    }
  }

  free(at: number): void {
    const size = this.#sizes.get(at);
    if (size === undefined) return;
    this.#sizes.delete(at);
    this.#addHole(at, at + size);
  }

  /** Bytes in use. */
  get used(): number {
    let sum = 0;
    for (const size of this.#sizes.values()) sum += size;
    return sum;
  }

  #addHole(start: number, end: number): void {
    let [low, high] = [0, this.#holes.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#holes[middle] as { start: number }).start < start) low = middle + 1;
      else high = middle;
    }
    const [before, after] = [this.#holes[low - 1], this.#holes[low]];
    if (before?.end === start) {
      before.end = end;
      if (after?.start === end) {
        before.end = after.end;
        this.#holes.splice(low, 1);
      }
    } else if (after?.start === end) after.start = start;
    else this.#holes.splice(low, 0, { start, end });
  }

  #grow(wanted: number): void {
    const now = this.memory.buffer.byteLength;
    const last = this.#holes.at(-1);
    const free = last?.end === now - tail ? last.end - last.start : 0;
    const needed = Math.ceil((now + wanted - free) / page) * page;
    if (needed > limit)
      throw new RangeError(
        `Cannot allocate ${wanted} bytes: WebAssembly memory ends at 4 GiB and ${this.used} bytes are in use`,
      );
    const target = Math.min(limit, Math.max(needed, now * 2));
    try {
      this.memory.grow((target - now) / page);
    } catch {
      this.memory.grow((needed - now) / page);
    }
    this.epoch++;
    this.#addHole(now - tail, this.memory.buffer.byteLength - tail);
  }
}

/** Room that all runs share for what does not outlive them; it moves when it has to grow. */
export class Arena {
  readonly #memory: Memory;
  address = 0;
  #size = 0;
  /** Changes when the arena moved. */
  epoch = 0;

  constructor(memory: Memory) {
    this.#memory = memory;
  }

  /** Makes sure that there are `bytes` bytes. */
  reserve(bytes: number): void {
    if (bytes <= this.#size) return;
    if (this.#size > 0) this.#memory.free(this.address);
    const size = Math.max(bytes, Math.min(this.#size * 2, this.#size + 2 ** 26), 65536);
    this.address = this.#memory.allocate(size);
    this.#size = size;
    this.epoch++;
  }
}
