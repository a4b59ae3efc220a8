import { join } from "node:path";
import { readFamilies, readGaps, readMissing } from "./files.ts";
import { isThere } from "./names.ts";
import { runFamily } from "./run.ts";

const gaps = join(__dirname, "..", "gaps");
const missing = readMissing(gaps);

// What is warned about while cases run is no matter of theirs.
beforeEach(() => {
  jest.spyOn(console, "warn").mockReturnValue();
});
afterEach(() => jest.restoreAllMocks());

test.each(readFamilies(join(__dirname, "..", "cases")).map((family) => [family.name, family] as const))(
  "Theano's cases of %s pass, but for declared gaps",
  (name, family) => {
    expect(Object.fromEntries(runFamily(family, readGaps(gaps, name), missing).failed)).toEqual({});
  },
  60_000,
);

test("what is declared missing is missing", () => {
  expect(Object.keys(missing).filter(isThere)).toEqual([]);
});

test("the document's logistic regression follows Theano's weights to a billionth, 300 and 10 000 steps long", () => {
  const seeds = readFamilies(join(__dirname, "..", "cases")).find(({ name }) => name === "seeds");
  const strict = (seeds?.cases ?? [])
    .filter(({ id }) => /logistic_regression_(full|randn_10000)$/.test(id))
    // Weights are near 1; a cost that Theano rounds to 0 is some 1e-14, the rest of a number near 1.
    .map((one) => ({ ...one, rtol: 1e-9, atol: 1e-12 }));
  expect(strict).toHaveLength(2);
  const { failed, passed } = runFamily({ name: "seeds", cases: strict }, [], {});
  expect(Object.fromEntries(failed)).toEqual({});
  expect(passed).toBe(2);
}, 60_000);
