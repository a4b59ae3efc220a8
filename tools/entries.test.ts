// What is published must export what the sources do: every entry of every package, and the one file for pages.
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const packages = join(__dirname, "../packages");

const entries = readdirSync(packages).flatMap((name) => {
  const folder = join(packages, name);
  const { exports } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  return Object.entries<Record<string, string>>(exports).flatMap(([entry, files]) => {
    const source = files["@theano-ts/source"];
    const published = files.default;
    if (source === undefined || published === undefined) return [];
    return [{ name: join(name, entry), source: join(folder, source), published: join(folder, published) }];
  });
});

const isClass = (value: unknown): value is { name: string } =>
  typeof value === "function" && String(value).startsWith("class");

/** What a module exports, by name: of a class, how it calls itself; of the rest, what it is. */
const described = (exported: object): Record<string, string> =>
  Object.fromEntries(
    Object.entries(exported)
      .filter(([name]) => name !== "__esModule")
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, value]) => [name, isClass(value) ? value.name : typeof value]),
  );

/** What each of the published files exports, as Node sees it. */
function exportsPublished(): Record<string, Record<string, string>> {
  const program = `
    const isClass = ${isClass};
    const described = ${described};
    const files = {};
    for (const file of process.argv.slice(1)) files[file] = described(await import(file));
    console.log(JSON.stringify(files));
  `;
  const files = entries.map(({ published }) => pathToFileURL(published).href);
  return JSON.parse(
    execFileSync(process.execPath, ["--input-type=module", "--eval", program, ...files], {
      encoding: "utf8",
    }),
  );
}

const published = exportsPublished();

test.each(entries)("$name exports what its source does", async ({ source, published: file }) => {
  const [ours, theirs] = [described(await import(source)), published[pathToFileURL(file).href] ?? {}];
  expect(Object.keys(theirs)).toEqual(Object.keys(ours));
  // Names within the one file for pages are shortened.
  if (!file.includes("browser")) expect(theirs).toEqual(ours);
});
