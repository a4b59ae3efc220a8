import type { Curve } from "../messages.ts";
import { axesOf, bandPath, callAt, linePath, nearest, wantsLog } from "./curvePath.ts";

const curve = (last: readonly number[], more: Partial<Curve> = {}): Curve => ({
  name: "cost",
  stride: 1,
  count: last.length,
  low: Float64Array.from(last),
  high: Float64Array.from(last),
  last: Float64Array.from(last),
  ...more,
});
const plain = { logX: false, logY: false };

test("a curve goes from the left edge to the right one, greater numbers above", () => {
  const c = curve([4, 0, 2]);
  const axes = axesOf([c], plain, [4, 4]);
  // 5 in 100 of the range is left free above and below.
  expect(linePath(c, axes, 100, 110)).toBe("M0.0 5.0L50.0 105.0L100.0 55.0");
});

test("a logarithmic axis takes what is above 0, and stays linear for anything else", () => {
  const axes = axesOf([curve([1, 100, 10])], { logX: true, logY: true }, [4, 4]);
  expect([1, 10, 100].map(axes.y.place)).toEqual([0, 0.5, 1]);
  expect(axes.x.place(Math.sqrt(3))).toBeCloseTo(0.5, 12);
  expect(axesOf([curve([0, 1])], { logX: false, logY: true }, [4, 4]).y.place(0.5)).toBeCloseTo(0.5, 12);
});

test("what is no number leaves a gap, and does not set the range", () => {
  const c = curve([1, Number.NaN, 3, Infinity, 2]);
  const axes = axesOf([c], plain, [4, 4]);
  expect(linePath(c, axes, 100, 110)).toBe("M0.0 105.0M50.0 5.0M100.0 55.0");
  expect(linePath(curve([Number.NaN]), axesOf([curve([Number.NaN])], plain, [4, 4]), 100, 100)).toBe("");
});

test("points that stand for several calls have a band from the least to the greatest", () => {
  const c = curve([2, 4], { stride: 10, count: 15, low: Float64Array.of(0, 1), high: Float64Array.of(4, 4) });
  const axes = axesOf([c], plain, [4, 4]);
  expect([0, 1].map((i) => callAt(c, i))).toEqual([10, 15]);
  expect(bandPath(c, axes, 140, 110)).toBe("M90.0 5.0L140.0 5.0L140.0 80.0L90.0 105.0Z");
  expect(bandPath(curve([1, 2]), axes, 100, 100)).toBe("");
});

test("the nearest point of a call", () => {
  const c = curve([1, 2, 3], { stride: 10, count: 30 });
  expect([-5, 1, 12, 18, 30, 99].map((x) => nearest(c, x))).toEqual([0, 0, 0, 1, 2, 2]);
});

test("a wide range above 0 is best seen on a logarithmic axis", () => {
  expect(wantsLog([curve([10, 0.1])])).toBe(true);
  expect(wantsLog([curve([10, 5])])).toBe(false);
  expect(wantsLog([curve([10, 0])])).toBe(false);
});
