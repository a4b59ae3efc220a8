import {
  add,
  arange,
  array,
  cast,
  compile,
  constant,
  dot,
  exp,
  gt,
  mul,
  type NDArray,
  OrderedUpdates,
  shared,
  sub,
  subtensor,
  sum,
  type TensorVariable,
  tanh,
  tensorType,
  type Variable,
  switch as where,
} from "@theano-ts/core";
import { interpreter } from "@theano-ts/kernel";
import { foldl, foldr, map, reduce, type ScanOp, scan, until } from "./index.ts";

const vector = (name: string): TensorVariable<"float64", 1> => tensorType("float64", 1).makeVariable(name);
const scalar = (name: string): TensorVariable<"float64", 0> => tensorType("float64", 0).makeVariable(name);
const matrix = (name: string): TensorVariable<"float64", 2> => tensorType("float64", 2).makeVariable(name);
const integer = (name: string): TensorVariable<"int64", 0> => tensorType("int64", 0).makeVariable(name);
const zero = constant(0, { dtype: "float64" });

/** The values of `outputs` for these values of inputs. */
const run = (
  outputs: readonly TensorVariable[],
  values: readonly (readonly [TensorVariable, unknown])[],
): unknown[] =>
  (
    compile({ inputs: values.map(([v]) => v), outputs, backend: interpreter })(
      ...values.map(([, x]) => x as number),
    ) as readonly NDArray[]
  ).map((x) => x.toArray());

const xs = [1, 2, 3, 4, 5];

/** What `body` warns of. */
function warningsOf(body: () => void): string[] {
  const warned: string[] = [];
  const warn = jest.spyOn(console, "warn").mockImplementation((line: string) => warned.push(line));
  try {
    body();
  } finally {
    warn.mockRestore();
  }
  return warned;
}

describe("what steps see", () => {
  const x = vector("x");
  const y = vector("y");

  test("rows of sequences, at their taps", () => {
    const [sums] = scan((a, b, c) => add(mul(a, 100), mul(b, 10), c), {
      sequences: [{ input: x, taps: [-1, 2] }, y],
    });
    // Row 0 has no row before it, and the last two none two after them; y begins at its first.
    expect(
      run(
        [sums],
        [
          [x, xs],
          [y, [7, 8]],
        ],
      ),
    ).toEqual([[1 * 100 + 4 * 10 + 7, 2 * 100 + 5 * 10 + 8]]);
  });

  test("their own former values, at their taps", () => {
    const [fibonacci] = scan((a, b) => add(a, b), {
      outputsInfo: { initial: y, taps: [-2, -1] },
      nSteps: 6,
    });
    expect(run([fibonacci], [[y, [0, 1]]])).toEqual([[1, 2, 3, 5, 8, 13]]);
  });

  test("several outputs, in the order of outputsInfo", () => {
    const w = scalar("w");
    const [[p, q, r]] = scan(
      (xt, before, third, w) => [add(before, xt), mul(third, 2), mul(xt, w)] as const,
      {
        sequences: x,
        outputsInfo: [zero, { initial: y, taps: [-3] }, null],
        nonSequences: w,
      },
    );
    expect(
      run(
        [p, q, r],
        [
          [x, xs],
          [y, [1, 2, 3]],
          [w, 0.5],
        ],
      ),
    ).toEqual([
      [1, 3, 6, 10, 15],
      [2, 4, 6, 4, 8],
      [0.5, 1, 1.5, 2, 2.5],
    ]);
  });

  test("sequences backwards, also when there are fewer steps than rows", () => {
    const step = (a: TensorVariable, before: TensorVariable): TensorVariable => add(mul(before, 10), a);
    const [all] = scan(step, { sequences: x, outputsInfo: zero, goBackwards: true });
    const [two] = scan(step, { sequences: x, outputsInfo: zero, goBackwards: true, nSteps: 2 });
    const [taps] = scan((a, b) => sub(a, mul(b, 10)), {
      sequences: { input: x, taps: [0, 1] },
      goBackwards: true,
    });
    expect(run([all, two, taps], [[x, xs]])).toEqual([
      [5, 54, 543, 5432, 54321],
      [5, 54],
      [4 - 50, 3 - 40, 2 - 30, 1 - 20],
    ]);
  });

  test("what is around them: expressions, and variables of a loop around theirs", () => {
    const m = matrix("m");
    const twice = mul(y, 2);
    const [rows] = scan(
      (row) => {
        const [products] = scan((a) => mul(a, sum(row)), { sequences: twice });
        return products;
      },
      { sequences: m },
    );
    expect(
      run(
        [rows],
        [
          [
            m,
            [
              [1, 2],
              [3, 4],
            ],
          ],
          [y, [1, 10]],
        ],
      ),
    ).toEqual([
      [
        [6, 60],
        [14, 140],
      ],
    ]);
  });
});

