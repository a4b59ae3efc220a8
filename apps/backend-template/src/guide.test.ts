import { readFileSync } from "node:fs";
import { join } from "node:path";

const source = readFileSync(join(__dirname, "index.ts"), "utf8");
const root = join(__dirname, "../../..");
const page = readFileSync(join(root, "docs/guide/writing-a-backend.md"), "utf8");

test("the guide shows all of this backend, piece by piece", () => {
  let rest = source;
  for (const [, code = ""] of page.matchAll(/^```ts\n([\s\S]*?)^```$/gm))
    if (rest.startsWith(code)) rest = rest.slice(code.length).replace(/^\n/, "");
  expect(rest).toBe("");
});

test("it has the lines that the guide and the README say it has", () => {
  const count = source.trimEnd().split("\n").length;
  expect(count).toBeLessThanOrEqual(150);
  expect(page).toContain(`: ${count} lines that`);
  expect(readFileSync(join(root, "README.md"), "utf8")).toContain(`in ${count} lines of one file`);
});
