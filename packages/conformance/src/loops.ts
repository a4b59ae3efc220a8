import {
  axis,
  buffer,
  type Expr,
  index,
  input,
  int,
  type Launch,
  load,
  map,
  type Program,
  type ProgramBuffer,
  prim,
  type RealDType,
  reduce,
  reducer,
  type Step,
  size,
  sizeParam,
  type TypedArray,
  type View,
} from "@theano-ts/kernel";
import { expectClose } from "./compare.ts";
import { type Float, floatOf, floats } from "./float.ts";
import { agree, declare, type Suite, type Trial } from "./harness.ts";

const { add, and, gt, lt, mul } = prim;
const width = 3;

/** Row `at` of a matrix of {@link width} columns. */
const row = (of: ProgramBuffer, at: Expr): View => ({
  buffer: of,
  offset: mul(at, int(width)),
  strides: [int(1)],
});
const whole = (of: ProgramBuffer): View => ({ buffer: of, offset: int(0), strides: [] });

/** `to = from·factor + more`, element by element of a row. */
function step(from: View, more: View, to: View, factor: number): Launch {
  const float = from.buffer.dtype;
  const i = axis(width);
  const [a, b] = [input(float, 1, "a"), input(float, 1, "b")];
  const value = add(mul(load(a, [index(i)]), prim.number(factor, float)), load(b, [index(i)]));
  const kernel = map([i], [{ dtype: float, value }]);
  return { kind: "launch", kernel, inputs: kernel.inputs.map((x) => (x === a ? from : more)), outputs: [to] };
}

/** Row t + 1 = row t / 2 + the input's row t, over all rows; how many is baked in, or an argument. */
function recurrence(float: Float, rows: number | undefined): Program {
  const n = sizeParam("n");
  const count = rows === undefined ? size(n) : int(rows);
  const t = sizeParam("t");
  const [x, h] = [
    buffer(float, mul(count, int(width)), "input"),
    buffer(float, mul(add(count, int(1)), int(width)), "output"),
  ];
  const first = buffer(float, width, "input");
  const zero = buffer(float, width, "constant", floats(float, Array(width).fill(0)));
  const round = step(row(h, size(t)), row(x, size(t)), row(h, add(size(t), int(1))), 0.5);
  return {
    sizes: rows === undefined ? [n] : [],
    buffers: [x, first, zero, h],
    steps: [
      step(row(first, int(0)), row(zero, int(0)), row(h, int(0)), 1),
      { kind: "loop", counter: t, count, steps: [round] },
    ],
  };
}

/** Doubles two rows in turn until the first element is above the limit, at most `most` times; counts the rounds. */
function doubling(float: Float, counter: RealDType, most: number): Program {
  const t = sizeParam("t");
  const [x, ring, rounds] = [
    buffer(float, width, "input"),
    buffer(float, 2 * width, "output"),
    buffer(counter, 1, "output"),
  ];
  const limit = buffer(float, 1, "input");
  const zero = buffer(float, width, "constant", floats(float, Array(width).fill(0)));
  const enough = buffer("bool", 1, "temporary");
  const counted = input(counter, 0, "rounds");
  const [here, there] = [and(size(t), int(1)), and(add(size(t), int(1)), int(1))];
  const [value, most0] = [input(float, 0, "value"), input(float, 0, "limit")];
  const test = map([], [{ dtype: "bool", value: gt(load(value, []), load(most0, [])) }]);
  const one = map([], [{ dtype: counter, value: add(load(counted, []), prim.number(1, counter)) }]);
  const none = map([], [{ dtype: counter, value: prim.number(0, counter) }]);
  const first = { ...row(ring, there), strides: [] };
  const steps: Step[] = [
    step(row(ring, here), row(zero, int(0)), row(ring, there), 2),
    { kind: "launch", kernel: one, inputs: [whole(rounds)], outputs: [whole(rounds)] },
    {
      kind: "launch",
      kernel: test,
      inputs: test.inputs.map((v) => (v === value ? first : whole(limit))),
      outputs: [whole(enough)],
    },
  ];
  return {
    sizes: [],
    buffers: [x, limit, zero, ring, rounds, enough],
    steps: [
      step(row(x, int(0)), row(zero, int(0)), row(ring, int(0)), 1),
      step(row(x, int(0)), row(zero, int(0)), row(ring, int(1)), 1),
      { kind: "launch", kernel: none, inputs: [], outputs: [whole(rounds)] },
      { kind: "loop", counter: t, count: int(most), steps, until: whole(enough) },
    ],
  };
}

/** A loop in a loop: each row is the sum over the rounds of an inner loop whose factor the outer counter chooses. */
function nested(float: Float): Program {
  const [t, s] = [sizeParam("t"), sizeParam("s")];
  const [x, sums, part] = [
    buffer(float, 4 * width, "input"),
    buffer(float, 3 * width, "output"),
    buffer(float, width, "temporary"),
  ];
  const zero = buffer(float, width, "constant", floats(float, Array(width).fill(0)));
  const at = and(add(size(t), size(s)), int(3));
  const inner: Step = {
    kind: "loop",
    counter: s,
    count: add(size(t), int(1)),
    steps: [step(row(part, int(0)), row(x, at), row(part, int(0)), 1)],
  };
  return {
    sizes: [],
    buffers: [x, sums, zero, part],
    steps: [
      {
        kind: "loop",
        counter: t,
        count: int(3),
        steps: [
          step(row(zero, int(0)), row(zero, int(0)), row(part, int(0)), 1),
          inner,
          step(row(part, int(0)), row(zero, int(0)), row(sums, size(t)), 1),
        ],
      },
    ],
  };
}