describe("how many steps there are", () => {
  const x = vector("x");
  const n = integer("n");

  const y = vector("y");
  const [both] = scan((a, b) => add(a, b), { sequences: [x, y] });
  const [lagged] = scan((a, b, c) => add(a, b, c), { sequences: [{ input: x, taps: [-1, 0] }, y] });
  const [few] = scan((a) => mul(a, 2), { sequences: x, nSteps: n });
  const calls = (inputs: readonly TensorVariable[], output: TensorVariable) => {
    const f = compile({ inputs, outputs: output, backend: interpreter });
    return (...values: unknown[]) => (f(...(values as never[])) as NDArray).toArray();
  };

  test("as many as sequences have rows, and as asked for", () => {
    const [f, g, h] = [calls([x, y], both), calls([x, y], lagged), calls([x, n], few)];
    const warned = warningsOf(() => {
      expect(f([1, 2], [3, 4])).toEqual([4, 6]);
      // Sequences of equal length, and those that last for equal numbers of steps.
      expect(g([1, 2], [3, 4])).toEqual([6]);
      expect(g([1, 2, 3], [3, 4])).toEqual([6, 9]);
      expect(h([1, 2], 1)).toEqual([2]);
      expect(h([1, 2], 2)).toEqual([2, 4]);
    });
    expect(warned).toEqual([]);
  });

  test("no more than the shortest sequence has rows; a warning tells once", () => {
    const [f, g, h] = [calls([x, y], both), calls([x, y], lagged), calls([x, n], few)];
    const warned = warningsOf(() => {
      expect(f([1, 2, 3], [3, 4])).toEqual([4, 6]);
      expect(f([1], [3, 4])).toEqual([4]);
      expect(g([1, 2], [1, 2, 3, 4])).toEqual([4]);
      expect(h([1, 2], 4)).toEqual([2, 4]);
      expect(h([1, 2, 3], 5)).toEqual([2, 4, 6]);
    });
    expect(warned.map((line) => line.split("\n")[0])).toEqual([
      "A loop ends with the shortest of its sequences, after 2 steps: x has 3 rows, y has 2 rows",
      "A loop ends with the shortest of its sequences, after 1 steps: x has 2 rows, y has 4 rows",
      "A loop was asked for 4 steps and makes 2: its sequence x lasts no longer",
    ]);
    for (const line of warned) expect(line).toMatch(/made at .*scan\.test\.ts/);
  });

  test("none gives outputs without rows", () => {
    const m = matrix("m");
    const [rows] = scan((row, before) => [mul(row, 2), add(before, sum(row))] as const, {
      sequences: m,
      outputsInfo: [null, zero],
    });
    const f = compile({ inputs: [m], outputs: rows as readonly TensorVariable[], backend: interpreter });
    const [a, b] = f(array([], { dtype: "float64" }).reshape([0, 3])) as readonly NDArray[];
    expect([a?.shape, b?.shape]).toEqual([[0, 3], [0]]);
  });

  test("one is the step itself, without a loop", () => {
    const [powers] = scan((p) => mul(p, 2), { outputsInfo: constant(1, { dtype: "float64" }), nSteps: 1 });
    expect(run([powers], [])).toEqual([[2]]);
  });

  test("until a condition holds", () => {
    const top = scalar("top");
    const [powers] = scan((before, top) => [mul(before, 2), until(gt(mul(before, 2), top))] as const, {
      outputsInfo: constant(1, { dtype: "float64" }),
      nonSequences: top,
      nSteps: 1024,
    });
    expect(run([powers, subtensor(powers, -1) as TensorVariable], [[top, 45]])).toEqual([
      [2, 4, 8, 16, 32, 64],
      64,
    ]);
  });
});

