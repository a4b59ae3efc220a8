import { blue, bold, dim, width } from "./screen.ts";

/** The dots of a braille character, which is two wide and four high, by column and row. */
const bits = [
  [0x01, 0x02, 0x04, 0x40],
  [0x08, 0x10, 0x20, 0x80],
] as const;

/** Draws how `costs` went over steps, in braille dots, both on logarithmic scales: so that the beginning is seen too. */
export function lossCurve(costs: readonly number[]): void {
  const [columns, rows] = [Math.min(width - 14, 88), 16];
  const logs = costs.map(Math.log10);
  const [low, high] = [least(logs), -least(logs.map((x) => -x))];
  const span = high - low || 1;
  const heightOf = (log: number): number => Math.round(((high - log) / span) * (rows * 4 - 1));
  const grid = Array.from({ length: rows }, () => new Array<number>(columns).fill(0));
  // The step at the left edge of a column of dots.
  const stepAt = (x: number): number => Math.floor(costs.length ** (x / (columns * 2))) - 1;
  let before = heightOf(logs[0] as number);
  for (let x = 0; x < columns * 2; x++) {
    const heights = logs.slice(stepAt(x), Math.max(stepAt(x) + 1, stepAt(x + 1))).map(heightOf);
    const [top, bottom] = [
      Math.min(before, least(heights)),
      Math.max(before, -least(heights.map((h) => -h))),
    ];
    for (let y = top; y <= bottom; y++) {
      const row = grid[y >> 2] as number[];
      row[x >> 1] = (row[x >> 1] as number) | (bits[x % 2] as readonly number[])[y % 4]!;
    }
    before = heights.at(-1) as number;
  }
  console.log(`\n${bold("Cost")}`);
  for (const [row, dots] of grid.entries()) {
    const cost = 10 ** (high - (row / (rows - 1)) * span);
    const label = row % 5 === 0 ? cost.toPrecision(3) : "";
    console.log(
      `${dim(`${label.padStart(9)} ┤`)}${blue(String.fromCharCode(...dots.map((d) => 0x2800 + d)))}`,
    );
  }
  stepAxis(costs.length, columns);
}

/** The axis of steps: a mark at each power of ten. */
function stepAxis(steps: number, columns: number): void {
  const [line, labels] = [new Array<string>(columns).fill("─"), new Array<string>(columns + 8).fill(" ")];
  for (let step = 1; step <= steps; step *= 10) {
    const at = Math.min(columns - 1, Math.round((Math.log(step) / Math.log(steps)) * columns));
    line[at] = "┬";
    const text = step.toLocaleString("en");
    labels.splice(Math.max(0, at - (text.length >> 1)), text.length, ...text);
  }
  console.log(dim(`${" ".repeat(10)}└${line.join("")}`));
  console.log(dim(`${" ".repeat(11)}${labels.join("").trimEnd()}  steps`));
}

const least = (list: readonly number[]): number => list.reduce((a, b) => Math.min(a, b));
