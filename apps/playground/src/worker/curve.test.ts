import { GrowingCurve } from "./curve.ts";

/** The curve of these numbers. */
function curveOf(numbers: readonly number[]) {
  const curve = new GrowingCurve("cost");
  for (const y of numbers) curve.add(y);
  return curve.taken();
}

test("few numbers are kept as they are", () => {
  const { name, stride, count, low, high, last } = curveOf([3, 1, 2]);
  expect({ name, stride, count }).toEqual({ name: "cost", stride: 1, count: 3 });
  for (const list of [low, high, last]) expect([...list]).toEqual([3, 1, 2]);
});

test("many numbers become few points, which cover every number, and lose no peak", () => {
  const numbers = Array.from({ length: 100_003 }, (_, i) => Math.sin(i / 5000) + (i === 77_777 ? 9 : 0));
  const { stride, count, low, high, last } = curveOf(numbers);
  expect(count).toBe(numbers.length);
  expect(last.length).toBe(Math.ceil(count / stride));
  expect(last.length).toBeLessThanOrEqual(1024);
  expect(last.length).toBeGreaterThan(500);
  for (let i = 0; i < last.length; i++) {
    const part = numbers.slice(i * stride, (i + 1) * stride);
    expect(low[i]).toBe(Math.min(...part));
    expect(high[i]).toBe(Math.max(...part));
    expect(last[i]).toBe(part.at(-1));
  }
});

test("what is no number hides no number", () => {
  const { low, high } = curveOf(Array.from({ length: 2048 }, (_, i) => (i % 2 === 0 ? Number.NaN : 5)));
  expect([...low, ...high].every((y) => y === 5)).toBe(true);
});
