import { lastEntries } from "../entries.ts";
import type { Entry, Message } from "../messages.ts";

/** How many milliseconds there are between messages of a program that has much to say. */
const interval = 80;

/** How many entries go in one message at most. */
const mostEntries = 200;

/** Tells what there is to tell now. */
export type Source = () => readonly Message[];

/**
 * What a program has to say, on its way to the page: at most every so often, however fast the program is, so that a page
 * is never drowned. A program that does not let go of its thread is heard, too: each call and each line looks at the clock.
 */
export class Outbox {
  readonly #send: (message: Message) => void;
  readonly #sources: Source[] = [];
  #entries: Entry[] = [];
  #leftOut = 0;
  #sent = Number.NEGATIVE_INFINITY;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(send: (message: Message) => void) {
    this.#send = send;
  }

  /** `source` is asked whenever messages go out. */
  addSource(source: Source): void {
    this.#sources.push(source);
  }

  /** Something was printed. */
  print(entry: Entry): void {
    if (entry.label !== undefined) this.#entries = this.#entries.filter(({ label }) => label !== entry.label);
    this.#entries.push(entry);
    if (this.#entries.length >= 2 * mostEntries) this.#shorten();
    this.tick();
  }

  /** Something happened: messages go out now if the last ones are long enough ago, else soon. */
  tick(): void {
    if (performance.now() - this.#sent >= interval) this.flush();
    else this.#timer ??= setTimeout(() => this.flush(), interval);
  }

  /** Sends all there is. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#shorten();
    if (this.#entries.length > 0)
      this.#send({ kind: "output", entries: this.#entries, leftOut: this.#leftOut });
    [this.#entries, this.#leftOut] = [[], 0];
    for (const source of this.#sources) for (const message of source()) this.#send(message);
    this.#sent = performance.now();
  }

  #shorten(): void {
    const kept = lastEntries(this.#entries, mostEntries);
    this.#leftOut += this.#entries.length - kept.length;
    this.#entries = kept;
  }
}
