// Packs every package as it would be published, looks into the tarballs, and uses them as strangers do: installed by npm
// into empty projects outside of the workspace, where programs must type-check, run, and print what they should.
// `npm run pack-check` says what was installed, and what is wrong.
import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { build, env, install, root } from "./bootstrap.mjs";
import { Project } from "./pack-check/project.mjs";
import { integrityOf, serve } from "./pack-check/registry.mjs";

const ours = (...names) => names.map((name) => `@theano-ts/${name}`);

/**
 * The ways of use: what somebody asks npm for, all that may come of it, and a program in `pack-check` with what it prints.
 * The examples in the READMEs of `examples` run there, too.
 */
const uses = [
  {
    title: "core and one backend",
    wanted: ours("core", "backend-cpu"),
    comes: ours("backend-cpu", "core", "kernel"),
    program: "core",
    prints: "2.0 1.0 [0.  2.5]\n",
    examples: ours("backend-cpu", "core", "kernel"),
  },
  {
    title: "theano-ts",
    wanted: ["theano-ts"],
    comes: [
      ...ours("autodiff", "backend-cpu", "core", "debug", "io", "kernel", "printing", "random", "scan"),
      ...["fflate", "seedrandom", "theano-ts"],
    ],
    program: "umbrella",
    // The random numbers are Theano's.
    prints: `[ 0.  3. 12.]
[ 2.  6. 24.] [12.  8.  6.]
[[0.28981833 0.43959684]
 [0.53945143 0.61918312]]
`,
    examples: ["theano-ts", ...ours("autodiff", "debug", "io", "printing", "random", "scan")],
  },
  {
    title: "core and a stranger's backend",
    wanted: ours("core", "backend-template", "conformance"),
    comes: ours("backend-template", "conformance", "core", "kernel"),
    program: "backend",
    prints: "2.0 [1. 2.] true\n",
    examples: ours("backend-template", "conformance"),
    // Somebody else copies it.
    copies: { from: "@theano-ts/backend-template", file: "src/index.ts" },
    // What the guide tells the stranger to test it with.
    test: blockOf("docs/guide/writing-a-backend.md", "js", "node:test"),
  },
];

/** Packages whose examples do not run here, and why. */
const notRun = { "@theano-ts/backend-gpujs": "GPU.js brings native packages of 84 MB" };

install();
build();
// Imported here, because a fresh clone has what it needs only after install().
const { problemsOf } = await import("./pack-check/tarball.mjs");
const place = mkdtempSync(join(tmpdir(), "pack-check-"));
const packages = await pack();
console.log(`${packages.length} packages: ${packages.map((p) => p.file).join(", ")}`);
const registry = await serve(packages);
const problems = (
  await Promise.all([...packages.map(problemsOf), ...uses.map(check), examplesLeftOut()])
).flat();
registry.end();
for (const problem of problems) console.log(`wrong: ${problem}`);
if (problems.length === 0) rmSync(place, { recursive: true });
else console.log(`The tarballs and projects are in ${place}`);
process.exitCode = problems.length === 0 ? 0 : 1;

/** All packages, and the template of a backend, as tarballs, each with what is in it. */
async function pack() {
  const exec = promisify(execFile);
  const members = ["--filter=./packages/*", "--filter=./apps/backend-template"];
  await exec("pnpm", ["-r", ...members, "pack", `--pack-destination=${place}`], { cwd: root, env });
  const tarballs = readdirSync(place).map(async (file) => {
    const [path, folder] = [join(place, file), mkdtempSync(join(place, "package-"))];
    await exec("tar", ["xzf", path, "-C", folder, "--strip-components=1"]);
    const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    return { file, path, folder, manifest, bytes: readFileSync(path) };
  });
  return Promise.all(tarballs);
}

/** Uses the packages in one way. Gives what is wrong. */
async function check(use) {
  const { title, comes, wanted, examples, copies, test } = use;
  const wrong = [];
  try {
    const project = new Project(mkdtempSync(join(place, "project-")), registry.address);
    const installed = await project.install(
      wanted.map((name) => (name.startsWith("@") ? name : packed(name).path)),
    );
    console.log(`${title}: npm installs ${[...installed.keys()].join(", ")}`);
    for (const name of installed.keys()) if (!comes.includes(name)) wrong.push(`${name} is installed, too`);
    for (const name of comes) if (!installed.has(name)) wrong.push(`${name} is not installed`);
    for (const [name, integrity] of installed)
      if (packed(name) && integrity !== integrityOf(packed(name).bytes))
        wrong.push(`${name} is from elsewhere`);
    const programs = [programOf(use), ...examples.map(exampleOf)];
    for (const { name, code } of programs) project.write(`${name}.ts`, code);
    if (copies) project.write("copied.ts", readFileSync(join(packed(copies.from).folder, copies.file)));
    await project.compile();
    for (const { name, prints } of programs) {
      const printed = await project.run("node", [`${name}.js`]);
      if (bare(printed) !== bare(prints)) wrong.push(`${name} prints\n${printed}instead of\n${prints}`);
    }
    console.log(`${title}: ${programs.map((p) => p.name).join(", ")} type-check and run`);
    if (test) {
      project.write("test.js", test);
      const report = await project.run("node", ["--test", "--test-reporter=tap", "test.js"]);
      console.log(`${title}: ${/^# pass (\d+)$/m.exec(report)[1]} tests pass`);
    }
  } catch (error) {
    wrong.push(error.message);
  }
  return wrong.map((what) => `${title}: ${what}`);
}

function packed(name) {
  return packages.find((p) => p.manifest.name === name);
}

function programOf({ program, prints }) {
  const code = readFileSync(join(import.meta.dirname, "pack-check", `${program}.ts`), "utf8");
  return { name: program, code, prints };
}

/** The example in the README of a package, which has one, and what it is said to print. */
function exampleOf(name) {
  const readme = readFileSync(join(packed(name).folder, "README.md"), "utf8");
  const [, code, prints] = /^```ts\n(.*?)^```\n\n```text\n(.*?)^```$/ms.exec(readme) ?? [];
  if (code === undefined) throw new Error(`The README of ${name} has no example with what it prints`);
  return { name: `readme-of-${name.replace("@theano-ts/", "")}`, code, prints };
}

/** Packages whose examples run nowhere, though nobody has said why. */
function examplesLeftOut() {
  const run = new Set([...uses.flatMap((use) => use.examples), ...Object.keys(notRun)]);
  for (const [name, reason] of Object.entries(notRun))
    console.log(`The example of ${name} is not run: ${reason}`);
  return packages
    .filter((p) => !run.has(p.manifest.name))
    .map((p) => `the example of ${p.manifest.name} is not run: name it in tools/pack-check.mjs`);
}

/** The block of code in `language` on a page that has `word` in it. */
function blockOf(page, language, word) {
  const text = readFileSync(join(root, page), "utf8");
  const blocks = [...text.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)];
  return blocks.find(([, of, code]) => of === language && code.includes(word))[2];
}

/** `text` without space at the ends of lines, which editors remove. */
function bare(text) {
  return text.replace(/\s+$/gm, "");
}
