// What the demo draws in a terminal: headings, a progress bar, and a curve of braille dots. In a pipe, plain lines.

const { stdout } = process;
const isTerminal = stdout.isTTY === true;
const width = Math.min(stdout.columns ?? 80, 100);

const paint =
  (code: string) =>
  (text: string): string =>
    isTerminal && !process.env.NO_COLOR ? `\x1b[${code}m${text}\x1b[0m` : text;
const bold = paint("1");
const dim = paint("2");
const blue = paint("36");

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

/** Draws how `costs` went, over steps, with the costs on a logarithmic scale where they span more than one decade. */
export function lossCurve(costs: readonly number[]): void {
  const [columns, rows] = [Math.min(width - 12, 84), 14];
  const finite = costs.filter(Number.isFinite);
  const [low, high] = [finite.reduce((a, b) => Math.min(a, b)), finite.reduce((a, b) => Math.max(a, b))];
  const scale = high / low > 10 && low > 0 ? Math.log10 : (x: number): number => x;
  const [bottom, top] = [scale(low), scale(high) + 1e-12];
  const dots = Array.from({ length: rows }, () => new Array<number>(columns).fill(0));
  // A braille character is two dots wide and four high; every column of dots spans what its steps span.
  const bits = [
    [0x01, 0x02, 0x04, 0x40],
    [0x08, 0x10, 0x20, 0x80],
  ];
  const heightOf = (cost: number): number =>
    Math.round(((top - scale(cost)) / (top - bottom)) * (rows * 4 - 1));
  for (let column = 0; column < columns * 2; column++) {
    const from = Math.floor((column * costs.length) / (columns * 2));
    const to = Math.max(from + 1, Math.floor(((column + 1) * costs.length) / (columns * 2)));
    const heights = costs.slice(from, to).filter(Number.isFinite).map(heightOf);
    if (heights.length === 0) continue;
    const last = heights.reduce((a, b) => Math.max(a, b));
    for (let y = heights.reduce((a, b) => Math.min(a, b)); y <= last; y++) {
      const row = dots[Math.floor(y / 4)] as number[];
      row[column >> 1] = (row[column >> 1] as number) | ((bits[column % 2] as number[])[y % 4] as number);
    }
  }
  const label = (row: number): string => {
    const at = top - (row / (rows - 1)) * (top - bottom);
    const value = scale === Math.log10 ? 10 ** at : at;
    return row % 3 === 0 || row === rows - 1 ? Number(value.toPrecision(3)).toString() : "";
  };
  console.log(`\n${bold("Cost")}`);
  for (const [row, line] of dots.entries())
    console.log(
      `${dim(label(row).padStart(9))} ${dim("┤")}${blue(String.fromCharCode(...line.map((d) => 0x2800 + d)))}`,
    );
  console.log(dim(`${" ".repeat(10)}└${"─".repeat(columns)}`));
  const steps = costs.length.toLocaleString("en");
  console.log(dim(`${" ".repeat(11)}0${`${steps} steps`.padStart(columns - 1)}`));
}
