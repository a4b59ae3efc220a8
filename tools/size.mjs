// What a user's bundle weighs, minified and gzipped, against a budget: one row a bundle.
// Bundles the packages as they are published.
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build as buildAll, install } from "./bootstrap.mjs";

/**
 * A bundle's name, the program in it, and the most bytes it may have: a little above what it has, so that growth is
 * seen. The roadmap says what they are to come down to. Last, the package from which the program is looked at.
 */
const budgets = [
  ["one operation, compile", `export { compile, exp } from "@theano-ts/core";`, 47_000],
  [
    "one operation, compile, the CPU backend",
    `export { compile, exp } from "@theano-ts/core"; export { cpu } from "@theano-ts/backend-cpu";`,
    86_000,
  ],
  [
    "one operation, compile, the GPU.js backend, without GPU.js",
    `export { compile, exp } from "@theano-ts/core"; export { gpujs } from "@theano-ts/backend-gpujs";`,
    59_000,
    "backend-gpujs",
  ],
  [
    "theano-ts, all of it, with its CPU backend",
    `export * from "theano-ts"; export { default } from "theano-ts";`,
    208_000,
  ],
];

install();
buildAll();
for (const { name, bytes, limit } of await sizes()) {
  console.log(`${name}: ${bytes} bytes gzipped, of ${limit}${bytes > limit ? ": OVER" : ""}`);
  if (bytes > limit) process.exitCode = 1;
}

async function sizes() {
  // Imported here, because a fresh clone has it only after install().
  const { build } = await import("esbuild");
  const packages = join(dirname(dirname(fileURLToPath(import.meta.url))), "packages");
  return Promise.all(
    budgets.map(async ([name, contents, limit, from = "theano-ts"]) => {
      const { outputFiles } = await build({
        stdin: { contents, resolveDir: join(packages, from) },
        bundle: true,
        minify: true,
        format: "esm",
        platform: "browser",
        target: "es2022",
        external: ["gpu.js"],
        write: false,
      });
      return { name, limit, bytes: gzipSync(outputFiles[0].contents, { level: 9 }).length };
    }),
  );
}
