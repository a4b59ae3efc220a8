// What can be wrong with a package before anybody has installed it.

import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { checkPackage, createPackageFromTarballData } from "@arethetypeswrong/core";
import { publint } from "publint";
import { formatMessage } from "publint/utils";

/** What an import from CommonJS or by old resolvers meets: the packages are modules, and do not serve those. */
const notServed = new Set(["node10", "node16-cjs"]);

/** What is wrong with a packed package, of which `folder` has the content: in sentences. */
export async function problemsOf({ manifest, bytes, folder }) {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((e) => e.isFile()).map((e) => relative(folder, join(e.parentPath, e.name)));
  const problems = [
    ...problemsOfFiles(manifest, new Set(files)),
    ...problemsOfManifest(manifest),
    ...files.flatMap((file) => problemsOfImports(manifest, file, readFileSync(join(folder, file), "utf8"))),
    ...(await problemsOfTypes(bytes)),
    ...(await problemsOfPublishing(bytes)),
  ];
  return problems.map((what) => `${manifest.name}: ${what}`);
}

function problemsOfFiles(manifest, files) {
  const stray = [...files].filter((file) => /\.(?:test|testing|test-d)\.|\.tsbuildinfo$|^test\//.test(file));
  const missing = ["README.md", "LICENSE", ...targets(manifest.exports)].filter((file) => !files.has(file));
  // The compiler leaves what it has made of sources that have been removed since.
  const stale = [...files].filter(
    (file) => /^dist\/.*\.d\.ts$/.test(file) && !files.has(file.replace(/^dist(.*)\.d\.ts$/, "src$1.ts")),
  );
  return [
    ...stray.map((file) => `${file} is in the package`),
    ...missing.map((file) => `${file} is not in the package`),
    ...stale.map((file) => `${file} has no source: remove dist, and build again`),
  ];
}

/** The files that `exports` names. */
const targets = (entry) =>
  typeof entry === "string" ? [entry.replace(/^\.\//, "")] : Object.values(entry).flatMap(targets);

/** Versions that only the workspace understands. */
function problemsOfManifest(manifest) {
  return ["dependencies", "peerDependencies", "optionalDependencies", "devDependencies"].flatMap((field) =>
    Object.entries(manifest[field] ?? {})
      .filter(([, version]) => !/^[\^~]?\d/.test(version))
      .map(([name, version]) => `${field} has ${name} ${version}, which is no version`),
  );
}

/** Packages that a file imports, be it only for their types, and that nobody installs with it. */
function problemsOfImports(manifest, file, text) {
  if (!/^dist\/.*\.(?:js|d\.ts)$/.test(file)) return [];
  const pattern =
    /^(?:import|export)\b[^;]*?\bfrom "([^"]+)"|^import "([^"]+)"|\bimport\("([^"]+)"\)|<reference types="([^"]+)"/gm;
  const names = [...text.matchAll(pattern)]
    .map((match) => match.slice(1).find(Boolean))
    .filter((from) => !/^(?:\.|node:)/.test(from))
    .map((from) => /^(?:@[^/]+\/)?[^/]+/.exec(from)[0]);
  const declared = { ...manifest.dependencies, ...manifest.peerDependencies };
  return [...new Set(names)]
    .filter((name) => !(name in declared))
    .map((name) => `${file} imports ${name}, which is not among its dependencies`);
}

/** Whether the types of each entry are found, and are those of a module, by Node and by bundlers. */
async function problemsOfTypes(bytes) {
  const { problems = [], types } = await checkPackage(createPackageFromTarballData(new Uint8Array(bytes)));
  if (!types) return ["it has no types"];
  return problems
    .filter((p) => !notServed.has(p.resolutionKind))
    .map((p) => `types: ${p.kind} of ${p.entrypoint ?? p.fileName ?? "it"} (${p.resolutionKind ?? "all"})`);
}

async function problemsOfPublishing(bytes) {
  const tarball = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
  const { messages, pkg } = await publint({ pack: { tarball }, strict: true });
  return messages.map((message) => `publint: ${formatMessage(message, pkg, { color: false })}`);
}
