import { readFileSync } from "node:fs";
import { join } from "node:path";
import { errorCodes } from "../packages/core/src/errors.ts";

test("the guide has an example for every code of an error, and each gives that code", () => {
  const page = readFileSync(join(__dirname, "..", "docs", "guide", "errors.md"), "utf8");
  const sections = page.split(/^## /m).slice(1);
  expect(sections.map((s) => s.split("\n")[0]).sort()).toEqual(Object.keys(errorCodes).sort());
  for (const section of sections) {
    const [code] = section.split("\n");
    expect(section).toContain(`[${code}]: `);
  }
});
