import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

const manifests = {
  "packages/kernel/package.json": JSON.stringify({ name: "@theano-ts/kernel" }),
  "packages/core/package.json": JSON.stringify({
    name: "@theano-ts/core",
    dependencies: { "@theano-ts/kernel": "workspace:^" },
    devDependencies: { "fast-check": "catalog:" },
  }),
};

/** What check-layers prints for a workspace of these files, less the closing line. */
function check(files: Record<string, string>): string[] {
  const root = mkdtempSync(join(tmpdir(), "layers-"));
  try {
    for (const [file, text] of Object.entries({ ...manifests, ...files })) {
      mkdirSync(dirname(join(root, file)), { recursive: true });
      writeFileSync(join(root, file), text);
    }
    const tool = join(__dirname, "check-layers.mjs");
    const { status, stdout } = spawnSync(process.execPath, [tool, root], { encoding: "utf8" });
    const lines = stdout.trim().split("\n").slice(0, -1);
    expect(status).toBe(lines.length > 0 ? 1 : 0);
    return lines;
  } finally {
    rmSync(root, { recursive: true });
  }
}

test.each<[string, Record<string, string>, string[]]>([
  [
    "imports down the arrows are fine, and an example in a comment is no import",
    {
      "packages/core/src/ops/a.ts": `/**\n * import { x } from "theano-ts";\n */\nimport {\n  x,\n} from "@theano-ts/kernel";\nimport { t } from "../tensor/t.ts";\nimport { e } from "../errors.ts";\n`,
      "packages/core/src/ops/a.test.ts": `import fc from "fast-check";\nimport fs from "node:fs";\nimport { a } from "../compile/c.ts";\n`,
    },
    [],
  ],
  [
    "a package may not import one above it",
    { "packages/kernel/src/a.ts": `\nimport type { Op } from "@theano-ts/core";\n` },
    ["packages/kernel/src/a.ts:2  kernel may not import @theano-ts/core: its layer is kernel → nothing"],
  ],
  [
    "an import must be declared, and a development dependency is for tests",
    { "packages/core/src/ops/a.ts": `import fc from "fast-check";\n` },
    [
      "packages/core/src/ops/a.ts:1  imports fast-check, which package.json does not list in dependencies: add it",
    ],
  ],
  [
    "no paths into a package, by name or by dots",
    {
      "packages/core/src/ops/a.ts": `import { x } from "@theano-ts/kernel/src/expr.ts";\nexport * from "../../../kernel/src/expr.ts";\n`,
    },
    [
      "packages/core/src/ops/a.ts:1  imports @theano-ts/kernel/src/expr.ts, a path into another package: export the name from @theano-ts/kernel and import that",
      "packages/core/src/ops/a.ts:2  imports ../../../kernel/src/expr.ts, outside the package: import the package by its name",
    ],
  ],
  [
    "the folders of core have an order",
    { "packages/core/src/graph/a.ts": `import {\n  x,\n} from "../ops/b.ts";\n` },
    [
      "packages/core/src/graph/a.ts:3  graph/ may not import ops/ (value ← graph ← tensor ← ops ← rewrite ← lower ← compile ← save): move the code down, or pass it in",
    ],
  ],
  [
    "the folders of any package have no cycle when the program loads",
    {
      "packages/kernel/src/a/a.ts": `import { b } from "../b/b.ts";\n`,
      "packages/kernel/src/c/c.ts": `import type { d } from "../d/d.ts";\n`,
      "packages/kernel/src/d/d.ts": `import { c } from "../c/c.ts";\n`,
      "packages/kernel/src/b/b.ts": `const a = await import("../a/a.ts");\n`,
    },
    [
      "packages/kernel/src/b/b.ts:1  closes an import cycle, a → b → a: move what is shared into the lowest of them",
    ],
  ],
  [
    "a manifest may not name a package that its layer may not import",
    {
      "packages/kernel/package.json": `{\n"dependencies": {\n"@theano-ts/core": "workspace:^"\n}\n}`,
    },
    [
      "packages/kernel/package.json:3  kernel may not depend on @theano-ts/core: remove it, or discuss the edge and add it to tools/check-layers.mjs",
    ],
  ],
  [
    "packages run in browsers",
    { "packages/kernel/src/a.ts": `import { readFileSync } from "node:fs";\n` },
    [
      "packages/kernel/src/a.ts:1  imports node:fs, but packages run in browsers too: pass the ability in, or move this to an app",
    ],
  ],
])("%s", (_, files, violations) => {
  expect(check(files)).toEqual(violations);
});