describe("updates", () => {
  test("change shared variables from step to step", () => {
    const s = shared(1, { name: "s" });
    const x = vector("x");
    const [products, updates] = scan((a) => [mul(a, s), new Map([[s, mul(s, 2)]])] as const, {
      sequences: x,
    });
    expect(updates).toBeInstanceOf(OrderedUpdates);
    const f = compile({ inputs: [x], outputs: products, updates, backend: interpreter });
    expect((f([1, 1, 1]) as NDArray).toArray()).toEqual([1, 2, 4]);
    expect(s.getValue().toArray()).toBe(8);
  });

  test("of variables that update themselves are found", () => {
    const s = shared(0, { name: "s" });
    s.defaultUpdate = add(s, 1) as never;
    const [counts, updates] = scan(() => mul(s, 10), { nSteps: 3 });
    const f = compile({ inputs: [], outputs: counts, updates, backend: interpreter });
    expect((f() as NDArray).toArray()).toEqual([0, 10, 20]);
    expect(s.getValue().toArray()).toBe(3);
  });

  test("without outputs are all there is", () => {
    const s = shared(0n, { name: "s" });
    const [outputs, updates] = scan(() => [[s, add(s, 1)]] as const, { nSteps: 5 });
    expect(outputs).toBeNull();
    compile({ inputs: [], updates, backend: interpreter })();
    expect(s.getValue().toArray()).toBe(5);
  });
});

describe("the views", () => {
  const x = vector("x");
  const y = vector("y");

  test.each<[string, TensorVariable, unknown]>([
    ["map", map((a, b, c) => add(mul(a, b), c), [x, y], constant(3, { dtype: "float64" }))[0], [6, 11]],
    ["map backwards", map((a) => a, x, null, { goBackwards: true })[0], [2, 1]],
    ["reduce", reduce((a, acc) => add(mul(acc, 10), a), x, zero)[0], 12],
    ["foldl", foldl((a, acc) => add(mul(acc, 10), a), x, zero)[0], 12],
    ["foldr", foldr((a, acc) => add(mul(acc, 10), a), x, zero)[0], 21],
  ])("%s", (_, output, value) => {
    const f = compile({ inputs: [x, y], outputs: output, backend: interpreter, onUnusedInput: "ignore" });
    expect((f([1, 2], [3, 4]) as NDArray).toArray()).toEqual(value);
  });
});

test("the host computes what the program computes", () => {
  const m = matrix("m");
  const w = matrix("w");
  const [h] = scan((row, before) => tanh(add(row, dot(before, w))), {
    sequences: m,
    outputsInfo: constant([0.5, -0.5]),
  });
  const { op, inputs } = (h as TensorVariable).owner as {
    op: ScanOp;
    inputs: readonly Variable[];
  } & NonNullable<TensorVariable["owner"]>;
  const values = [
    [
      [0.1, 0.2],
      [0.3, -0.4],
      [0.5, 0.6],
    ],
    [
      [1, -1],
      [0.5, 0.25],
    ],
  ];
  const operands = compile({
    inputs: [m, w],
    outputs: inputs as readonly TensorVariable[],
    backend: interpreter,
  })(...(values as never[])) as readonly NDArray[];
  const [trace, last] = op.record.host?.(operands, (h as TensorVariable).owner as never, interpreter) ?? [];
  const [program] = run(
    [h],
    [
      [m, values[0]],
      [w, values[1]],
    ],
  );
  expect(trace?.toArray()).toEqual(program);
  expect(last?.toArray()).toEqual((program as unknown[]).slice(-1));
});

