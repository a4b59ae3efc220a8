import type { Message, RunRequest } from "../messages.ts";

/** What happens to a run. */
export interface RunListener {
  message(message: Message): void;
  /** The worker itself failed: it could not be loaded, or was ended by the browser. */
  broke(reason: string): void;
}

/**
 * Runs programs, each in a worker of its own, one at a time. A worker is kept ready for the next one. That of a program
 * that has ended lives on until then, for its timers.
 */
export class Runner {
  readonly #address: string;
  #ready: Worker | undefined;
  #current: Worker | undefined;

  constructor(address: string) {
    this.#address = address;
    this.#ready = this.#make();
  }

  /** Runs a program in the place of the one before. */
  run(request: RunRequest, listener: RunListener): void {
    this.stop();
    const worker = this.#ready ?? this.#make();
    this.#current = worker;
    worker.onmessage = ({ data }: MessageEvent<Message>) => {
      if (worker === this.#current) listener.message(data);
    };
    worker.onerror = (event) => {
      event.preventDefault();
      listener.broke(event.message || "the worker could not be started");
    };
    worker.postMessage(request);
    this.#ready = this.#make();
  }

  /** Ends the program, wherever it is. */
  stop(): void {
    this.#current?.terminate();
    this.#current = undefined;
  }

  #make(): Worker {
    return new Worker(this.#address, { type: "module" });
  }
}