/** h ← h·w, with a matrix that is the same in every round or another in each. */
function products(float: Float, same: boolean): Program {
  const [n, rounds] = [50, 3];
  const t = sizeParam("t");
  const [i, j, k] = [axis(n), axis(n), axis(n)];
  const [a, b] = [input(float, 2, "h"), input(float, 2, "w")];
  const at = (of: ProgramBuffer, number: Expr): View => ({
    buffer: of,
    offset: mul(number, int(n * n)),
    strides: [int(n), int(1)],
  });
  const body = mul(load(a, [index(i), index(k)]), load(b, [index(k), index(j)]));
  const [value] = reduce(reducer.sum, [k], [body]) as [Expr];
  const kernel = map([i, j], [{ dtype: float, value }]);
  const [w, h] = [buffer(float, rounds * n * n, "input"), buffer(float, (rounds + 1) * n * n, "state")];
  const views = new Map([
    [a, at(h, size(t))],
    [b, at(w, same ? int(0) : size(t))],
  ]);
  const inputs = kernel.inputs.map((x) => views.get(x) as View);
  const round: Step = { kind: "launch", kernel, inputs, outputs: [at(h, add(size(t), int(1)))] };
  return {
    sizes: [],
    buffers: [w, h],
    steps: [{ kind: "loop", counter: t, count: int(rounds), steps: [round] }],
  };
}

/** Twice the input if its first element is negative, else three times. */
function branching(float: Float): Program {
  const [x, out, negative] = [
    buffer(float, width, "input"),
    buffer(float, width, "output"),
    buffer("bool", 1, "temporary"),
  ];
  const zero = buffer(float, width, "constant", floats(float, Array(width).fill(0)));
  const value = input(float, 0, "value");
  const test = map([], [{ dtype: "bool", value: lt(load(value, []), prim.number(0, float)) }]);
  const times = (factor: number): Step => step(row(x, int(0)), row(zero, int(0)), row(out, int(0)), factor);
  return {
    sizes: [],
    buffers: [x, zero, out, negative],
    steps: [
      { kind: "launch", kernel: test, inputs: [whole(x)], outputs: [whole(negative)] },
      { kind: "branch", condition: whole(negative), whenTrue: [times(2)], whenFalse: [times(3)] },
    ],
  };
}

/** What loops and branches must do: rows of rounds, ends before the last round, loops in loops. */
export function testLoops(suite: Suite): void {
  const { backend } = suite;
  const float = floatOf(backend);
  const counter = backend.supports.dtypes.has("int64") ? "int64" : "int32";
  const test = (title: string, trial: () => Trial, slack = 0): void =>
    declare(suite, title, () =>
      agree(suite, trial(), (got, meant) => {
        const all = [...meant.outputs, ...meant.states];
        const made = [...got.outputs, ...got.states];
        all.forEach((m, i) => {
          const dtype = m instanceof Float32Array || m instanceof Float64Array ? float : counter;
          expectClose(made[i] as TypedArray, m, dtype, 0, slack);
        });
      }),
    );
  const numbers = (n: number, divisor = 1): TypedArray =>
    floats(
      float,
      Array.from({ length: n }, (_, i) => ((i % 7) - 2.5) / divisor),
    );
  for (const n of [0, 1, 5, 1000])
    test(`a loop of ${n} rounds, each reading the row before`, () => ({
      program: recurrence(float, n),
      inputs: [numbers(n * width), numbers(width)],
    }));
  if (backend.supports.sizes === "arguments")
    for (const n of [0, 4])
      test(`a loop whose number of rounds is an argument: ${n}`, () => ({
        program: recurrence(float, undefined),
        sizes: [n],
        inputs: [numbers(n * width), numbers(width)],
      }));
  for (const most of [3, 600])
    test(`a loop that may end before its ${most} rounds`, () => ({
      program: doubling(float, counter, most),
      inputs: [floats(float, [1, 2, 3]), floats(float, [2 ** 100])],
    }));
  for (const same of [true, false])
    test(
      `products with ${same ? "the same matrix" : "another matrix"} in each round`,
      // Multiples of a power of two that leave bits to spare in float64, where every sum is exact.
      () => ({
        program: products(float, same),
        inputs: [numbers(3 * 2500)],
        states: [numbers(4 * 2500, 8)],
      }),
      float === "float64" ? 0 : 50 * 2 ** -24 * 50 * 3.5 * 50 * 3.5 * 50 * 3.5,
    );
  test("a loop in a loop", () => ({ program: nested(float), inputs: [numbers(4 * width)] }));
  for (const first of [-1, 1])
    test(`a branch on ${first}`, () => ({
      program: branching(float),
      inputs: [floats(float, [first, 2, 3])],
    }));
}
