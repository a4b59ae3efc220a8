import { execFileSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The root of the workspace. */
export const root: string = join(dirname(fileURLToPath(import.meta.url)), "..", "..", "..");

/** Builds what has changed, for suites of what is built. Throws what the build prints, if it fails. */
export function buildWorkspace(): void {
  execFileSync(process.execPath, [join(root, "tools", "bootstrap.mjs")], { cwd: root, stdio: "pipe" });
}
