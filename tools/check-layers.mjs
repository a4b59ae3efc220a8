// Who may import whom: between packages, and between the folders of a package. No dependencies.
// `node tools/check-layers.mjs [root]` prints each violation with its line and what to do about it.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";

/** What each package may import. Its package.json must say the same, less what it does not use yet. */
const packages = {
  kernel: [],
  core: ["kernel"],
  autodiff: ["core", "kernel"],
  random: ["core", "kernel"],
  scan: ["autodiff", "core", "kernel"],
  printing: ["core", "kernel"],
  io: ["core", "kernel"],
  debug: ["core", "kernel"],
  "backend-cpu": ["kernel"],
  "backend-gpujs": ["kernel"],
  conformance: ["autodiff", "core", "kernel"],
  "theano-ts": ["autodiff", "backend-cpu", "core", "debug", "io", "kernel", "printing", "random", "scan"],
};

/** Apps may import every package, and these apps: `browser` runs the cases of `golden` in pages. */
const apps = { browser: ["golden"] };

/** What the tests of a member may import besides. No table, nor all together, has a cycle. */
const inTests = {
  "backend-cpu": ["conformance"],
  "backend-gpujs": ["conformance", "core"],
  "theano-ts": ["conformance"],
  playground: ["browser"],
};

/** Files that are doors for Node alone, which browsers are never given. */
const forNode = { io: ["node.ts"] };

const allowed = (member, test) => [
  ...(packages[member] ?? [...Object.keys(packages), ...(apps[member] ?? [])]),
  ...(test ? (inTests[member] ?? []) : []),
];

/** Folders of a package's `src`, lowest first: each may import itself and those before it. */
const layers = { core: ["value", "graph", "tensor", "ops", "rewrite", "lower", "compile", "save"] };

/** Files beside those folders that all of them may import, and that import none of them. */
const shared = { core: ["config.ts", "errors.ts", "provenance.ts"] };

const root = resolve(process.argv[2] ?? join(dirname(fileURLToPath(import.meta.url)), ".."));
const violations = [];
const report = (file, line, sentence) => violations.push(`${relative(root, file)}:${line}  ${sentence}`);

const members = ["packages", "apps"].flatMap((group) =>
  list(join(root, group)).map((name) => join(root, group, name)),
);
for (const folder of members) checkMember(folder);
for (const violation of violations) console.log(violation);
console.log(`${members.length} packages and apps, ${violations.length} layer violations`);
process.exitCode = violations.length > 0 ? 1 : 0;

function checkMember(folder) {
  const name = nameOf(folder);
  const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  checkManifest(folder, name, manifest);
  const edges = new Map();
  for (const part of ["src", "test"]) {
    for (const file of sourcesUnder(join(folder, part))) {
      for (const { from, line, erased } of importsOf(file)) {
        const problem = from.startsWith(".")
          ? checkRelative(folder, name, file, { from, line, erased }, edges)
          : checkNamed(name, manifest, file, from);
        if (problem) report(file, line, problem);
      }
    }
  }
  for (const { file, line, path } of cycles(edges))
    report(
      file,
      line,
      `closes an import cycle, ${path.join(" → ")}: move what is shared into the lowest of them`,
    );
}

/** The manifest may name no package of ours beyond the tables. */
function checkManifest(folder, name, manifest) {
  const file = join(folder, "package.json");
  const lines = readFileSync(file, "utf8").split("\n");
  for (const [field, test] of [
    ["dependencies", false],
    ["peerDependencies", false],
    ["devDependencies", true],
  ])
    for (const dependency of Object.keys(manifest[field] ?? {})) {
      const other = ours(dependency);
      if (other !== undefined && !allowed(name, test).includes(other))
        report(
          file,
          1 + lines.findIndex((text) => text.includes(`"${dependency}"`)),
          `${name} may not depend on ${dependency}: remove it, or discuss the edge and add it to tools/check-layers.mjs`,
        );
    }
}

function checkNamed(name, manifest, file, from) {
  const test = isTest(file);
  if (from.startsWith("node:"))
    return test || packages[name] === undefined || isForNode(name, file)
      ? undefined
      : `imports ${from}, but packages run in browsers too: pass the ability in, or move this to an app`;
  const parts = from.split("/");
  const dependency = parts.slice(0, from.startsWith("@") ? 2 : 1).join("/");
  const other = ours(dependency);
  if (other === name) return `imports its own package by name: use a relative path`;
  if (other !== undefined && dependency !== from && !isExported(other, from.slice(dependency.length + 1)))
    return `imports ${from}, a path into another package: export the name from ${dependency} and import that`;
  if (other !== undefined && !allowed(name, test).includes(other))
    return `${name} may not import ${dependency}: its layer is ${name} → ${allowed(name, test).join(", ") || "nothing"}`;
  const declared = {
    ...manifest.dependencies,
    ...manifest.peerDependencies,
    ...(test ? manifest.devDependencies : {}),
  };
  if (!(dependency in declared))
    return `imports ${dependency}, which package.json does not list in ${test ? "devDependencies" : "dependencies"}: add it`;
  return undefined;
}

