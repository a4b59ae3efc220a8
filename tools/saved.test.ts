// Training that stops, is saved, and goes on in another process, which has other names for everything: it is minified.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildSync } from "esbuild";

// The logistic regression of Theano's tutorial, with noise on its weights' gradients so that random streams go on, too.
const program = `
  import { readFileSync } from "node:fs";
  import theano, { functionFromJson, functionToJson, np, RandomStreams, T } from "theano-ts";
  function model() {
    const [x, y] = [T.dmatrix("x"), T.dvector("y")];
    const w = theano.shared(np.linspace(-1, 1, 5), { name: "w" });
    const b = theano.shared(0, { name: "b" });
    const p = T.trueDiv(1, T.add(1, T.exp(T.neg(T.dot(x, w)).sub(b))));
    const loss = T.sub(T.mul(T.neg(y), T.log(p)), T.mul(T.sub(1, y), T.log(T.sub(1, p))));
    const cost = loss.mean().add(w.pow(2).sum().mul(0.01));
    const [gw, gb] = theano.grad(cost, [w, b]);
    const noise = new RandomStreams(1).normal([5], { std: 0.01 });
    return theano.function([x, y], cost, {
      updates: [[w, w.sub(gw.add(noise).mul(0.1))], [b, b.sub(gb.mul(0.1))]],
    });
  }
  const text = readFileSync(0, "utf8");
  const train = text === "" ? model() : functionFromJson(text);
  const x = np.linspace(-2, 3, 50).reshape([10, 5]);
  const y = np.array([0, 1, 1, 0, 1, 0, 0, 1, 1, 0]);
  const costs = [];
  for (let i = 0; i < Number(process.argv[2]); i++) costs.push(train(x, y).item());
  console.log(JSON.stringify({ costs, json: functionToJson(train) }));
`;

interface Report {
  readonly costs: readonly number[];
  readonly json: string;
}

test("a function saved by one process goes on in another with the same bits", () => {
  const folder = mkdtempSync(join(tmpdir(), "saved-"));
  const build = (name: string, minify: boolean): string => {
    const outfile = join(folder, name);
    buildSync({
      stdin: { contents: program, resolveDir: join(__dirname, "../packages/theano-ts") },
      bundle: true,
      format: "esm",
      platform: "node",
      conditions: ["@theano-ts/source"],
      minify,
      outfile,
    });
    return outfile;
  };
  const run = (file: string, steps: number, input: string): Report =>
    JSON.parse(execFileSync(process.execPath, [file, String(steps)], { encoding: "utf8", input })) as Report;
  try {
    const [plain, minified] = [build("plain.mjs", false), build("minified.mjs", true)];
    const whole = run(plain, 40, "");
    const first = run(plain, 20, "");
    const second = run(minified, 20, first.json);
    // A number's text is exact; the saved values are compared by their bytes.
    expect([...first.costs, ...second.costs]).toEqual(whole.costs);
    expect(JSON.parse(second.json).arrays).toEqual(JSON.parse(whole.json).arrays);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
