// Makes the JavaScript of a package, from whose folder it is run: each entry that its package.json exports becomes one
// file in dist/, with a source map, and what several share another; packages it depends on stay imports. Node takes
// several times as long to load the same as hundreds of files. The types are tsc's.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { build } from "esbuild";

const { exports } = JSON.parse(readFileSync("package.json", "utf8"));
/** Each once: of one named twice, esbuild makes a chunk, and forgets what it passes on from other packages. */
const entries = [...new Set(Object.values(exports).flatMap((entry) => entry["@theano-ts/source"] ?? []))];

const { outputFiles } = await build({
  entryPoints: entries,
  outbase: "src",
  outdir: "dist",
  chunkNames: "shared-[hash]",
  bundle: true,
  packages: "external",
  // Puts constants where they are used.
  minifySyntax: true,
  splitting: true,
  write: false,
  format: "esm",
  platform: "neutral",
  target: "es2023",
  sourcemap: true,
  sourcesContent: false,
  logLevel: "warning",
});
for (const old of readdirSync("dist", { recursive: true }))
  if (/\.js(\.map)?$/.test(old) && !old.startsWith("browser")) rmSync(join("dist", old));
for (const { path, text } of outputFiles) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(
    path,
    path.endsWith(".js") ? withoutIdleImports(withOwnNames(withPureNamespaces(text))) : text,
  );
}

/** What entries share does nothing by itself: bundlers warn of an import of it without a name. The line stays, empty. */
function withoutIdleImports(text) {
  return text.replace(/^import ".\/shared-\w+\.js";$/gm, "");
}

/**
 * `export * as` becomes an object that is filled by a call, which no bundler dares to leave out. Here the call gives the
 * object, and is marked pure. No line is added or taken away, so that the source map stays right.
 */
function withPureNamespaces(text) {
  return text
    .replace(/^(var __export = \(target, \w+\) => \{[\s\S]*?)\n\};/m, "$1 return target;\n};")
    .replace(/^var (\w+) = \{\};\n__export\(\1, /gm, "var $1 =\n/* @__PURE__ */ __export({}, ");
}

/**
 * A class that names itself in its body becomes `var Type = class _Type`, and is called `_Type` wherever names are shown.
 * Gives it its name back, with a space in place of what is taken away, so that the source map stays right.
 */
function withOwnNames(text) {
  const renamed = [...text.matchAll(/(?:^var |, )(\w+) = class _\1\b/gm)].map(([, name]) => name);
  return renamed.reduce(
    (code, name) => code.replace(new RegExp(`(?<![\\w$.])_${name}\\b`, "g"), `${name} `),
    text,
  );
}