function isForNode(name, file) {
  return (forNode[name] ?? []).some((door) => file === join(root, "packages", name, "src", door));
}

function checkRelative(folder, name, file, { from, line, erased }, edges) {
  const target = resolve(dirname(file), from);
  if (!target.startsWith(folder + sep))
    return `imports ${from}, outside the package: import the package by its name`;
  const [here, there] = [layerOf(folder, file), layerOf(folder, target)];
  if (here === there || isTest(file) || there === undefined || here === undefined) return undefined;
  // An `import type` is gone when the program loads, so it cannot make a cycle; it does have to obey the order.
  if (!erased) {
    if (!edges.has(here)) edges.set(here, new Map());
    if (!edges.get(here).has(there)) edges.get(here).set(there, { file, line });
  }
  if (shared[name]?.includes(there)) return undefined;
  if (there === "index.ts") return "imports the package's index.ts: import the file that defines the name";
  const order = layers[name];
  if (order === undefined || here === "index.ts") return undefined;
  if (shared[name]?.includes(here))
    return `${here} lies below the folders and may not import ${there}: move the code up, or pass it in`;
  const [i, j] = [order.indexOf(here), order.indexOf(there)];
  if (i < 0)
    return `${here} is in no layer of ${name}: put it in one of ${order.join(", ")}, or name it in tools/check-layers.mjs`;
  if (j < 0)
    return `${there} is in no layer of ${name}: put it in one of ${order.join(", ")}, or name it in tools/check-layers.mjs`;
  return j > i
    ? `${here}/ may not import ${there}/ (${order.join(" ← ")}): move the code down, or pass it in`
    : undefined;
}

/** One cycle for each edge that closes one, found depth first. */
function cycles(edges) {
  const found = [];
  const done = new Set();
  const visit = (node, path) => {
    for (const [next, place] of edges.get(node) ?? []) {
      const at = path.indexOf(next);
      if (at >= 0) found.push({ ...place, path: [...path.slice(at), next] });
      else if (!done.has(next)) visit(next, [...path, next]);
    }
    done.add(node);
  };
  for (const node of edges.keys()) if (!done.has(node)) visit(node, [node]);
  return found;
}

/** The first folder under `src`, or the file's own name for one directly in `src`. */
function layerOf(folder, file) {
  const [part, first] = relative(folder, file).split(sep);
  return part === "src" ? first : undefined;
}

function importsOf(file) {
  const text = readFileSync(file, "utf8");
  const pattern =
    /^[ \t]*(?:import|export)\b[^"';`]*?\bfrom\s*["']([^"']+)["']|^[ \t]*import\s*["']([^"']+)["']|^(?!\s*(?:\*|\/\/)).*?\bimport\(\s*["']([^"']+)["']/gm;
  return [...text.matchAll(pattern)].map((match) => ({
    from: match[1] ?? match[2] ?? match[3],
    erased: /^\s*(?:import|export)\s+type\b/.test(match[0]),
    line: text.slice(0, match.index + match[0].length).split("\n").length,
  }));
}

function sourcesUnder(folder) {
  const files = existsSync(folder) ? readdirSync(folder, { recursive: true }) : [];
  return files.filter((file) => /\.[mc]?tsx?$/.test(file)).map((file) => join(folder, file));
}

function list(folder) {
  return existsSync(folder)
    ? readdirSync(folder).filter((name) => existsSync(join(folder, name, "package.json")))
    : [];
}

function isTest(file) {
  return /\.test\.tsx?$/.test(file) || relative(root, file).split(sep)[2] === "test";
}

function nameOf(folder) {
  return relative(root, folder).split(sep)[1];
}

/** Whether a package or app offers `path` as a door of its own, beside its main one. */
function isExported(name, path) {
  const manifests = ["packages", "apps"].map((group) => join(root, group, name, "package.json"));
  return manifests.some(
    (file) => existsSync(file) && `./${path}` in (JSON.parse(readFileSync(file, "utf8")).exports ?? {}),
  );
}

/** The folder of one of our packages or apps, from its published name. */
function ours(dependency) {
  if (dependency === "theano-ts") return dependency;
  return dependency.startsWith("@theano-ts/") ? dependency.slice("@theano-ts/".length) : undefined;
}
