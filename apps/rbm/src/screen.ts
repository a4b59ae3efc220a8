// What is shown while a machine is trained: a progress bar, and pictures. In a pipe, plain lines.
import type { Picture } from "./picture.ts";

const { stdout } = process;
const isTerminal = stdout.isTTY === true;
const width = Math.min(stdout.columns ?? 80, 100);

const paint =
  (code: string) =>
  (text: string): string =>
    isTerminal && !process.env.NO_COLOR ? `\x1b[${code}m${text}\x1b[0m` : text;
const [bold, dim, blue] = [paint("1"), paint("2"), paint("36")];

/** Prints a heading, and a line below it. */
export function section(title: string, text?: string): void {
  console.log(`\n${bold(title)}`);
  if (text !== undefined) console.log(text);
}

/** How far training has come: a bar that moves, and a line for each epoch. */
export class Progress {
  readonly #epochs: number;
  readonly #minibatches: number;
  readonly #start: number = performance.now();
  #drawn = 0;

  constructor(epochs: number, minibatches: number) {
    this.#epochs = epochs;
    this.#minibatches = minibatches;
  }

  /** Shows that minibatch `done` of `epoch`, both from 1, is done, and the epoch's mean cost so far. */
  minibatch(epoch: number, done: number, cost: number): void {
    const now = performance.now();
    if (!isTerminal || now - this.#drawn < 60) return;
    this.#drawn = now;
    const part = ((epoch - 1) * this.#minibatches + done) / (this.#epochs * this.#minibatches);
    const facts = `${this.#facts(epoch, cost)}  ${this.#left(part)} left`;
    const cells = Math.max(4, width - facts.length - 4);
    const full = part * cells;
    const bar = "█".repeat(Math.floor(full)) + (" ▏▎▍▌▋▊▉"[Math.floor((full % 1) * 8)] ?? "");
    stdout.write(`\r ${blue(bar.padEnd(cells).slice(0, cells))}  ${facts}\x1b[K`);
  }

  /** Shows that `epoch` is done, and its mean cost. */
  epoch(epoch: number, cost: number): void {
    if (isTerminal) stdout.write("\r\x1b[K");
    const left = epoch < this.#epochs ? `${this.#left(epoch / this.#epochs)} left` : "done";
    console.log(`${this.#facts(epoch, cost)}  ${dim(left)}`);
  }

  #facts(epoch: number, cost: number): string {
    const name = String(epoch).padStart(String(this.#epochs).length);
    return `epoch ${name}/${this.#epochs}  cost ${cost.toFixed(2).padStart(8)}`;
  }

  #left(part: number): string {
    const seconds = Math.round(((performance.now() - this.#start) / 1000) * (1 / part - 1));
    return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  }
}

/** Draws a picture in half blocks, two rows of pixels a line: in greys, or in a pipe with ten characters from dark to light. */
export function show({ width: wide, height, pixels }: Picture): void {
  const at = (x: number, y: number): number => (y < height ? (pixels[y * wide + x] as number) : 0);
  for (let y = 0; y < height; y += 2) {
    let line = "";
    for (let x = 0; x < wide; x++)
      line += isTerminal ? half(at(x, y), at(x, y + 1)) : shade(at(x, y), at(x, y + 1));
    console.log(isTerminal ? `${line}\x1b[0m` : line.trimEnd());
  }
}

/** Greys have the numbers 232 to 255 among the 256 colours of terminals. */
const grey = (x: number): number => 232 + Math.round((x / 255) * 23);
const half = (above: number, below: number): string => `\x1b[38;5;${grey(above)};48;5;${grey(below)}m▀`;
const shade = (above: number, below: number): string =>
  " .:-=+*#%@"[Math.min(9, Math.floor((above + below) / 51.1))] as string;

/** How many images of `side` pixels fit beside each other. */
export const fitting = (side: number): number => Math.max(1, Math.floor((width + 1) / (side + 1)));
