// Makes a fresh clone ready: fetches the pinned pnpm, installs, builds. Node built-ins only.
// Quick when nothing changed: one hash guards the install and one guards the build, so that neither pnpm
// nor turbo is even started.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

const windows = process.platform === "win32";
const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const pin = manifest.packageManager.split("@")[1].split("+")[0];
const tools = join(root, ".tools", `pnpm-${pin}`);

/** The environment of every command: pnpm and the workspace's programs first on the path, no telemetry. */
export const env = {
  ...process.env,
  TURBO_TELEMETRY_DISABLED: "1",
  DO_NOT_TRACK: "1",
  PATH: [join(tools, "node_modules", ".bin"), join(root, "node_modules", ".bin"), process.env.PATH].join(
    delimiter,
  ),
};

/** Installs pnpm and the dependencies, unless no manifest has changed since the last time. */
export function install() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major < 20 || (major === 20 && minor < 19)) {
    console.error(`Node 20.19 or newer is needed; this is ${process.version}.`);
    process.exit(1);
  }
  unlessUnchanged("install", hashOfManifests, () => {
    if (!existsSync(join(tools, "node_modules", ".bin", windows ? "pnpm.cmd" : "pnpm"))) {
      mkdirSync(tools, { recursive: true });
      const quiet = ["--no-save", "--no-audit", "--no-fund", "--loglevel=error"];
      run("npm", ["install", "--prefix", tools, ...quiet, `pnpm@${pin}`]);
    }
    run("pnpm", ["install", ...(process.env.CI ? ["--frozen-lockfile"] : [])]);
  });
}

/**
 * Builds the workspace, or only `app` and what it needs, unless no source has changed since the last time.
 * Prints turbo's log only when the build fails.
 */
export function build(app) {
  unlessUnchanged(`build-${app ?? "all"}`, hashOfSources, () => {
    const only = app === undefined ? [] : [`--filter=@theano-ts/${app}...`];
    const args = ["run", "build", ...only, "--output-logs=errors-only", "--log-order=grouped"];
    const result = spawnSync("turbo", args, { cwd: root, env, encoding: "utf8", shell: windows });
    if (result.status === 0) return;
    console.error(result.error?.message ?? `${result.stdout}${result.stderr}`);
    process.exit(result.status ?? 1);
  });
}

/** Runs a command from the root; exits with its status when it fails. */
export function run(command, args) {
  const result = spawnSync(command, args, { cwd: root, env, stdio: "inherit", shell: windows });
  if (result.error) console.error(`${command}: ${result.error.message}`);
  if (result.status !== 0) process.exit(result.status ?? 1);
}

/**
 * Does `work` when the hash differs from the one kept at the end of the last successful `work`. What is kept of other
 * works of its kind (`build-demo` is of the kind `build`) is about another state then, and forgotten.
 */
function unlessUnchanged(name, hash, work) {
  const cache = join(root, "node_modules", ".cache");
  const stamp = join(cache, `${name}.stamp`);
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === hash()) return;
  work();
  mkdirSync(cache, { recursive: true });
  const now = hash();
  const [kind] = name.split("-");
  for (const other of readdirSync(cache))
    if (
      other.startsWith(`${kind}-`) &&
      other.endsWith(".stamp") &&
      readFileSync(join(cache, other), "utf8") !== now
    )
      rmSync(join(cache, other));
  writeFileSync(stamp, now);
}

function hashOfManifests() {
  return hashOf(["package.json", "pnpm-lock.yaml", "pnpm-workspace.yaml", ...inWorkspace("package.json")]);
}

/** Sources and what steers their compilation; a missing `dist` counts as a change. */
function hashOfSources() {
  const sources = members().flatMap((member) => filesUnder(join(member, "src")));
  const settings = [
    "tsconfig.base.json",
    "tools/bundle.mjs",
    "pnpm-lock.yaml",
    ...inWorkspace("package.json"),
    ...inWorkspace("tsconfig.json"),
    ...inWorkspace("build.mjs"),
  ];
  const built = inWorkspace("dist/.tsbuildinfo").filter((file) => existsSync(join(root, file)));
  return hashOf([...settings, ...sources.filter((file) => !file.endsWith(".test.ts"))], built.join());
}

function hashOf(files, more = "") {
  const hash = createHash("sha256").update(process.version + pin + more);
  for (const file of files) {
    const path = join(root, file);
    if (existsSync(path)) hash.update(file).update(readFileSync(path));
  }
  return hash.digest("hex");
}

function inWorkspace(file) {
  return members().map((member) => join(member, file));
}

function members() {
  return ["packages", "apps"].flatMap((group) =>
    readdirSync(join(root, group))
      .sort()
      .map((name) => join(group, name)),
  );
}

function filesUnder(folder) {
  const entries = existsSync(join(root, folder)) ? readdirSync(join(root, folder), { recursive: true }) : [];
  return entries
    .filter((file) => file.endsWith(".ts"))
    .sort()
    .map((file) => join(folder, file));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  install();
  build();
}
