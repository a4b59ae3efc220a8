import { ValueError } from "../errors.ts";
/**
 * A range of an axis, as Python's `slice(start, stop, step)`; `null` leaves a bound at its default.
 *
 * A bound is any value: arrays take integers, symbolic variables take integers and integer scalars too.
 */
export class Slice<Start = unknown, Stop = unknown, Step = unknown> {
  readonly kind = "slice";
  readonly start: Start;
  readonly stop: Stop;
  readonly step: Step;

  constructor(start: Start, stop: Stop, step: Step) {
    this.start = start;
    this.stop = stop;
    this.step = step;
  }

  /** As Python writes it in brackets: `1:`, `::-1`. */
  toString(): string {
    const text = (bound: unknown): string => (bound === null ? "" : String(bound));
    return `${text(this.start)}:${text(this.stop)}${this.step === null ? "" : `:${text(this.step)}`}`;
  }
}

/** What a slice is bounded by: an integer, or `null` for the end of the axis. */
export type Bound = number | bigint | null;

/**
 * The elements `start`, `start + step`, … before `stop` of an axis: `x.get(slice(1, null))` is Python's `x[1:]`.
 *
 * Note that a lone argument is the start, not the stop as in Python.
 */
export const slice = <Start = null, Stop = null, Step = null>(
  start: Start = null as Start,
  stop: Stop = null as Stop,
  step: Step = null as Step,
): Slice<Start, Stop, Step> => new Slice(start, stop, step);

/** `"..."` in an index: as many whole axes as are left over. */
export const ellipsis = "...";

/** One item of a NumPy index string. */
export type ParsedIndex =
  | number
  | null
  | typeof ellipsis
  | Slice<number | null, number | null, number | null>;

/**
 * The items of a NumPy index written as text, without the brackets: `"1:, ::-1, ..., None, 3"`.
 *
 * Throws a `ValueError` that names the item which is none of these.
 */
export const parseIndexString = (text: string): ParsedIndex[] =>
  text
    .replace(/,\s*$/, "")
    .split(",")
    .map((item) => parseItem(item.trim(), text));

function parseItem(item: string, text: string): ParsedIndex {
  if (item === "..." || item === "Ellipsis") return ellipsis;
  if (item === "None" || item === "newaxis" || item === "null") return null;
  const bounds = item.split(":").map((bound) => bound.trim());
  if (bounds.length > 3 || !bounds.every((bound) => /^([+-]?\d+|)$/.test(bound)) || item === "")
    throw new ValueError(
      `Cannot read the index "${text}": "${item}" is not an integer, a slice such as "1:" or "::-1", "..." or "None"`,
    );
  const [start = null, stop = null, step = null] = bounds.map((bound) =>
    bound === "" ? null : Number(bound),
  );
  return bounds.length === 1 ? start : new Slice(start, stop, step);
}

/** Where a slice starts, how far it steps, and how many elements it takes. */
export interface SliceRange {
  readonly start: number;
  readonly stop: number;
  readonly step: number;
  readonly length: number;
}

/**
 * The bounds of a slice on an axis of `size` elements, as Python's `slice.indices`: negative bounds count from the
 * end, bounds beyond the axis are clipped, so `stop` is -1 when a backward slice runs off the front.
 *
 * Throws a `ValueError` if `step` is 0.
 */
export function sliceBounds(
  start: number | null,
  stop: number | null,
  step: number | null,
  size: number,
): SliceRange {
  const by = step ?? 1;
  if (by === 0) throw new ValueError("Cannot take a slice with step 0");
  const [low, high] = by > 0 ? [0, size] : [-1, size - 1];
  const clip = (bound: number): number => Math.min(Math.max(bound < 0 ? bound + size : bound, low), high);
  const from = start === null ? (by > 0 ? low : high) : clip(start);
  const to = stop === null ? (by > 0 ? high : low) : clip(stop);
  return { start: from, stop: to, step: by, length: Math.max(0, Math.ceil((to - from) / by)) };
}
