import { join } from "node:path";
import { readFamilies } from "./case.ts";
import { readGaps, readMissing } from "./gaps.ts";
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
