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

/** The names that each of the published files exports, as Node sees them. */
function namesPublished(): Record<string, string[]> {
  const program = `
    const names = {};
    for (const file of process.argv.slice(1)) names[file] = Object.keys(await import(file)).sort();
    console.log(JSON.stringify(names));
  `;
  const files = entries.map(({ published }) => pathToFileURL(published).href);
  return JSON.parse(
    execFileSync(process.execPath, ["--input-type=module", "--eval", program, ...files], { encoding: "utf8" }),
  );
}

const published = namesPublished();

test.each(entries)("$name exports all that its source does", async ({ source, published: file }) => {
  const names = Object.keys(await import(source)).filter((name) => name !== "__esModule");
  expect(published[pathToFileURL(file).href]).toEqual(names.sort());
});