describe("mistakes", () => {
  const x = vector("x");
  const step = (a: TensorVariable, p: TensorVariable): TensorVariable => add(a, p);
  // biome-ignore lint/suspicious/noExplicitAny: these are the mistakes that types would catch
  const wrong = scan as (...args: any[]) => unknown;

  test.each<[string, () => unknown, RegExp]>([
    [
      "nothing says how many steps",
      () => wrong((p: TensorVariable) => p, { outputsInfo: zero }),
      /number of steps/,
    ],
    ["a dtype that changes", () => wrong(step, { sequences: x, outputsInfo: constant(0) }), /int8.*float64/],
    [
      "a rank that changes",
      () => wrong((a: TensorVariable, p: TensorVariable) => sum(add(a, p)), { sequences: x, outputsInfo: x }),
      /rank 1.*rank 0/,
    ],
    [
      "outputs that outputsInfo does not know",
      () => wrong((a: TensorVariable, p: TensorVariable) => [p, a], { sequences: x, outputsInfo: zero }),
      /2 outputs, but outputsInfo is for 1/,
    ],
    [
      "a tap in the future",
      () => wrong(step, { sequences: x, outputsInfo: { initial: x, taps: [1] } }),
      /taps of output 0 .* smaller than 0/,
    ],
    [
      "taps twice",
      () => wrong(step, { sequences: x, outputsInfo: { initial: x, taps: [-1, -1] } }),
      /different/,
    ],
    [
      "taps without a beginning",
      () => wrong(step, { sequences: x, outputsInfo: { taps: [-1] } }),
      /initial value/,
    ],
    ["a sequence without its input", () => wrong(step, { sequences: { taps: [0] } }), /'input'/],
    ["a scalar for a sequence", () => wrong(step, { sequences: zero }), /no rows/],
    [
      "a negative number of steps",
      () => wrong(step, { sequences: x, nSteps: -2 }),
      /negative number of steps/,
    ],
    [
      "a fraction of steps",
      () => wrong(step, { sequences: x, nSteps: scalar("n") }),
      /nSteps must be an integer/,
    ],
    ["a step that returns a number", () => wrong(() => 3, { nSteps: 2 }), /returned 3: it must return/],
  ])("%s", (_, f, message) => {
    expect(f).toThrow(message);
  });

  test("an error of the step stays what it is, and says where it was", () => {
    const broken = (): never => {
      throw new RangeError("the user's own");
    };
    expect(() => scan(broken, { sequences: x, name: "mine" })).toThrow(RangeError);
    expect(() => scan(broken, { sequences: x, name: "mine" })).toThrow(/the user's own\n.*step of mine/);
  });

  test("a shape that changes", () => {
    const [rows] = scan((_, p) => add(p, arange(3)), {
      sequences: x,
      outputsInfo: cast(x, "float64"),
    }) as [TensorVariable, unknown];
    expect(() => run([rows], [[x, [1, 2]]])).toThrow(/shape/);
  });

  test("strict demands shared variables to be listed", () => {
    const w = shared(2, { name: "w" });
    expect(() => scan((a) => mul(a, w), { sequences: x, strict: true })).toThrow(/missing an input: w/);
    expect(() => scan((a) => mul(a, w), { sequences: x, strict: true, nonSequences: [w] })).not.toThrow();
  });
});

test("equal loops over equal operands have equal keys", () => {
  const x = vector("x");
  const make = (): TensorVariable =>
    scan((a, p) => add(p, exp(where(gt(a, 0), a, 0))), { sequences: x, outputsInfo: zero })[0];
  const [a, b] = [make(), make()];
  expect(a.owner?.op.key).toBe(b.owner?.op.key);
  const [other] = scan((a, p) => sub(p, a), { sequences: x, outputsInfo: zero });
  expect((other as TensorVariable).owner?.op.key).not.toBe(a.owner?.op.key);
});
