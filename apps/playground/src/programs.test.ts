import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { listed } from "./catalogue.ts";
import type { Entry, Images, MadeFunction, Message } from "./messages.ts";
import { bundles, textsOf } from "./site.ts";

// Every program of the list, run by what runs it in the worker of the page, but for what only browsers have: blobs and
// messages. What the documents say that it prints, it prints; random numbers are what NumPy draws.

const driver = `
  import { writeFileSync } from "node:fs";
  import { pathToFileURL } from "node:url";
  const [folder, backend] = process.argv.slice(-2);
  const { runProgram } = await import(pathToFileURL(folder + "/run.js"));
  let text = "";
  for await (const part of process.stdin) text += part;
  const messages = [];
  await runProgram({ text, backend }, {
    addresses: { "theano-ts": pathToFileURL(folder + "/theano-ts/dist/index.js").href },
    load: (code) => {
      const file = folder + "/program" + process.pid + ".js";
      writeFileSync(file, code);
      return import(pathToFileURL(file));
    },
    send: (message) => messages.push(message),
  });
  const plain = (key, value) => (ArrayBuffer.isView(value) ? [...value] : value);
  process.stdout.write(JSON.stringify(messages, plain), () => process.exit());
`;

let folder = "";
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "playground-"));
  const files = await bundles(__dirname, {
    run: "worker/run.ts",
    "theano-ts/dist/index": "worker/library.ts",
  });
  for (const [path, text] of Object.entries({ ...files, "/package.json": '{"type":"module"}' })) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true }));

/** What a program tells the page, to the end. */
async function run(text: string, backend = "cpu"): Promise<Message[]> {
  const running = promisify(execFile)(
    process.execPath,
    ["--input-type=module", "--eval", driver, folder, backend],
    { maxBuffer: 2 ** 28 },
  );
  running.child.stdin?.end(text);
  return JSON.parse((await running).stdout) as Message[];
}

const textOf = ({ parts }: Entry): string =>
  parts
    .map(({ text }) => text)
    .join(" ")
    .replace(/\s+/g, " ");
const entriesOf = (messages: readonly Message[]): Entry[] =>
  messages.flatMap((m) => (m.kind === "output" ? m.entries : []));
const printedBy = (messages: readonly Message[]): string[] =>
  entriesOf(messages)
    .map(textOf)
    .filter((line) => line !== "");
const functionsOf = (messages: readonly Message[]): MadeFunction[] =>
  messages.flatMap((m) => (m.kind === "function" ? [m.made] : []));
const imagesOf = (messages: readonly Message[], label: string): Images => {
  const found = entriesOf(messages)
    .filter((e) => e.label === label)
    .at(-1);
  return found?.parts[0]?.images as Images;
};
const failureOf = (messages: readonly Message[]) =>
  messages.flatMap((m) => (m.kind === "failed" ? [m.failure] : []))[0];

const logistic = "[[0.5 0.73105858] [0.26894142 0.11920292]]";

/** What programs print, line by line; times differ. */
const printed: Readonly<Record<string, readonly (string | RegExp)[]>> = {
  logisticRegression: [
    "Initial weights: [-1.63324728 0.94299613 -1.47825013 -0.83847097 0.99169952]",
    "Final weights: [-0.09412283 0.02071289 0.02098929 0.06323052 0.12914153]",
    /^Final bias: 0\.173760596836/,
    "400 of 400 predictions are right.",
  ],
  perceptron: ["Share of the points that are right: 1.0"],
  boltzmann: [],
  functions: [
    logistic,
    logistic,
    "[[ 1. 0.] [-1. -2.]]",
    "[[1. 0.] [1. 2.]]",
    "[[1. 0.] [1. 4.]]",
    "34.0 35.0",
    "68.0 70.0 33.0 34.0 33.0",
  ],
  state: ["0 0 1", "1 301", "-1 2", "2 0", "7 0", "100 10", "10"],
  randomStreams: [
    "f() draws other numbers each time: [[0.28981833 0.43959684] [0.53945143 0.61918312]] [[0.62546047 0.47421855] [0.97491666 0.09296692]]",
    "g() the same ones: [[ 0.6974732 0.39549477] [-2.62737384 -0.9054168 ]] [[ 0.6974732 0.39549477] [-2.62737384 -0.9054168 ]]",
    "In one call a variable is drawn once: [[0. 0.] [0. 0.]]",
    "Once more from the state before: true false",
    "Two seeds: [0.72803009] [0.55056769]",
    "The same state: [0.59044123] [0.59044123]",
  ],
  gradients: [
    "6",
    "45.0",
    "10.0 20.0",
    "[ 2. 4. 6. 8. 10.]",
    "[20. 22. 24.]",
    "0 1 2",
    "55.0 1.5",
    "21.25 2.25",
    "12.8125 2.625",
    /^2\.99999999/,
  ],
  expressions: [
    "x",
    "Elemwise{pow,no_inplace}.0",
    "(x ** TensorConstant{2})",
    "TensorType(float64, scalar)",
    "9.0 9.0",
    "[array([18., 37.]), array(91.)]",
    "[array([14., 32.]), array(91.)]",
    "[array([18., 37.]), array(91.)]",
    "TensorType(float64, matrix)",
    "[[ 9. 16.] [ 4. 1.]]",
    "[[ 1. 4.] [ 9. 16.]]",
    "before: [[1. 2.] [3. 4.]]",
    "returned: [[1. 2.] [3. 4.]]",
    "after: [[0. 1.] [2. 3.]]",
    "20.0",
    "[[9. 8. 7.] [4. 5. 6.]]",
    "[2. 2.]",
  ],
  scan: [
    "[ 0. 1. 4. 9. 16. 25. 36. 49. 64. 81.]",
    "[[0.96402758 0.99505475] [0.96402758 0.99505475]]",
    "[ 42.5 76. 142. 232.5]",
    "80.0",
  ],
  fused: [
    "[0.84728 0.84727181 0.84726362 ... 0.84711794 0.84712614 0.84713433]",
    /^[\d.]+ ms for a million elements of ten operations\.$/,
    /^[\d.]+ ms in JavaScript\.$/,
    "Both give the same, to three decimals: true",
  ],
};

