// What the demo shows while it runs: headings, and a progress bar. In a pipe, plain lines.

const { stdout } = process;
const isTerminal = stdout.isTTY === true;
/** How many characters a line may have. */
export const width: number = Math.min(stdout.columns ?? 80, 100);

const paint =
  (code: string) =>
  (text: string): string =>
    isTerminal && !process.env.NO_COLOR ? `\x1b[${code}m${text}\x1b[0m` : text;
type Paint = (text: string) => string;
export const bold: Paint = paint("1");
export const dim: Paint = paint("2");
export const blue: Paint = paint("36");

/** Prints a heading, and values below it. */
export function section(title: string, ...values: readonly unknown[]): void {
  console.log(`\n${bold(title)}`);
  for (const value of values) console.log(String(value));
}

/** How far a loop has come: a bar that moves, or a line every tenth of the way. */
export class Progress {
  readonly #steps: number;
  readonly #start: number = performance.now();
  #drawn = 0;
  #last = 0;

  constructor(steps: number) {
    this.#steps = steps;
    section(`Training, ${steps.toLocaleString("en")} steps`);
  }

  /** Shows that `step` steps are done, and the cost now. */
  show(step: number, cost: number): void {
    this.#last = step;
    const now = performance.now();
    const due = isTerminal ? now - this.#drawn > 60 || step === this.#steps : step % (this.#steps / 10) === 0;
    if (!due) return;
    this.#drawn = now;
    const speed = `${Math.round(this.#speed()).toLocaleString("en")} steps/s`;
    const facts = `cost ${cost.toFixed(4).padStart(9)}  ${speed.padStart(14)}`;
    if (!isTerminal) {
      console.log(`step ${String(step).padStart(6)}  ${facts}`);
      return;
    }
    const cells = width - facts.length - 14;
    const done = (step / this.#steps) * cells;
    const bar = "█".repeat(Math.floor(done)) + (" ▏▎▍▌▋▊▉"[Math.floor((done % 1) * 8)] ?? "");
    stdout.write(
      `\r ${blue(bar.padEnd(cells + 1).slice(0, cells))} ${String(step).padStart(6)}  ${facts}\x1b[K`,
    );
  }

  done(): void {
    if (isTerminal) stdout.write("\n");
    const seconds = (performance.now() - this.#start) / 1000;
    console.log(dim(`${seconds.toFixed(1)} s, ${Math.round(this.#speed()).toLocaleString("en")} steps/s`));
  }

  #speed(): number {
    return (1000 * this.#last) / (performance.now() - this.#start);
  }
}
