import {
  axis,
  buffer,
  CheckFailure,
  constant,
  type Expr,
  index,
  input,
  int,
  load,
  map,
  type Program,
  prim,
  reduce,
  reducer,
  size,
  sizeParam,
  type TypedArray,
  wholeView,
} from "@theano-ts/kernel";
import { cpu } from "./index.ts";

const backend = cpu();

/** out = x + c for vectors of a length given at run time, c a constant of the program. */
function plus(c: number): Program {
  const n = sizeParam("n");
  const i = axis(size(n));
  const [x, y] = [input("float64", 1), input("float64", 1)];
  const [bx, bc, out] = [
    buffer("float64", size(n), "input"),
    buffer("float64", 1, "constant", Float64Array.of(c)),
    buffer("float64", size(n), "output"),
  ];
  const kernel = map([i], [{ dtype: "float64", value: prim.add(load(x, [index(i)]), load(y, [int(0)])) }]);
  const views = new Map([
    [x, wholeView(bx, [size(n)])],
    [y, wholeView(bc, [int(1)])],
  ]);
  return {
    sizes: [n],
    buffers: [bx, bc, out],
    steps: [
      {
        kind: "launch",
        kernel,
        inputs: kernel.inputs.map((k) => views.get(k) as never),
        outputs: [wholeView(out, [size(n)])],
      },
    ],
  };
}

const numbers = (n: number): Float64Array => Float64Array.from({ length: n }, (_, i) => i);

it("runs with new sizes without being compiled again, also after memory had to grow", () => {
  const executable = backend.compile(plus(3));
  for (const n of [3, 0, 5, 3_000_000, 3, 17]) {
    const [out] = executable.run([n], [numbers(n)], []) as [TypedArray];
    expect(out.length).toBe(n);
    if (n > 0) expect(out[n - 1]).toBe(n + 2);
  }
  executable.release();
});

it("gives arrays that later runs leave alone", () => {
  const executable = backend.compile(plus(1));
  const [first] = executable.run([2], [numbers(2)], []);
  executable.run([2], [Float64Array.of(7, 8)], []);
  expect(first).toEqual(Float64Array.of(1, 2));
});

it("reads buffers of the device in place", () => {
  const executable = backend.compile(plus(1));
  const held = backend.allocate("float64", 3);
  backend.write(held, Float64Array.of(5, 6, 7));
  expect(executable.run([3], [held], [])).toEqual([Float64Array.of(6, 7, 8)]);
  expect(executable.run([3], [Float64Array.of(0, 0, 0)], [])).toEqual([Float64Array.of(1, 1, 1)]);
  expect(executable.run([3], [held], [])).toEqual([Float64Array.of(6, 7, 8)]);
  backend.release(held);
  expect(() => executable.run([3], [held], [])).toThrow("released");
});

it("writes states in place, and none of them when a check fails", () => {
  const i = axis(4);
  const w = input("float32", 1);
  const state = buffer("float32", 4, "state");
  const limit = input("float32", 0);
  const given = buffer("float32", 1, "input");
  const view = wholeView(state, [int(4)]);
  const [sum] = reduce(reducer.sum, [i], [load(w, [index(i)])]) as [Expr];
  const check = map([], [{ dtype: "bool", value: prim.lt(sum, load(limit, [])) }]);
  const kernel = map([i], [{ dtype: "float32", value: prim.add(load(w, [index(i)]), 1) }]);
  const views = new Map([
    [w, view],
    [limit, wholeView(given, [])],
  ]);
  const executable = backend.compile({
    sizes: [],
    buffers: [given, state],
    steps: [
      {
        kind: "check",
        kernel: check,
        inputs: check.inputs.map((x) => views.get(x) as never),
        subject: "too large",
      },
      { kind: "launch", kernel, inputs: [view], outputs: [view] },
    ],
  });
  const held = backend.allocate("float32", 4);
  backend.write(held, Float32Array.of(0, 1, 2, 3));
  executable.run([], [Float32Array.of(10)], [held]);
  expect(backend.read(held)).toEqual(Float32Array.of(1, 2, 3, 4));
  let failure: unknown;
  try {
    executable.run([], [Float32Array.of(10)], [held]);
  } catch (e) {
    failure = e;
  }
  expect(failure).toBeInstanceOf(CheckFailure);
  expect((failure as CheckFailure).subject).toBe("too large");
  expect(backend.read(held)).toEqual(Float32Array.of(1, 2, 3, 4));
  backend.release(held);
});

it("does not fill memory when executables are dropped without being released", () => {
  const probe = backend.allocate("float64", 1) as unknown as { address: number };
  for (let k = 0; k < 1500; k++) {
    const executable = backend.compile(plus(k));
    const [out] = executable.run([1], [numbers(1)], []) as [TypedArray];
    if (out[0] !== k) throw new Error(`${out[0]}, not ${k}`);
  }
  const after = backend.allocate("float64", 1) as unknown as { address: number };
  // Two cache lines for each of at most 1024 executables.
  expect(after.address - probe.address).toBeLessThan(2 ** 18);
});

it("says what it made", () => {
  const [i, j] = [axis(100), axis(784)];
  const [x, n] = [input("float32", 2, "x"), constant(1, "float32")];
  const [b, out] = [buffer("float32", 78400, "input"), buffer("float32", 78400, "output")];
  const kernel = map(
    [i, j],
    [{ dtype: "float32", value: prim.add(prim.gammaln(load(x, [index(i), index(j)])), n) }],
  );
  const shape = [int(100), int(784)];
  const executable = backend.compile({
    sizes: [],
    buffers: [b, out],
    steps: [{ kind: "launch", kernel, inputs: [wholeView(b, shape)], outputs: [wholeView(out, shape)] }],
  });
  expect(executable.explain()).toBe("0: map [78400] f32x4 by 4 · calls gammaln");
});

it("has fused multiply-add only where it was asked for", () => {
  expect(backend.fma).toBe(false);
  expect(typeof cpu({ fma: true }).fma).toBe("boolean");
});
