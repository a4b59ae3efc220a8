import { readFileSync } from "node:fs";
import { join } from "node:path";
import { complex } from "theano-ts";
import { bundle } from "./bundle.ts";
import { describeInBrowser, type Tab } from "./chromium.ts";
import { guide } from "./guide.ts";
import { isolated, type Site } from "./serve.ts";
import { buildWorkspace, root } from "./workspace.ts";

// The packages as they are published, in a browser. What is expected comes from formulas, or was printed by NumPy
// and Theano.

/** `expected` with every number of it allowed an error of 1e-12, for numbers near 1. */
function near<V>(expected: V): V {
  if (typeof expected === "number") return expect.closeTo(expected, 12) as V;
  if (Array.isArray(expected)) return expected.map(near) as V;
  if (typeof expected !== "object" || expected === null) return expected;
  return Object.fromEntries(Object.entries(expected).map(([name, value]) => [name, near(value)])) as V;
}

const points = [
  [0.5, -1],
  [1.5, 2],
  [-0.25, 0.75],
  [2, 0.125],
];
const classes = [0, 1, 1, 0];

const page = (name: string): string => join(__dirname, "pages", `${name}.ts`);

/** Gradient descent on the logistic regression of `classes` by `points`, as textbooks have it. */
function descend(rate: number, steps: number) {
  const [w, n] = [points[0]!.map(() => 0), points.length];
  let b = 0;
  const costs: number[] = [];
  for (let step = 0; step < steps; step++) {
    const p = points.map((x) => 1 / (1 + Math.exp(-x.reduce((sum, xj, j) => sum + xj * w[j]!, b))));
    costs.push(-p.reduce((sum, pi, i) => sum + Math.log(classes[i] ? pi : 1 - pi), 0) / n);
    const slopes = p.map((pi, i) => (pi - classes[i]!) / n);
    for (const j of w.keys()) w[j]! -= rate * slopes.reduce((sum, s, i) => sum + s * points[i]![j]!, 0);
    b -= rate * slopes.reduce((sum, s) => sum + s, 0);
  }
  return { costs, w, b };
}

const draws = {
  state: [1.6243453636632417, -0.6117564136500754, -0.5281717522634557],
  numpy: [
    [
      [0.28981832821360787, 0.43959684456374404],
      [0.5394514324133951, 0.619183115419523],
    ],
    [
      [0.6254604685816119, 0.474218550980556],
      [0.9749166629053753, 0.09296691671649593],
    ],
  ],
  mrg: [[0.23648804426193237], [0.2352812890894711]],
};

/** A program of pages/programs.ts, what it is called with, and what it gives. */
const programs: readonly [title: string, name: string, args: readonly unknown[], expected: unknown][] = [
  ["a model is trained", "train", [points, classes, 0.5, 50], near(descend(0.5, 50))],
  [
    "a loop of so many steps, and its gradient",
    "power",
    [[1, 2, -3], 3],
    near({ value: [1, 8, -27], slope: [3, 12, 27] }),
  ],
  ["a loop that reads two steps back", "sums", [1, 1, 6], [2, 3, 5, 8, 13, 21]],
  ["random numbers are NumPy's and Theano's", "draws", [], draws],
  [
    "complex numbers",
    "complexNumbers",
    [complex(1, 2), complex(3, -1)],
    near({ product: complex(5, 5), modulus: 5 ** 0.5 }),
  ],
  [
    "64-bit integers beyond doubles",
    "integers",
    [2n ** 53n, 3n],
    { sum: 2n ** 53n + 3n, product: 2n ** 53n * 3n },
  ],
  [
    "64-bit integers that wrap around",
    "integers",
    [2n ** 63n - 1n, 2n],
    { sum: 1n - 2n ** 63n, product: -2n },
  ],
  [
    "second derivatives",
    "hessian",
    [[1, -2]],
    near([
      [6, 0],
      [0, -12],
    ]),
  ],
];

