import { lastEntries } from "../entries.ts";
import type { Calls, Entry, Message } from "../messages.ts";

/** How many milliseconds the page rests between what it shows of a program that tells much. */
const interval = 50;

/** How many printed entries are shown at once at most. */
const mostEntries = 100;

/**
 * Messages on their way from a worker to what shows them. A worker cannot be asked to wait, so the page takes what there
 * is when it has time, and of what is out of date by then only the last.
 */
export class Inbox {
  readonly #show: (message: Message) => void;
  #waiting: Message[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** `show` is given the messages, some of them merged. */
  constructor(show: (message: Message) => void) {
    this.#show = show;
  }

  put(message: Message): void {
    this.#waiting.push(message);
    this.#timer ??= setTimeout(() => this.#deliver(), interval);
  }

  /** Forgets what was not shown. */
  clear(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#waiting = [];
  }

  /** Shows what was not shown yet. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#deliver();
  }

  #deliver(): void {
    const messages = merged(this.#waiting);
    this.clear();
    for (const message of messages) this.#show(message);
  }
}

/** The same news in fewer messages: one of what was printed, one of calls, one of plots, and all others as they are. */
export function merged(messages: readonly Message[]): Message[] {
  const entries: Entry[] = [];
  const calls = new Map<number, Calls>();
  const [before, after]: [Message[], Message[]] = [[], []];
  let [leftOut, plots]: [number, Message[]] = [0, []];
  for (const message of messages) {
    if (message.kind === "output") {
      entries.push(...message.entries);
      leftOut += message.leftOut;
    } else if (message.kind === "calls") for (const one of message.calls) calls.set(one.id, one);
    else if (message.kind === "plots") plots = [message];
    else if (message.kind === "failed" || message.kind === "finished") after.push(message);
    else before.push(message);
  }
  const shown = lastEntries(entries, mostEntries);
  leftOut += entries.length - shown.length;
  return [
    ...before,
    ...(shown.length > 0 ? [{ kind: "output", entries: shown, leftOut } as const] : []),
    ...(calls.size > 0 ? [{ kind: "calls", calls: [...calls.values()] } as const] : []),
    ...plots,
    ...after,
  ];
}
