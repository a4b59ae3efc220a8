// What a machine can say about the source without running it: format, lint, layers, types, unused code.
// Every check runs, so that one failure does not hide another.
import { spawnSync } from "node:child_process";
import { env, install, root } from "./bootstrap.mjs";

const checks = [
  ["biome", "ci", "--colors=off", "--diagnostic-level=error"],
  ["oxlint", "--type-aware", "--quiet"],
  ["node", "tools/check-layers.mjs"],
  ["node", "tools/check-docs.mjs"],
  ["tsc", "-p", "tsconfig.tests.json"],
  ["knip", "--no-progress", "--no-config-hints"],
];

install();
const failed = checks.filter(([command, ...args]) => {
  const shell = process.platform === "win32";
  return spawnSync(command, args, { cwd: root, env, stdio: "inherit", shell }).status !== 0;
});
for (const check of failed) console.log(`failed: ${check.join(" ")}`);
process.exitCode = failed.length > 0 ? 1 : 0;