const texts = textsOf(__dirname);
const runs = new Map<string, Promise<Message[]>>();

/** What a listed program tells the page; it is run once for all tests. */
function runListed(id: string): Promise<Message[]> {
  const running = runs.get(id) ?? run(texts[id] as string);
  runs.set(id, running);
  return running;
}

test("every program of the list has a text, and is known here", () => {
  expect(Object.keys(printed).sort()).toEqual(listed.map(({ id }) => id).sort());
  expect(Object.keys(texts).sort()).toEqual(Object.keys(printed).sort());
});

test.each(listed.map(({ id }) => id))(
  "%s runs and prints what it should, and its functions can be looked into",
  async (id) => {
    const messages = await runListed(id);
    expect(failureOf(messages)).toBeUndefined();
    expect(messages.at(-1)?.kind).toBe("finished");
    const lines = printedBy(messages);
    const expected = printed[id] ?? [];
    expect(lines.length).toBe(expected.length);
    expected.forEach((line, i) => {
      if (typeof line === "string") expect(lines[i]).toBe(line);
      else expect(lines[i]).toMatch(line);
    });
    const functions = functionsOf(messages);
    expect(functions.length).toBeGreaterThan(0);
    for (const { graphs, line } of functions) {
      expect(graphs?.given.svg).toContain("<svg");
      expect(graphs?.optimised.text).toContain("[id A]");
      expect(line).toBeGreaterThan(0);
    }
    const planned = new Set(messages.flatMap((m) => (m.kind === "plan" ? [m.id] : [])));
    expect(planned.size).toBe(functions.length);
  },
  60_000,
);

/** The numbers in a line. */
const numbersIn = (line: string): number[] =>
  (line.replace(/(, dtype=)?float\d+/g, "").match(/-?\d+(\.\d*)?(e-?\d+)?/g) ?? []).map(Number);

// `floatX` is float32 for backends that have no float64.
test.each(listed.map(({ id }) => id))(
  "%s runs in float32, too",
  async (id) => {
    const text = (texts[id] as string).replace(
      'from "theano-ts";',
      'from "theano-ts"; theano.config.floatX = "float32";',
    );
    const messages = await run(text);
    expect(failureOf(messages)).toBeUndefined();
    const lines = printedBy(messages);
    expect(lines.length).toBe(printed[id]?.length);
    printed[id]?.forEach((line, i) => {
      if (typeof line !== "string") return;
      const numbers = numbersIn(line);
      const found = numbersIn(lines[i] as string);
      expect([line, found.length]).toEqual([line, numbers.length]);
      // Ten thousand steps of training lose two of float32's seven digits.
      for (const [k, x] of numbers.entries())
        expect(Math.abs((found[k] as number) - x)).toBeLessThanOrEqual(1e-5 * Math.max(1, Math.abs(x)));
    });
  },
  60_000,
);

