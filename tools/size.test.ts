import { spawnSync } from "node:child_process";
import { join } from "node:path";

test("every bundle is within its budget", () => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(__dirname, "size.mjs")], {
    encoding: "utf8",
  });
  expect(stdout).not.toMatch("OVER");
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
});
