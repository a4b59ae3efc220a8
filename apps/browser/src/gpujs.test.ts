import { join } from "node:path";
import { cpu } from "@theano-ts/backend-cpu";
import { gpujs } from "@theano-ts/backend-gpujs";
import { bundle } from "./bundle.ts";
import { describeInBrowser, type Tab } from "./chromium.ts";
import type { Conformed, Held } from "./pages/gpujs.ts";
import { inFloat32, models, type Results } from "./pages/models.ts";

/**
 * Both compute in float32, in another order and with functions of their own: each step of a model may be off by some
 * units in the last place, 2⁻²⁴, and the steps of training add up.
 */
function expectAlike(got: Results, meant: Results): void {
  for (const [name, numbers] of Object.entries(meant)) {
    expect(got[name]?.length).toBe(numbers.length);
    numbers.forEach((x, i) => {
      expect(Math.abs((got[name]?.[i] as number) - x)).toBeLessThanOrEqual(1e-5 * Math.max(1, Math.abs(x)));
    });
  }
}

for (const mode of ["cpu", "webasm"] as const)
  describe(`GPU.js in mode ${mode}, in Node`, () => {
    test.each(Object.entries(models))(
      "%s gives what the CPU gives, from the same source",
      async (_, model) => {
        const backend = await gpujs({ mode, fallback: cpu() });
        expectAlike(await inFloat32(model, backend), await inFloat32(model, cpu()));
      },
    );
  });

describeInBrowser("GPU.js in Chromium", (browser) => {
  let program: string;
  beforeAll(async () => {
    program = await bundle(join(__dirname, "pages", "gpujs.ts"), { from: "source" });
  }, 60_000);
  const open = (): Promise<Tab> => browser.open({ "/": "<!doctype html>", "/gpujs.js": program });

  test.each(["webgl2", "webgpu"] as const)(
    "in mode %s it conforms, but for its limits",
    async (mode) => {
      const tab = await open();
      const { passed, failed, refused } = await tab.call<Conformed>("/gpujs.js", "conform", mode);
      expect(failed).toEqual({});
      expect(passed).toBeGreaterThan(Object.keys(refused).length);
    },
    120_000,
  );

  test.each(["webgl2", "webgl", "webgpu"] as const)(
    "models give in mode %s what they give on the CPU",
    async (mode) => {
      const tab = await open();
      const results = await tab.call<Record<string, [Results, Results]>>("/gpujs.js", "train", mode);
      for (const [onCpu, onDevice] of Object.values(results)) expectAlike(onDevice, onCpu);
    },
    60_000,
  );

  test("calls leave no textures behind, and no memory", async () => {
    const tab = await open();
    const held = await tab.call<Held[]>("/gpujs.js", "repeat", "webgl2", 2000, 4);
    expect(new Set(held.map((h) => h.textures)).size).toBe(1);
    const [first, last] = [held[0] as Held, held.at(-1) as Held];
    expect(last.heapBytes).toBeLessThan(1.5 * first.heapBytes);
  }, 120_000);
});