test("the machine restores letters that it has learned", async () => {
  const messages = await runListed("boltzmann");
  const letters = rowsOf(imagesOf(messages, "what it is to learn"));
  const [damaged, made] = ["damaged letters", "what it makes of them"].map((label) =>
    rowsOf(imagesOf(messages, label)),
  ) as [number[][], number[][]];
  const wrong = (rows: readonly number[][]): number[] =>
    rows.map((row, i) => row.filter((v, j) => Math.round(v) !== letters[i % 6]?.[j]).length);
  expect(damaged.length).toBe(24);
  expect(wrong(damaged).reduce((a, b) => a + b)).toBeGreaterThan(24 * 4);
  expect(wrong(made).filter((count) => count <= 1).length).toBeGreaterThanOrEqual(20);
}, 60_000);

const rowsOf = ({ count, height, width, values }: Images): number[][] =>
  Array.from({ length: count }, (_, i) => [...values.slice(i * height * width, (i + 1) * height * width)]);

test("curves are drawn of what a function returns, and its functions have the program's names", async () => {
  const messages = await runListed("perceptron");
  expect(functionsOf(messages).map(({ name }) => name)).toEqual(["train", "test", "think"]);
  const last = messages
    .flatMap((m) => (m.kind === "calls" ? m.calls : []))
    .filter(({ id }) => id === 0)
    .at(-1);
  expect(last?.count).toBe(3000);
  expect(last?.curves.map(({ name, count }) => [name, count])).toEqual([["cost", 3000]]);
  expect([...(last?.curves[0]?.last ?? [])].at(-1)).toBeLessThan(0.01);
}, 60_000);

test("an error tells its line, the line that made the expression, and no place that is not the program's", async () => {
  const failure = failureOf(
    await run(
      [
        'import theano, { T } from "theano-ts";',
        'const [x, y] = T.dvectors("x", "y");',
        "interface Nothing {",
        "  a: number;",
        "}",
        "const total = x.add(y);",
        "const f = theano.function([x, y], total.sum());",
        "function call(): void {",
        "  f([1, 2], [1, 2, 3]);",
        "}",
        "call();",
      ].join("\n"),
    ),
  );
  expect(failure).toMatchObject({ line: 9, madeLine: 6 });
  expect(failure?.message).toMatch(/^ValueError: Cannot take add of x: float64\(2\) and y: float64\(3\)/);
  expect(failure?.message).toMatch(/made at {2}line 6$/);
  expect(failure?.message).not.toMatch(/file:|\.js/);
});

test.each([
  ["const a = 1;\nconst b = ;", 2, /^SyntaxError: /],
  ['\nimport fs from "node:fs";\nfs;', 2, /^SyntaxError: Cannot import "node:fs"/],
  ["\n\nundefinedName();", 3, /^ReferenceError: undefinedName is not defined/],
  ["await 1;\nthrow 'text';", 0, /^Uncaught: text/],
  ['await Promise.reject(new RangeError("late"));', 1, /^RangeError: late/],
  ['import { noSuchName } from "theano-ts";\nnoSuchName();', 0, /noSuchName/],
])("%j ends with its reason", async (text, line, message) => {
  const failure = failureOf(await run(text));
  expect(failure?.line).toBe(line);
  expect(failure?.message).toMatch(message);
});

test("plot and image show what they are given, and refuse what cannot be shown", async () => {
  const messages = await run(
    [
      'import { np } from "theano-ts";',
      "for (let i = 0; i < 30; i++) plot({ square: i * i, root: np.array(Math.sqrt(i)) });",
      "plot(7);",
      "image({ weights: np.eye(5) });",
      "image({ weights: np.zeros([2, 4, 4]) });",
      "image([[1, 2, 3, 4], [1, 2, 3, 4], [1, 2, 3, 4], [1, 2, 3, 4]]);",
      "console.log(np.eye(4));",
      "image(np.zeros(3));",
    ].join("\n"),
  );
  const [plots] = messages.flatMap((m) => (m.kind === "plots" ? [m.plots] : [])).slice(-1);
  expect(plots?.map(({ name, count, last }) => [name, count, [...last].at(-1)])).toEqual([
    ["square", 30, 841],
    ["root", 30, Math.sqrt(29)],
    ["", 1, 7],
  ]);
  expect(imagesOf(messages, "weights")).toMatchObject({ count: 2, height: 4, width: 4 });
  expect(entriesOf(messages).map(({ line }) => line)).toEqual([5, 6, 7]);
  expect(failureOf(messages)).toMatchObject({
    line: 8,
    message: expect.stringContaining("image takes a matrix"),
  });
});

test("a backend that is not there is named, with those that are", async () => {
  expect(failureOf(await run("1;", "abacus"))?.message).toContain(
    'There is no backend "abacus": there are cpu',
  );
});