describeInBrowser("the built packages in Chromium", (browser) => {
  let bundled: Site;
  let unbundled: Site;
  beforeAll(async () => {
    buildWorkspace();
    bundled = {
      "/": "<!doctype html>",
      "/programs.js": await bundle(page("programs"), { from: "dist" }),
    };
    unbundled = {
      "/": '<!doctype html><script type="importmap">{ "imports": { "theano-ts": "/theano.js" } }</script>',
      "/programs.js": await bundle(page("programs"), { from: "dist", external: ["theano-ts"] }),
      "/theano.js": singleFile("theano.js"),
    };
  }, 300_000);

  describe.each([
    ["from a bundler, with cross-origin isolation", () => bundled, isolated],
    ["from a bundler, without cross-origin isolation", () => bundled, {}],
    ["from a page without a bundler, with cross-origin isolation", () => unbundled, isolated],
    ["from a page without a bundler, without cross-origin isolation", () => unbundled, {}],
  ])("%s", (_, site, headers) => {
    let tab: Tab;
    beforeAll(async () => {
      tab = await browser.open(site(), headers);
      expect(await tab.page.evaluate("crossOriginIsolated")).toBe(headers === isolated);
    });
    afterAll(() => expect(tab.errors).toEqual([]));

    test.each(programs)("%s", async (_, name, args, expected) => {
      expect(await tab.call("/programs.js", name, ...args)).toEqual(expected);
    });
  });

  test("in a bundle, an error shows all the lines that led to where something was made", async () => {
    const tab = await browser.open(bundled);
    const { call, graph } = await tab.call<{ call: string; graph: string }>("/programs.js", "errors");
    expect(call).toMatch(
      "Cannot take add of x: float64(2) and y: float64(3): sizes along dimension 0 are 2 and 3\n",
    );
    expect(graph).toMatch(
      "cost must be a scalar, but Elemwise{add,no_inplace}.0 is TensorType(float64, vector)",
    );
    for (const message of [call, graph]) {
      const lines = [...message.matchAll(/\/programs\.js:(\d+):\d+$/gm)].map(([, line]) => Number(line));
      const code = String(bundled["/programs.js"]).split("\n");
      expect(lines.map((line) => code[line - 1])).toContainEqual(
        expect.stringMatching(/ = x\d*\.add\(y\d*\);$/),
      );
    }
  });

  /** What the page's own program prints, under a policy. */
  async function underPolicy(scripts: string): Promise<Record<string, unknown>> {
    const site = {
      "/": `<!doctype html><script type="module" src="/policy.js"></script>`,
      "/policy.js": await bundle(page("policy"), { from: "dist" }),
    };
    const tab = await browser.open(site, {
      "content-security-policy": `default-src 'none'; script-src ${scripts}`,
    });
    return JSON.parse((await tab.prints(1))[0] as string);
  }
  const refused = { eval: "EvalError", newFunction: "EvalError" };

  test("a policy needs to allow WebAssembly, and no code made from text", async () => {
    expect(await underPolicy("'self' 'wasm-unsafe-eval'")).toEqual({
      ...refused,
      train: near(descend(0.5, 50)),
      power: near({ value: [1, 8, -27], slope: [3, 12, 27] }),
      draws,
    });
  });

  test("under a policy that forbids WebAssembly, an error says so", async () => {
    const error = expect.stringContaining(
      "the page's Content-Security-Policy forbids WebAssembly; add 'wasm-unsafe-eval'",
    );
    expect(await underPolicy("'self'")).toEqual({ ...refused, train: error, power: error, draws: error });
  });

  describe("the guide's programs", () => {
    const { programs, files } = guide();

    test.each(programs)("$at prints what it says", async ({ language, code, prints }) => {
      const html = '<!doctype html><script type="module" src="/program.js"></script>';
      const site =
        language === "ts"
          ? { "/": html, "/program.js": await bundle({ text: code }, { from: "dist" }) }
          : { "/": code, "/theano.js": singleFile("theano.js"), ...files };
      const tab = await browser.open(site);
      expect((await tab.prints(1)).join("\n")).toBe(prints);
      expect(tab.errors).toEqual([]);
    });
  });

  describe("the single file", () => {
    const mistake = (path: string): string => `<!doctype html>
      <script type="importmap">{ "imports": { "theano-ts": "${path}" } }</script>
      <script type="module">
        import { T } from "theano-ts";
        const v = T.dvector("v");
        try {
          T.grad(v.mul(2), v);
        } catch (error) {
          console.log(error.message);
        }
      </script>`;

    test.each(["/node_modules/theano-ts/dist/browser/theano.js", "/theano.js", "/deps/theano-ts.js?v=1"])(
      "from %s, errors name the user's line, and no other",
      async (path) => {
        const tab = await browser.open({
          "/": mistake(path),
          [path.replace(/\?.*/, "")]: singleFile("theano.js"),
        });
        const [message = ""] = await tab.prints(1);
        const [first = "", ...places] = message
          .split(/^ +(?:made at +)?(?=http)/m)
          .map((line) => line.trim());
        expect(first).toMatch("cost must be a scalar");
        expect(places).toEqual([`${tab.url}/:7:20`]);
      },
    );

    test("has a source map with the sources in it, and the licences of what it has taken in", () => {
      const { sources, sourcesContent } = JSON.parse(singleFile("theano.js.map"));
      const at = (sources as string[]).findIndex((path) => path.endsWith("kernel/src/expr.ts"));
      expect(sourcesContent[at]).toBe(readFileSync(join(root, "packages/kernel/src/expr.ts"), "utf8"));
      expect(singleFile("theano.js")).toMatch(/\n\/\/# sourceMappingURL=theano.js.map\n$/);
      const licences = singleFile("theano.js.LEGAL.txt");
      for (const holder of ["the theano-ts authors", "David Bau", "Johannes Baagøe", "Arjun Barrett"])
        expect(licences).toMatch(new RegExp(`Copyright.* ${holder}`));
    });
  });
});

/** One of the files that the umbrella publishes for pages without a bundler. */
function singleFile(name: string): string {
  return readFileSync(join(root, "packages", "theano-ts", "dist", "browser", name), "utf8");
}
