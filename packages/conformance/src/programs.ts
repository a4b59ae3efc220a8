import {
  allocate,
  axis,
  buffer,
  CheckFailure,
  index,
  input,
  int,
  isBig,
  isDiscrete,
  type Launch,
  load,
  map,
  type Program,
  type ProgramBuffer,
  prim,
  type RealDType,
  rangeOf,
  reduce,
  reducer,
  size,
  sizeParam,
  type TypedArray,
  type View,
} from "@theano-ts/kernel";
import { expectClose } from "./compare.ts";
import { type Float, floatOf, floats } from "./float.ts";
import { agree, declare, run, type Suite, type Trial } from "./harness.ts";

const { add, gt, mul } = prim;
const line = (b: ProgramBuffer): View => ({ buffer: b, offset: int(0), strides: [int(1)] });

/** `s ← 2·s + x`, in place, with the old `s` as output; the length is baked in, or an argument. */
function update(float: Float, given: boolean): Program {
  const n = sizeParam("n");
  const length = given ? size(n) : int(5);
  const i = axis(length);
  const [s, x] = [input(float, 1, "s"), input(float, 1, "x")];
  const at = [index(i)];
  const kernel = map(
    [i],
    [
      { dtype: float, value: load(s, at) },
      { dtype: float, value: add(mul(load(s, at), prim.number(2, float)), load(x, at)) },
    ],
  );
  const [bs, bx, old] = [
    buffer(float, length, "state"),
    buffer(float, length, "input"),
    buffer(float, length, "output"),
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
function checked(float: Float): Program {
  const i = axis(4);
  const [x, t] = [input(float, 1, "x"), input(float, 1, "t")];
  const at = [index(i)];
  const [total] = reduce(reducer.sum, [i], [load(x, at)]);
  const positive = map([], [{ dtype: "bool", value: gt(total as never, prim.number(0, float)) }]);
  const first = map([i], [{ dtype: float, value: mul(load(x, at), load(x, at)) }]);
  const second = map([i], [{ dtype: float, value: load(t, at) }]);
  const [bx, bt, bs] = [buffer(float, 4, "input"), buffer(float, 4, "temporary"), buffer(float, 4, "state")];
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
export function testPrograms(suite: Suite): void {
  const { backend } = suite;
  const float = floatOf(backend);
  const numbers = (...values: number[]): TypedArray => floats(float, values);
  const test = (title: string, trial: () => Trial): void =>
    declare(suite, title, () =>
      agree(suite, trial(), (got, meant) => {
        meant.outputs.forEach((m, i) => expectClose(got.outputs[i] as TypedArray, m, float, 0));
        meant.states.forEach((m, i) => expectClose(got.states[i] as TypedArray, m, float, 0));
      }),
    );
  test("a state is updated in place, and its old value comes out", () => ({
    program: update(float, false),
    inputs: [numbers(1, 2, 3, 4, 5)],
    states: [numbers(5, 4, 3, 2, 1)],
  }));
  if (backend.supports.sizes === "arguments")
    for (const n of [0, 1, 3, 100])
      test(`a size of ${n} as an argument`, () => ({
        program: update(float, true),
        sizes: [n],
        inputs: [floats(float, Array(n).keys())],
        states: [floats(float, Array(n).fill(0.5))],
      }));
  test("a temporary is read in another order than it was written", () => ({
    program: checked(float),
    inputs: [numbers(1, 2, 3, 4)],
    states: [floats(float, Array(4).fill(0))],
  }));
  declare(suite, "a check that fails stops the run before a state is written", async () => {
    const trial: Trial = {
      program: checked(float),
      inputs: [numbers(1, -2, -3, 4)],
      states: [numbers(9, 9, 9, 9)],
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
  declare(suite, "a buffer gives back what was written to it", async () => {
    for (const dtype of backend.supports.dtypes) {
      const data = numbersOf(dtype);
      const made = backend.allocate(dtype, data.length);
      backend.write(made, data);
      expectClose(await backend.read(made), data, dtype, 0);
      backend.release(made);
    }
  });
}

/** Three numbers of `dtype`, its ends among them if it is an integer. */
function numbersOf(dtype: RealDType): TypedArray {
  const data = allocate(dtype, 3);
  const values = isDiscrete(dtype) ? [rangeOf(dtype).min, 1n, rangeOf(dtype).max] : [-1.5, 0, 1e4];
  values.forEach((v, i) => {
    (data as { [i: number]: number | bigint })[i] = isBig(dtype) ? v : Number(v);
  });
  return data;
}
