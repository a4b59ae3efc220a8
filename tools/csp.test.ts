// A page whose policy allows 'wasm-unsafe-eval' but not 'unsafe-eval' must be able to use the library.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildSync } from "esbuild";

const program = `
  import theano, { np, T } from "theano-ts";
  let refused = false;
  try { new Function("return 1")(); } catch { refused = true; }
  const [x, w] = [T.dmatrix("x"), theano.shared(np.ones([3]), { name: "w" })];
  const cost = T.exp(T.dot(x, w)).sum();
  const f = theano.function([x], cost, { updates: [[w, w.sub(T.grad(cost, w).mul(0.1))]] });
  f([[0, 0, 0]]);
  console.log(JSON.stringify({ refused, cost: Number(f([[0, 0, 0], [0, 0, 0]])) }));
`;

test("functions compile and run where code cannot be made from text", () => {
  const folder = mkdtempSync(join(tmpdir(), "csp-"));
  try {
    const outfile = join(folder, "program.mjs");
    buildSync({
      stdin: { contents: program, resolveDir: join(__dirname, "../packages/theano-ts") },
      bundle: true,
      format: "esm",
      platform: "node",
      conditions: ["@theano-ts/source"],
      outfile,
    });
    // V8's switch for it is what browsers use to enforce the policy.
    const out = execFileSync(process.execPath, ["--disallow-code-generation-from-strings", outfile], {
      encoding: "utf8",
    });
    expect(JSON.parse(out)).toEqual({ refused: true, cost: 2 });
  } finally {
    rmSync(folder, { recursive: true });
  }
});
