// Every exported name of a package has a doc comment. Prints those that have none, and exits with 1.
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(fileURLToPath(import.meta.url), "..", "..");

/** The exported names in `text` without a doc comment: `[line, name]`. */
export function undocumented(text) {
  const lines = text.split("\n");
  const missing = [];
  lines.forEach((line, i) => {
    const name =
      /^export (?:default )?(?:declare )?(?:abstract )?(?:async )?(?:function\*?|const|let|class|interface|type|enum) (\w+)/.exec(
        line,
      )?.[1];
    if (name === undefined) return;
    // Overloads share the comment of the first; lint directives may stand between.
    let above = i - 1;
    // Rows of a table, alike and without a blank line between them, are under one comment.
    while (rowKind(line) !== undefined && rowKind(lines[above] ?? "") !== undefined) above--;
    while (above >= 0 && /^\s*\/\/ biome-ignore|^\s*@|^export function /.test(lines[above])) {
      if (
        lines[above].startsWith("export function ") &&
        !new RegExp(`^export function ${name}\\b`).test(lines[above])
      )
        break;
      above--;
    }
    if (!/\*\/\s*$/.test(lines[above] ?? "") && !isLaterOverload(lines, i, name)) missing.push([i + 1, name]);
  });
  return missing;
}

/** Of a constant that is a number, or what one call makes of a few words: what makes it. */
const rowKind = (line) =>
  /^export const \w+ = (\d)\w*;/.test(line)
    ? "number"
    : /^export const \w+: [^=]+ = (?:\/\* @__PURE__ \*\/ )?(\w+)\([^()]*\);$/.exec(line)?.[1];

const isLaterOverload = (lines, at, name) =>
  lines.slice(0, at).some((line) => new RegExp(`^export (?:default )?function ${name}\\b`).test(line));

function sources(folder) {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((f) => f.endsWith(".ts") && !/\.test\.ts$|\.testing\.ts$|\.d\.ts$|test-d\.ts$/.test(f))
    .map((f) => join(folder, f));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  let count = 0;
  for (const name of readdirSync(join(root, "packages")))
    for (const file of sources(join(root, "packages", name, "src")))
      for (const [line, exported] of undocumented(readFileSync(file, "utf8"))) {
        console.log(
          `${relative(root, file)}:${line}: ${exported} is exported without a doc comment: say in one what a caller needs`,
        );
        count++;
      }
  if (count > 0) process.exit(1);
  console.log("every exported name is documented");
}
