import { join } from "node:path";
import { cpu } from "@theano-ts/backend-cpu";
import { type Report, runOn } from "@theano-ts/golden";
import { readFamilies, readGaps, readMissing } from "@theano-ts/golden/files";
import { bundle } from "./bundle.ts";
import { describeInBrowser, type Tab } from "./chromium.ts";
import type { Order } from "./pages/golden.ts";
import { root } from "./workspace.ts";

// Theano's cases, in the browser: each passes there as it does in Node, but for the same declared gaps.

const folder = join(root, "apps", "golden");
const families = readFamilies(join(folder, "cases"));
const missing = readMissing(join(folder, "gaps"));

function order(backend: Order["backend"], name: string): Order {
  const family = families.find((one) => one.name === name);
  if (!family) throw new Error(`There are no cases of ${name}`);
  return { backend, family, gaps: readGaps(join(folder, "gaps"), name), missing };
}

describeInBrowser("Theano's cases in Chromium", (browser) => {
  let tab: Tab;
  beforeAll(async () => {
    const program = await bundle(join(__dirname, "pages", "golden.ts"), { from: "source" });
    tab = await browser.open({ "/": "<!doctype html>", "/golden.js": program });
  }, 60_000);

  test.each([
    ["cpu", "seeds"],
    ["cpu", "programs"],
    ["cpu", "scan"],
    ["webgl2", "seeds"],
    ["webgl2", "elemwise"],
    ["webgl2", "reductions"],
    ["webgl2", "shape_ops"],
    ["webgl2", "indexing"],
    ["webgl2", "scan"],
  ] as const)(
    "on %s, those of %s pass",
    async (backend, name) => {
      const given = order(backend, name);
      const { cases } = given.family;
      const { passed, gap, ids } = await tab.call<Report>("/golden.js", "run", given);
      expect(ids.failed).toEqual({});
      expect(passed + gap).toBe(cases.length);
      // What does not pass there does not pass in Node, for the same reasons.
      const open = { name, cases: cases.filter(({ id }) => Object.hasOwn(ids.gap, id)) };
      expect(runOn(cpu(), open, given.gaps, missing).ids.gap).toEqual(ids.gap);
    },
    60_000,
  );
});
