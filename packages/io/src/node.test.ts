import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makers, type SharedVariable, shared } from "@theano-ts/core";
import { buildSync } from "esbuild";
import { setSharedValues } from "./index.ts";
import { loadArray, loadArrays, loadShared, saveArray, saveArrays, saveShared } from "./node.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "theano-ts-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const model = (): { w: SharedVariable; b: SharedVariable } => ({
  w: shared(makers.array([[1, 2]]), { name: "w" }),
  b: shared(makers.array(3n), { name: "b" }),
});
const state = ({ w, b }: ReturnType<typeof model>): unknown => [
  w.getValue().toArray(),
  b.getValue().toArray(),
];

test("arrays go to files and back, and nothing is left beside them", async () => {
  const x = makers.arange(6);
  await saveArray(join(folder, "x.npy"), x);
  expect((await loadArray(join(folder, "x.npy"))).toArray()).toEqual(x.toArray());
  for (const name of ["a.npz", "a.safetensors"]) {
    await saveArrays(join(folder, name), { x });
    expect((await loadArrays(join(folder, name))).get("x")?.toArray()).toEqual(x.toArray());
  }
  expect(readdirSync(folder).sort()).toEqual(["a.npz", "a.safetensors", "x.npy"]);
  await expect(saveArrays(join(folder, "a.bin"), { x })).rejects.toThrow("Cannot tell the format of");
});

test("what cannot be written leaves the file that was there", async () => {
  const path = join(folder, "a.safetensors");
  await saveArrays(path, { x: makers.arange(3) });
  const before = readFileSync(path);
  await expect(saveArrays(path, { z: makers.zeros([2], { dtype: "complex128" }) })).rejects.toThrow(
    "Cannot write z",
  );
  expect(readFileSync(path)).toEqual(before);
  expect(readdirSync(folder)).toEqual(["a.safetensors"]);
});

test.each(["state.npz", "state.safetensors"])(
  "the state of a model is saved and restored: %s",
  async (name) => {
    const path = join(folder, name);
    await saveShared(path, model());
    const other = { w: shared(makers.zeros([5, 5])), b: shared(makers.array(0n)) };
    await loadShared(path, other);
    expect(state(other)).toEqual(state(model()));
    const { w, b } = model();
    await saveShared(path, [w, b]);
    await expect(saveShared(path, [w, shared(0)])).rejects.toThrow("it has no name");
  },
);

test("a state that does not fit changes nothing, and all that is wrong is told", async () => {
  const path = join(folder, "state.npz");
  await saveArrays(path, { w: makers.zeros([7]), b: makers.array(4n) });
  const mine = model();
  const before = state(mine);
  await expect(loadShared(path, mine)).rejects.toThrow(
    /w: TensorType\(float64, matrix\) does not take float64\(7\)/,
  );
  expect(() => setSharedValues(mine, new Map([["v", makers.array(1)]]))).toThrow(
    "there is no value for w, b, and no variable is given for v",
  );
  writeFileSync(path, readFileSync(path).subarray(0, 100));
  await expect(loadShared(path, mine)).rejects.toThrow(path);
  expect(state(mine)).toEqual(before);
  setSharedValues(mine, new Map([["b", makers.array(9n)]]), { partial: true });
  expect(mine.b.getValue().item()).toBe(9);
});

test("a program that is killed while it writes leaves a whole file", async () => {
  const script = join(folder, "writer.mjs");
  buildSync({
    stdin: {
      contents: `
        import { makers } from "@theano-ts/core";
        import { saveArrays } from "./node.ts";
        for (let n = Number(process.argv[3]); ; n++) {
          await saveArrays(process.argv[2], { x: makers.full([200_000], n), y: makers.full([50_000], n) });
          process.stdout.write(n + "\\n");
        }`,
      resolveDir: __dirname,
      loader: "ts",
    },
    bundle: true,
    platform: "node",
    format: "esm",
    conditions: ["@theano-ts/source"],
    outfile: script,
  });
  const path = join(folder, "state.npz");
  let last = 0;
  for (let round = 0; round < 25; round++) {
    const child = spawn(process.execPath, [script, path, String(last + 1)], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    let told = last;
    child.stdout.on("data", (text: Buffer) => {
      told = Number(text.toString().trim().split("\n").at(-1));
    });
    await once(child.stdout, "data");
    // Spread over the time that a save or two take.
    await new Promise((done) => setTimeout(done, (round * 7) % 25));
    child.kill("SIGKILL");
    await once(child, "close");
    const arrays = await loadArrays(path);
    const found = new Set([...arrays.values()].flatMap((a) => Array.from(a.data as Float64Array)));
    expect(arrays.size).toBe(2);
    expect(found.size).toBe(1);
    const [n = 0] = found;
    // It may have been killed after the file was there and before it told.
    expect(n - told === 0 || n - told === 1).toBe(true);
    last = n;
  }
  const cutOff = readdirSync(folder).filter((name) => name.endsWith(".tmp"));
  expect(cutOff.length).toBeGreaterThan(0);
}, 60_000);
