// Installs what is needed, runs every test (on source, so nothing is built), and ends with one line that
// counts them. Arguments go to jest: `npm test -- packages/kernel`, `npm test -- -t "a title"`.
import { spawn } from "node:child_process";
import { join } from "node:path";
import { env, install, root } from "./bootstrap.mjs";

install();
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
