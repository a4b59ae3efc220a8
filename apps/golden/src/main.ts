import { writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { interpreter } from "@theano-ts/kernel";
import { useBackend } from "theano-ts";
import { readFamilies, readGaps, readMissing } from "./files.ts";
import { isThere } from "./names.ts";
import { type Outcome, runFamily } from "./run.ts";

const { values: options } = parseArgs({
  options: {
    golden: { type: "string", multiple: true },
    family: { type: "string", multiple: true },
    backend: { type: "string", default: "cpu" },
    json: { type: "string" },
  },
});

const here = join(dirname(fileURLToPath(import.meta.url)), "..");
if (options.backend === "interpreter") useBackend(interpreter);
else if (options.backend !== "cpu")
  throw new Error(`There is no backend ${options.backend}: the names are cpu, interpreter`);

const missing = readMissing(join(here, "gaps"));
const outcomes: Outcome[] = [];
for (const folder of options.golden ?? [join(here, "cases")])
  for (const family of readFamilies(folder)) {
    if (options.family && !options.family.includes(family.name)) continue;
    const outcome = runFamily(family, readGaps(join(here, "gaps"), family.name), missing);
    outcomes.push(outcome);
    report(outcome);
  }
const found = Object.keys(missing).filter(isThere);
for (const name of found) console.log(`${name} is there: remove it from gaps/missing.json`);
const total = (count: (outcome: Outcome) => number): number => outcomes.reduce((sum, o) => sum + count(o), 0);
console.log(
  `${total((o) => o.passed)} passed, ${total((o) => o.failed.size)} failed, ${total((o) => o.gaps.size)} gaps`,
);
if (options.json) writeFileSync(options.json, `${JSON.stringify(summary(outcomes), null, 1)}\n`);
process.exitCode = total((o) => o.failed.size) + found.length > 0 ? 1 : 0;

function report({ name, passed, failed, gaps }: Outcome): void {
  console.log(`${name}: ${passed} passed, ${failed.size} failed, ${gaps.size} gaps`);
  for (const [id, wrong] of failed) console.log(`  ${id}: ${wrong}`);
}

/** The counts and ids of every family; folders that have the same family are added up. */
function summary(all: readonly Outcome[]): unknown {
  const families: Record<
    string,
    { passed: number; failed: number; gap: number; ids: { failed: string[]; gap: string[] } }
  > = {};
  for (const { name, passed, failed, gaps } of all) {
    families[name] ??= { passed: 0, failed: 0, gap: 0, ids: { failed: [], gap: [] } };
    const family = families[name];
    family.passed += passed;
    family.failed += failed.size;
    family.gap += gaps.size;
    family.ids.failed.push(...failed.keys());
    family.ids.gap.push(...gaps.keys());
  }
  return { families };
}
