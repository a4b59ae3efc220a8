// The package and all that it imports as one module, for pages without a bundler: dist/browser/theano.js, with a source
// map, and with the licences of what is in it beside it.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { build } from "esbuild";

const here = import.meta.dirname;
const out = join(here, "dist", "browser");
const { version, license } = JSON.parse(readFileSync(join(here, "package.json"), "utf8"));

mkdirSync(out, { recursive: true });
const { metafile } = await build({
  absWorkingDir: here,
  entryPoints: [join(here, "dist", "index.js")],
  outfile: join(out, "theano.js"),
  banner: { js: `/*! theano-ts ${version}, ${license}; licences: theano.js.LEGAL.txt */` },
  bundle: true,
  minify: true,
  sourcemap: true,
  metafile: true,
  format: "esm",
  platform: "browser",
  target: "es2022",
  logLevel: "warning",
});
const ours = readFileSync(join(here, "..", "..", "LICENSE"), "utf8");
writeFileSync(
  join(out, "theano.js.LEGAL.txt"),
  [ours, ...notices(Object.keys(metafile.inputs))].join("\n\n"),
);

/** The licences of the packages that the files at `paths` come from, and what is said of copyright atop those files. */
function notices(paths) {
  const foreign = paths.filter((path) => path.includes("node_modules/")).map((path) => join(here, path));
  const folders = new Set(foreign.map(packageOf));
  return [...folders].flatMap((folder) => {
    const { name } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    const files = foreign.filter((file) => packageOf(file) === folder);
    const texts = [licenceOf(folder), ...files.map(copyrightOf)].filter((text) => text !== undefined);
    if (texts.length === 0)
      throw new Error(`${name} has no licence: it cannot be part of dist/browser/theano.js`);
    return [`${name}\n${"-".repeat(name.length)}`, ...new Set(texts)];
  });
}

function packageOf(file) {
  const folder = dirname(file);
  return existsSync(join(folder, "package.json")) ? folder : packageOf(folder);
}

function licenceOf(folder) {
  const file = ["LICENSE", "LICENSE.md", "LICENCE"].map((name) => join(folder, name)).find(existsSync);
  return file && readFileSync(file, "utf8").trim();
}

/** The comment a file begins with, if it is of copyright; what stands for a module that browsers lack is no file. */
function copyrightOf(file) {
  if (!existsSync(file)) return undefined;
  const [comment] = /^(?:\s*(?:\/\/.*|\/\*[\s\S]*?\*\/))+/.exec(readFileSync(file, "utf8")) ?? [""];
  return /copyright/i.test(comment) ? comment.trim() : undefined;
}
