import {
  add,
  argmax,
  array,
  compile,
  exp,
  explain,
  max,
  mul,
  type NDArray,
  setSubtensor,
  shared,
  slice,
  subtensor,
  sum,
  type TensorVariable,
  tensorType,
} from "@theano-ts/core";
import { interpreter } from "@theano-ts/kernel";
import { GPU } from "gpu.js";
import { type GpuLibrary, gpujs } from "./index.ts";

const modes = ["cpu", "webasm"] as const;
const vector = (name: string): TensorVariable => tensorType("float32", 1).makeVariable(name);
const floats = (n: number, f: (i: number) => number): NDArray =>
  array(Float32Array.from({ length: n }, (_, i) => f(i)));

describe.each(modes)("in mode %s", (mode) => {
  test.each([1, 255, 256, 257, 5000, 100_003])("%d numbers are summed as if in float64", async (n) => {
    const x = vector("x");
    const f = compile({ inputs: [x], outputs: sum(x), backend: await gpujs({ mode }) });
    const data = floats(n, (i) => ((i * 7919) % 1000) / 7 - 60);
    const exact = (data.toArray() as number[]).reduce((a, b) => a + b, 0);
    // In float64, and rounded at the end: half a unit in the last place; here one and a half.
    expect(Math.abs(Number(f(data)) - exact)).toBeLessThanOrEqual(3 * 2 ** -24 * Math.abs(exact));
    expect(explain(f)).not.toContain("not for");
  });

  test("of a long row, the greatest and where it is first, and NaN if there is one", async () => {
    const x = vector("x");
    const f = compile({ inputs: [x], outputs: [max(x), argmax(x)], backend: await gpujs({ mode }) });
    const data = floats(3001, (i) => (i * 7919) % 2999);
    expect(f(data).map(Number)).toEqual([2998, (data.toArray() as number[]).indexOf(2998)]);
    data.set(Number.NaN, 1234);
    expect(f(data).map(Number)).toEqual([Number.NaN, 1234]);
  });

  test("where a minibatch begins is no reason for another kernel", async () => {
    let made = 0;
    class Counting extends (GPU as unknown as {
      new (s: object): { createKernel(...a: unknown[]): unknown };
    }) {
      override createKernel(...args: unknown[]): unknown {
        made++;
        return super.createKernel(...args);
      }
    }
    const backend = await gpujs({ mode, GPU: Object.assign(Counting, GPU) as unknown as GpuLibrary });
    const x = vector("x");
    const i = tensorType("int64", 0).makeVariable("i");
    const f = compile({ inputs: [x, i], outputs: exp(subtensor(x, i)), backend });
    const data = floats(10, (k) => k / 10);
    f(data, 0);
    const before = made;
    expect([1, 5, 9].map((k) => Number(f(data, k)))).toEqual(
      [0.1, 0.5, 0.9].map((v) => expect.closeTo(Math.exp(v), 6)),
    );
    expect(made).toBe(before);
  });

  test("a shared variable stays on the device, and part of it may be written", async () => {
    const s = shared(
      floats(6, (i) => i),
      { name: "s" },
    );
    const x = vector("x");
    const f = compile({
      inputs: [x],
      outputs: sum(s),
      updates: [[s, setSubtensor(subtensor(s, slice(1, 3)), x)]],
      backend: await gpujs({ mode }),
      onUnusedInput: "ignore",
    });
    expect(Number(f([10, 20]))).toBe(15);
    expect(Number(f([1, 1]))).toBe(42);
    expect(s.getValue().toArray()).toEqual([0, 1, 1, 3, 4, 5]);
  });

  test("integers are exact: in floats up to 2^24, beyond by the fallback, which is told of", async () => {
    const n = tensorType("int32", 1).makeVariable("n");
    const backend = await gpujs({ mode, fallback: interpreter });
    const f = compile({ inputs: [n], outputs: max(n), backend });
    expect(Number(f(array(Int32Array.of(5, 2 ** 24, -3))))).toBe(2 ** 24);
    expect(Number(f(array(Int32Array.of(5, 2 ** 24 + 1, -3))))).toBe(2 ** 24 + 1);
    expect(explain(f)).toMatch(/1 run declined by gpu\.js \(\w+\): an int32 is beyond 2\^24/);
    const g = compile({ inputs: [n], outputs: add(n, n), backend });
    expect((g(array(Int32Array.of(2 ** 30 + 1))) as unknown as NDArray).toArray()).toEqual([-(2 ** 31) + 2]);
    expect(explain(g)).toContain("its integers may pass 2^24");
  });

  test("float64 is for the fallback; strict says why", async () => {
    const x = tensorType("float64", 1).makeVariable("x");
    const options = {
      inputs: [x],
      outputs: mul(x, x),
      backend: await gpujs({ mode, fallback: interpreter }),
    };
    expect((compile(options)([1 / 3]) as unknown as NDArray).toArray()).toEqual([1 / 9]);
    expect(() => compile({ ...options, strict: true })([1 / 3])).toThrow("it has no float64");
    const alone = await gpujs({ mode });
    expect(() => compile({ ...options, backend: alone })([1 / 3])).toThrow(
      /it has no float64\n.*fallback: cpu\(\)/,
    );
  });
});

test("a mode that is not there is refused, with what there is to do", async () => {
  await expect(gpujs({ mode: "webgl2" })).rejects.toThrow(
    "GPU.js cannot work in mode webgl2: there is no WebGL 2 here",
  );
  await expect(gpujs({ mode: "headless-gl" })).rejects.toThrow("install the package gl");
  await expect(gpujs({ mode: "cuda" as never })).rejects.toThrow(
    'There is no mode "cuda": the modes are auto, webgpu',
  );
  await expect(gpujs({ GPU: {} as never })).rejects.toThrow("is no class");
});

test("the best mode that is there is found", async () => {
  expect((await gpujs()).mode).toBe("webasm");
});

test("a device that computes wrongly is refused", async () => {
  class Wrong extends (GPU as unknown as {
    new (s: object): { createKernel(text: string, s: object): unknown };
  }) {
    override createKernel(text: string, settings: object): unknown {
      return super.createKernel(
        text.replace("Math.sqrt(a)", "Math.floor(Math.sqrt(a) * 256) / 256"),
        settings,
      );
    }
  }
  await expect(
    gpujs({ mode: "cpu", GPU: Object.assign(Wrong, GPU) as unknown as GpuLibrary }),
  ).rejects.toThrow(
    /computes wrongly here and is not used: a square root, of 2, is 1\.4140625 instead of 1\.41421/,
  );
});
