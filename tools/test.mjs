// Installs what is needed, runs every test, and ends with one line that counts them. Most run on source; those of what is
// published need it built, which is done first: each of them would do it, and at the same time. Arguments go to jest:
// `npm test -- packages/kernel`, `npm test -- -t "a title"`.
import { spawn } from "node:child_process";
import { join } from "node:path";
import { build, env, install, root } from "./bootstrap.mjs";

install();
if (process.argv.length === 2) build();
const jest = join(root, "node_modules", "jest", "bin", "jest.js");
const child = spawn(process.execPath, [jest, ...process.argv.slice(2)], {
  cwd: root,
  env,
  stdio: ["inherit", "inherit", "inherit", "ipc"],
});
// Sent by jest-reporter.mjs; absent when jest could not even start.
let counts = { passed: 0, failed: 1, skipped: 0 };
child.on("message", (message) => {
  counts = message;
});
child.on("close", (status) => {
  const { passed, failed, skipped } = counts;
  console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`);
  process.exitCode = status ?? 1;
});
