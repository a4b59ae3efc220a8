import {
  axis,
  type Backend,
  buffer,
  CheckFailure,
  index,
  input,
  int,
  type Launch,
  load,
  map,
  type Program,
  type ProgramBuffer,
  prim,
  reduce,
  reducer,
  size,
  sizeParam,
  type TypedArray,
  type View,
} from "@theano-ts/kernel";
import { expectClose } from "./compare.ts";
import { agree, declare, type Limits, type Runner, run, type Trial } from "./harness.ts";

const { add, gt, mul } = prim;
const line = (b: ProgramBuffer): View => ({ buffer: b, offset: int(0), strides: [int(1)] });

/** `s ← 2·s + x`, in place, with the old `s` as output; the length is baked in, or an argument. */
function update(given: boolean): Program {
  const n = sizeParam("n");
  const length = given ? size(n) : int(5);
  const i = axis(length);
  const [s, x] = [input("float64", 1, "s"), input("float64", 1, "x")];
  const at = [index(i)];
  const kernel = map(
    [i],
    [
      { dtype: "float64", value: load(s, at) },
      { dtype: "float64", value: add(mul(load(s, at), prim.number(2, "float64")), load(x, at)) },
    ],
  );
  const [bs, bx, old] = [
    buffer("float64", length, "state"),
    buffer("float64", length, "input"),
    buffer("float64", length, "output"),
  ];
  const step: Launch = {
    kind: "launch",
    kernel,
    inputs: kernel.inputs.map((v) => line(v === s ? bs : bx)),
    outputs: [line(old), line(bs)],
  };
  return { sizes: given ? [n] : [], buffers: [bs, bx, old], steps: [step] };
}

/** A temporary that one launch makes and the next reads backwards, after a check that the sum is positive. */
function checked(): Program {
  const i = axis(4);
  const [x, t] = [input("float64", 1, "x"), input("float64", 1, "t")];
  const at = [index(i)];
  const [total] = reduce(reducer.sum, [i], [load(x, at)]);
  const positive = map([], [{ dtype: "bool", value: gt(total as never, prim.number(0, "float64")) }]);
  const first = map([i], [{ dtype: "float64", value: mul(load(x, at), load(x, at)) }]);
  const second = map([i], [{ dtype: "float64", value: load(t, at) }]);
  const [bx, bt, bs] = [
    buffer("float64", 4, "input"),
    buffer("float64", 4, "temporary"),
    buffer("float64", 4, "state"),
  ];
  return {
    sizes: [],
    buffers: [bx, bt, bs],
    steps: [
      { kind: "check", kernel: positive, inputs: [line(bx)], subject: "the sum is not positive" },
      { kind: "launch", kernel: first, inputs: [line(bx)], outputs: [line(bt)] },
      {
        kind: "launch",
        kernel: second,
        inputs: [{ buffer: bt, offset: int(3), strides: [int(-1)] }],
        outputs: [line(bs)],
      },
    ],
  };
}

/** What programs must do beyond single kernels: states, temporaries, sizes as arguments, checks. */
export function testPrograms(backend: Backend, runner: Runner, limits: Limits): void {
  if (!backend.supports.dtypes.has("float64")) return;
  const test = (title: string, trial: () => Trial): void =>
    declare(runner, limits, title, () =>
      agree(backend, trial(), (got, meant) => {
        meant.outputs.forEach((m, i) => expectClose(got.outputs[i] as TypedArray, m, "float64", 0));
        meant.states.forEach((m, i) => expectClose(got.states[i] as TypedArray, m, "float64", 0));
      }),
    );
  test("a state is updated in place, and its old value comes out", () => ({
    program: update(false),
    inputs: [Float64Array.of(1, 2, 3, 4, 5)],
    states: [Float64Array.of(5, 4, 3, 2, 1)],
  }));
  if (backend.supports.sizes === "arguments")
    for (const n of [0, 1, 3, 100])
      test(`a size of ${n} as an argument`, () => ({
        program: update(true),
        sizes: [n],
        inputs: [Float64Array.from({ length: n }, (_, i) => i)],
        states: [new Float64Array(n).fill(0.5)],
      }));
  test("a temporary is read in another order than it was written", () => ({
    program: checked(),
    inputs: [Float64Array.of(1, 2, 3, 4)],
    states: [new Float64Array(4)],
  }));
  declare(runner, limits, "a check that fails stops the run before a state is written", async () => {
    const trial: Trial = {
      program: checked(),
      inputs: [Float64Array.of(1, -2, -3, 4)],
      states: [Float64Array.of(9, 9, 9, 9)],
    };
    await run(backend, trial).then(
      () => {
        throw new Error("the check did not fail");
      },
      (error: unknown) => {
        if (!(error instanceof CheckFailure) || error.subject !== "the sum is not positive") throw error;
      },
    );
  });
  declare(runner, limits, "a buffer gives back what was written to it", async () => {
    const made = backend.allocate("int64", 3);
    backend.write(made, BigInt64Array.of(1n, -(2n ** 62n), 3n));
    expectClose(await backend.read(made), BigInt64Array.of(1n, -(2n ** 62n), 3n), "int64", 0);
    backend.release(made);
  });
}
