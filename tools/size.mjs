// What a user's bundle weighs, minified and gzipped, against a budget: one row a bundle.
// Bundles the packages as they are published.
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build as buildAll, install } from "./bootstrap.mjs";

/** The logistic regression of Theano's tutorial, with what it uses imported by name. */
const byNames = `
  import { compile, grad, shared } from "theano-ts";
  import { dmatrix, dvector, dot, exp, log } from "theano-ts/tensor";
  const [x, y] = [dmatrix(), dvector()];
  const [w, b] = [shared(new Float64Array(784)), shared(0)];
  const p = exp(dot(x, w).neg().sub(b)).add(1).pow(-1);
  const xent = y.neg().mul(log(p)).sub(y.neg().add(1).mul(log(p.neg().add(1))));
  const cost = xent.mean().add(w.pow(2).sum().mul(0.01));
  const [gw, gb] = grad(cost, [w, b]);
  const updates = [[w, w.sub(gw.mul(0.1))], [b, b.sub(gb.mul(0.1))]];
  export const train = compile([x, y], [p.gt(0.5), xent], { updates });
`;

/** The same by Theano's own names, of which no bundler leaves anything out. */
const byNamespaces = byNames
  .replace(/import .*"theano-ts";/, 'import theano, { T } from "theano-ts";')
  .replace(/import .*"theano-ts\/tensor";/, "")
  .replace(/\b(compile|grad|shared)\(/g, (_, name) => `theano.${name === "compile" ? "function" : name}(`)
  .replace(/(?<![.\w])(dmatrix|dvector|dot|exp|log)\(/g, "T.$1(");

/**
 * A bundle's name, the program in it, and the most bytes it may have: a little above what it has, so that growth is
 * seen. The roadmap says what they are to come down to. Last, the package from which the program is looked at.
 */
const budgets = [
  ["one operation, compile", `export { compile, exp } from "@theano-ts/core";`, 42_000],
  [
    "one operation, compile, the CPU backend",
    `export { compile, exp } from "@theano-ts/core"; export { cpu } from "@theano-ts/backend-cpu";`,
    82_500,
  ],
  [
    "one operation, compile, the GPU.js backend, without GPU.js",
    `export { compile, exp } from "@theano-ts/core"; export { gpujs } from "@theano-ts/backend-gpujs";`,
    54_500,
    "backend-gpujs",
  ],
  ["logistic regression, theano-ts with its CPU backend, by names", byNames, 111_000],
  ["logistic regression, theano-ts with its CPU backend, by theano and T", byNamespaces, 160_000],
  [
    "theano-ts, all of it, with its CPU backend",
    `export * from "theano-ts"; export { default } from "theano-ts";`,
    207_000,
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
