/** From numbers to places along an axis, and where its marks are. */
export interface Scale {
  /** The place of a number, from 0 to 1 within the domain. */
  place(x: number): number;
  /** The number at a place. */
  at(place: number): number;
  readonly ticks: readonly number[];
  label(x: number): string;
}

/** A scale on which equal differences are equally far apart; about `count` marks, at 1, 2 or 5 times powers of ten. */
export function linearScale(low: number, high: number, count: number): Scale {
  const [from, to] = low === high ? around(low) : [low, high];
  const step = niceStep((to - from) / Math.max(1, count));
  const first = Math.ceil(from / step - 1e-9);
  const last = Math.floor(to / step + 1e-9);
  return {
    place: (x) => (x - from) / (to - from),
    at: (p) => from + p * (to - from),
    // Products, not sums: a sum of many steps would drift.
    ticks: Array.from({ length: last - first + 1 }, (_, i) => cleaned((first + i) * step)),
    label: (x) => numberLabel(x, step),
  };
}

/** A scale on which equal ratios are equally far apart, of a domain above 0, with about `count` marks. */
export function logScale(low: number, high: number, count: number): Scale {
  const [from, to] = low === high ? [low / 2, high * 2] : [low, high];
  const [a, b] = [Math.log10(from), Math.log10(to)];
  const ticks = logTicks(from, to, count);
  // Within less than a power of ten or two marks are where they are on a linear axis.
  const even = ticks.length < 2 ? linearScale(from, to, count) : undefined;
  return {
    place: (x) => (Math.log10(x) - a) / (b - a),
    at: (p) => 10 ** (a + p * (b - a)),
    ticks: even?.ticks ?? ticks,
    label: even?.label ?? ((x) => numberLabel(x, 10 ** Math.floor(Math.log10(x)))),
  };
}

/** Powers of ten, not too many; where there are few, their multiples by 2 and 5, too. */
function logTicks(low: number, high: number, count: number): number[] {
  const [first, last] = [Math.ceil(Math.log10(low) - 1e-9), Math.floor(Math.log10(high) + 1e-9)];
  const every = Math.max(1, Math.ceil((last - first + 1) / Math.max(1, count)));
  const powers: number[] = [];
  for (let n = Math.ceil(first / every) * every; n <= last; n += every) powers.push(cleaned(10 ** n));
  if (powers.length >= 3 || every > 1) return powers;
  const finer: number[] = [];
  for (let n = first - 1; n <= last; n++) for (const m of [1, 2, 5]) finer.push(cleaned(m * 10 ** n));
  return finer.filter((x) => x >= low && x <= high);
}

/** A domain with some room for a single number. */
const around = (x: number): [number, number] => {
  const room = x === 0 ? 1 : Math.abs(x) / 2;
  return [x - room, x + room];
};

/** The one of 1, 2 and 5 times powers of ten that is nearest to `step`, by ratio. */
function niceStep(step: number): number {
  const power = 10 ** Math.floor(Math.log10(step));
  const m = step / power;
  return cleaned((m < Math.sqrt(2) ? 1 : m < Math.sqrt(10) ? 2 : m < Math.sqrt(50) ? 5 : 10) * power);
}

/** Without the error in the last digits that products of powers of ten have. */
const cleaned = (x: number): number => Number(x.toPrecision(12));

/** A number as people write it, with as many decimals as marks `step` apart need. */
export function numberLabel(x: number, step: number): string {
  if (x === 0) return "0";
  const size = Math.abs(x);
  if (size >= 1e7 || size < 1e-4) return cleaned(x).toExponential().replace("e+", "e").replace("-", "−");
  const decimals = Math.max(0, Math.min(8, -Math.floor(Math.log10(step) + 1e-9)));
  return grouped(x.toFixed(decimals)).replace("-", "−");
}

/** A count, with its digits in groups of three from 10 000 on. */
export const countLabel = (n: number): string => grouped(String(Math.round(n)));

/** A measured number in about five digits. */
export function shortLabel(x: number): string {
  if (!Number.isFinite(x)) return Number.isNaN(x) ? "NaN" : x > 0 ? "∞" : "−∞";
  const size = Math.abs(x);
  if (size !== 0 && (size >= 1e7 || size < 1e-4))
    return x.toExponential(3).replace("e+", "e").replace("-", "−");
  return grouped(String(Number(x.toPrecision(5)))).replace("-", "−");
}

function grouped(digits: string): string {
  const [whole = "", rest] = digits.split(".");
  const spaced = whole.replace("-", "").length > 4 ? whole.replace(/\B(?=(\d{3})+$)/g, "\u202f") : whole;
  return rest === undefined ? spaced : `${spaced}.${rest}`;
}
