import { conformance } from "@theano-ts/conformance";
import * as K from "@theano-ts/kernel";
import { javascript } from "./index.ts";

const report = conformance(javascript(), { describe, it });

it("refuses whatever is no map kernel", () => {
  const kinds = ["branch", "fold", "loop", "scatter"];
  expect([...new Set(report.refused.values())].sort()).toEqual(
    kinds.map((kind) => `it runs map kernels only, and this is a ${kind}`),
  );
});

it("computes both results of a reduction in one loop", async () => {
  const [i, k] = [K.axis(2), K.axis(3)];
  const x = K.input("float64", 2, "x");
  const [most, place] = K.reduce(K.reducer.argmax, [k], [K.load(x, [K.index(i), K.index(k)]), K.index(k)]);
  const kernel = K.map(
    [i],
    [
      { dtype: "float64", value: most! },
      { dtype: "int32", value: place! },
    ],
  );
  const [given, values, places] = [
    K.buffer("float64", 6, "input"),
    K.buffer("float64", 2, "output"),
    K.buffer("int32", 2, "output"),
  ];
  const program: K.Program = {
    sizes: [],
    buffers: [given, values, places],
    steps: [
      {
        kind: "launch",
        kernel,
        inputs: [K.wholeView(given, [K.int(2), K.int(3)])],
        outputs: [K.wholeView(values, [K.int(2)]), K.wholeView(places, [K.int(2)])],
      },
    ],
  };
  const executable = javascript().compile(program);
  const results = await executable.run([], [Float64Array.of(1, 5, 5, -1, -2, Number.NaN)], []);
  expect(results.map((r) => [...r])).toEqual([
    [5, Number.NaN],
    [1, 2],
  ]);
  expect(executable.explain?.().match(/for /g)?.length).toBe(2);
});
