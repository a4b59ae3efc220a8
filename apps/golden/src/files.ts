import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { Case, Family } from "./case.ts";
import type { Gap } from "./gaps.ts";

// Cases and gaps, as files have them. What runs them takes them as data, so that it runs in a page, too.

/** The families in a folder, by name. */
export function readFamilies(folder: string): Family[] {
  const files = readdirSync(folder)
    .filter((file) => file.endsWith(".json"))
    .sort();
  return files.map((file) => {
    const { family, cases } = JSON.parse(readFileSync(join(folder, file), "utf8")) as {
      family?: string;
      cases: Case[];
    };
    return { name: family ?? basename(file, ".json"), cases };
  });
}

/** The gaps that `folder` declares for a family, in `<family>.json`. */
export function readGaps(folder: string, family: string): Gap[] {
  const file = join(folder, `${family}.json`);
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Gap[]) : [];
}

/** Names that the library does not have yet, and why, in `missing.json`. */
export function readMissing(folder: string): Readonly<Record<string, string>> {
  return JSON.parse(readFileSync(join(folder, "missing.json"), "utf8")) as Record<string, string>;
}
