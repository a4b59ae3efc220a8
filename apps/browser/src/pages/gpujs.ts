import { cpu } from "@theano-ts/backend-cpu";
import { type GpujsMode, gpujs, limitsOf } from "@theano-ts/backend-gpujs";
import { conformance } from "@theano-ts/conformance";
import theano, { config, np, T } from "theano-ts";
import { inFloat32, models, type Results } from "./models.ts";

/** What came of the conformance suite: how many tests passed, what failed, what the backend refuses, and why. */
export interface Conformed {
  readonly passed: number;
  readonly failed: Readonly<Record<string, string>>;
  readonly refused: Readonly<Record<string, string>>;
}

/** Runs the conformance suite in the page. */
export async function conform(mode: GpujsMode): Promise<Conformed> {
  const backend = await gpujs({ mode });
  const tests: [string, () => Promise<void>][] = [];
  const runner = {
    describe: (_: string, body: () => void) => body(),
    it: (title: string, body: () => Promise<void>) => tests.push([title, body]),
  };
  const report = conformance(backend, runner, limitsOf[backend.mode]);
  const failed: Record<string, string> = {};
  for (const [title, body] of tests)
    await body().catch((error: unknown) => {
      failed[title] = String(error);
    });
  return {
    passed: tests.length - Object.keys(failed).length,
    failed,
    refused: Object.fromEntries(report.refused),
  };
}

/** What each model gives on the CPU's backend, and on GPU.js. */
export async function train(mode: GpujsMode): Promise<Record<string, readonly [Results, Results]>> {
  const backends = [cpu(), await gpujs({ mode, fallback: cpu() })] as const;
  const all: Record<string, readonly [Results, Results]> = {};
  for (const [name, model] of Object.entries(models))
    all[name] = [await inFloat32(model, backends[0]), await inFloat32(model, backends[1])];
  return all;
}

/** How much there is after some calls. */
export interface Held {
  readonly calls: number;
  readonly textures: number;
  readonly heapBytes: number;
}

/** Calls a function that updates a shared variable again and again, and counts what is there, `times` times in all. */
export async function repeat(mode: "webgl2" | "webgl", calls: number, times: number): Promise<Held[]> {
  const living = countTextures();
  const backend = await gpujs({ mode, fallback: cpu() });
  config.floatX = "float32";
  const x = T.fvector("x");
  const s = theano.shared(np.zeros(16, { dtype: "float32" }), { name: "s" });
  const f = theano.function([x], T.tanh(s.add(x)).sum(), { backend, updates: [[s, s.mul(0.5).add(x)]] });
  const argument = np.ones(16, { dtype: "float32" });
  const held: Held[] = [];
  for (let k = 0; k < times; k++) {
    for (let i = 0; i < calls / times; i++) {
      f(argument);
      // A turn of the event loop now and then, as pages have them.
      if (i % 100 === 0) await new Promise((resolve) => setTimeout(resolve));
    }
    const { memory } = performance as unknown as { memory: { usedJSHeapSize: number } };
    held.push({ calls: ((k + 1) * calls) / times, textures: living(), heapBytes: memory.usedJSHeapSize });
  }
  return held;
}

/** A count of the textures that were made from now on and not deleted. */
function countTextures(): () => number {
  let count = 0;
  for (const { prototype } of [WebGL2RenderingContext, WebGLRenderingContext]) {
    const { createTexture, deleteTexture } = prototype;
    prototype.createTexture = function () {
      count++;
      return createTexture.call(this);
    };
    prototype.deleteTexture = function (texture) {
      if (texture) count--;
      deleteTexture.call(this, texture);
    };
  }
  return () => count;
}
