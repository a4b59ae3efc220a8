import type { Curve } from "../messages.ts";
import { linearScale, logScale, type Scale } from "./scale.ts";

/** The axes of a chart. */
export interface Axes {
  readonly x: Scale;
  readonly y: Scale;
}

/** How axes are scaled. */
export interface Scaling {
  readonly logX: boolean;
  readonly logY: boolean;
}

/** The call that a point of a curve stands for: the last of its stride. */
export const callAt = (curve: Curve, i: number): number => Math.min((i + 1) * curve.stride, curve.count);

/** Axes on which all of these curves can be seen, with about so many marks along each. */
export function axesOf(
  curves: readonly Curve[],
  { logX, logY }: Scaling,
  marks: readonly [number, number],
): Axes {
  const last = curves.reduce((most, c) => Math.max(most, c.count), 2);
  const [low, high] = extent(curves);
  const canLog = logY && low > 0;
  const room = canLog ? 0 : (high - low) * 0.05;
  return {
    x: (logX ? logScale : linearScale)(1, last, marks[0]),
    y: canLog ? logScale(low, high, marks[1]) : linearScale(low - room, high + room, marks[1]),
  };
}

/** The least and the greatest number; those that are none do not count. */
function extent(curves: readonly Curve[]): [number, number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const c of curves)
    for (let i = 0; i < c.last.length; i++) {
      const [a, b] = [c.low[i] as number, c.high[i] as number];
      if (Number.isFinite(a)) low = Math.min(low, a);
      if (Number.isFinite(b)) high = Math.max(high, b);
    }
  return low <= high ? [low, high] : [0, 1];
}

/** Whether the numbers of these curves are all above 0, and far enough apart that small ones could not be told. */
export function wantsLog(curves: readonly Curve[]): boolean {
  const [low, high] = extent(curves);
  return low > 0 && high / low > 30;
}

/** A curve as an SVG path in a box of this size; gaps where there is no number. */
export function linePath(curve: Curve, axes: Axes, width: number, height: number): string {
  let path = "";
  let isUp = true;
  for (let i = 0; i < curve.last.length; i++) {
    const y = curve.last[i] as number;
    if (!canBePlaced(y, axes)) {
      isUp = true;
      continue;
    }
    path += `${isUp ? "M" : "L"}${point(callAt(curve, i), y, axes, width, height)}`;
    isUp = false;
  }
  return path;
}

/** What lies between the least and the greatest numbers of the points, as a closed path; empty for single numbers. */
export function bandPath(curve: Curve, axes: Axes, width: number, height: number): string {
  if (curve.stride === 1) return "";
  const upper: string[] = [];
  const lower: string[] = [];
  for (let i = 0; i < curve.last.length; i++) {
    const [a, b] = [curve.low[i] as number, curve.high[i] as number];
    if (!canBePlaced(a, axes) || !canBePlaced(b, axes)) continue;
    const x = callAt(curve, i);
    upper.push(point(x, b, axes, width, height));
    lower.push(point(x, a, axes, width, height));
  }
  return upper.length < 2 ? "" : `M${upper.join("L")}L${lower.reverse().join("L")}Z`;
}

const canBePlaced = (y: number, { y: scale }: Axes): boolean => Number.isFinite(scale.place(y));

function point(x: number, y: number, axes: Axes, width: number, height: number): string {
  const [px, py] = [axes.x.place(x) * width, (1 - axes.y.place(y)) * height];
  return `${px.toFixed(1)} ${py.toFixed(1)}`;
}

/** The index of the point of `curve` that is nearest to the call `x`. */
export const nearest = (curve: Curve, x: number): number =>
  Math.max(0, Math.min(curve.last.length - 1, Math.round(x / curve.stride) - 1));
