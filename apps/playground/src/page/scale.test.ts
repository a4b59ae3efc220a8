import { countLabel, linearScale, logScale, numberLabel, shortLabel } from "./scale.ts";

test.each([
  [0, 10, 5, ["0", "2", "4", "6", "8", "10"]],
  [1, 10_000, 5, ["2000", "4000", "6000", "8000", "10\u202f000"]],
  [-0.31, 0.52, 4, ["−0.2", "0", "0.2", "0.4"]],
  [0, 3e7, 3, ["0", "1e7", "2e7", "3e7"]],
  [0.00002, 0.00009, 4, ["2e−5", "4e−5", "6e−5", "8e−5"]],
])("a linear axis from %p to %p with about %p marks", (low, high, count, labels) => {
  const scale = linearScale(low, high, count);
  expect(scale.ticks.map(scale.label)).toEqual(labels);
});

test.each([
  [0.001, 100, 6, ["0.001", "0.01", "0.1", "1", "10", "100"]],
  [0.117, 18, 5, ["0.2", "0.5", "1", "2", "5", "10"]],
  [1e-12, 1, 4, ["1e−12", "1e−8", "0.0001", "1"]],
  [1.1, 1.9, 4, ["1.2", "1.4", "1.6", "1.8"]],
])("a logarithmic axis from %p to %p with about %p marks", (low, high, count, labels) => {
  const scale = logScale(low, high, count);
  expect(scale.ticks.map((tick) => scale.label(tick))).toEqual(labels);
});

test.each([
  ["linear", linearScale(-3, 7, 5)],
  ["logarithmic", logScale(0.02, 50, 5)],
  ["of one number", linearScale(4, 4, 5)],
  ["of one number, logarithmic", logScale(4, 4, 5)],
  ["of zero", linearScale(0, 0, 5)],
])("places and numbers of a scale, %s, are each other's inverse, and marks lie within", (_, scale) => {
  for (const p of [0, 0.25, 1]) expect(scale.place(scale.at(p))).toBeCloseTo(p, 12);
  expect(scale.ticks.length).toBeGreaterThanOrEqual(2);
  for (const tick of scale.ticks) {
    expect(scale.place(tick)).toBeGreaterThanOrEqual(-1e-9);
    expect(scale.place(tick)).toBeLessThanOrEqual(1 + 1e-9);
  }
});

test("numbers as people read them", () => {
  expect([0, 0.5, 12, 1234567].map((x) => numberLabel(x, 1))).toEqual([
    "0",
    "1",
    "12",
    "1\u202f234\u202f567",
  ]);
  expect(countLabel(12_345)).toBe("12\u202f345");
  expect([Number.NaN, Infinity, -Infinity, 0.1234567, -2, 123456.7, 1e-9].map(shortLabel)).toEqual([
    "NaN",
    "∞",
    "−∞",
    "0.12346",
    "−2",
    "123\u202f460",
    "1.000e−9",
  ]);
});
