import { interpreter as plainInterpreter, verified } from "@theano-ts/kernel";
import {
  add,
  arange,
  array,
  compile,
  dot,
  explain,
  gt,
  type Loop,
  loopPlan,
  mul,
  type NDArray,
  sub,
  sum,
  TensorType,
  type TensorVariable,
  tanh,
  tensorOp,
  tensorType,
} from "../../index.ts";

const backend = verified(plainInterpreter);
const variable = (name: string, ndim: number, dtype = "float64" as const): TensorVariable =>
  tensorType(dtype, ndim).makeVariable(name);
const count = tensorType("int64", 0).makeVariable("n") as TensorVariable;

/** The outputs of a loop over these operands; their types follow from the steps. */
function loop(operands: readonly TensorVariable[], meaning: Loop): readonly TensorVariable[] {
  const outputs: TensorType[] = [];
  const rows = (v: TensorVariable): TensorType => new TensorType(v.dtype, [false, ...v.broadcastable]);
  for (const s of meaning.states) {
    outputs[s.trace] = rows(meaning.outputs[s.next] as TensorVariable);
    outputs[s.final] = rows(meaning.outputs[s.next] as TensorVariable);
  }
  for (const t of meaning.traces) outputs[t.output] = rows(meaning.outputs[t.value] as TensorVariable);
  if (meaning.until) outputs[meaning.until.count] = new TensorType("int64", []);
  const op = tensorOp({
    name: "loop",
    type: () => outputs,
    loop: () => meaning,
    plan: loopPlan,
  });
  return op.apply(...operands);
}

const numbers = (n: number): number[] => Array.from({ length: n }, (_, i) => ((i * 7) % 11) / 4 - 1);
const lists = (a: NDArray): unknown => a.toArray();
const call = (inputs: readonly TensorVariable[], outputs: readonly TensorVariable[]) =>
  compile({ inputs: [...inputs], outputs: [...outputs], backend });

const [h, x, w] = [variable("h", 1), variable("x", 1), variable("w", 2)];
const [xs, start, weights] = [variable("xs", 2), variable("start", 2), variable("weights", 2)];

/** h ← tanh(w·h + x), for each row x; also the sum of what was h. */
const recurrence = (): readonly TensorVariable[] =>
  loop([count, xs, start, weights], {
    steps: 0,
    inputs: [x, h, w],
    outputs: [tanh(add(dot(w, h), x)), sum(h)] as TensorVariable[],
    sources: [
      { kind: "row", operand: 1, offset: 0, backwards: false },
      { kind: "state", state: 0, back: 1 },
      { kind: "whole", operand: 3 },
    ],
    states: [{ initial: 2, depth: 1, next: 0, trace: 0, final: 1 }],
    traces: [{ value: 1, output: 2 }],
  });

/** The same by hand: all h, and all sums. */
function byHand(given: number[][], first: number[], by: number[][]): [number[][], number[]] {
  const all: number[][] = [];
  const sums: number[] = [];
  let now = first;
  for (const row of given) {
    sums.push(now.reduce((a, b) => a + b, 0));
    now = by.map((line, i) =>
      Math.tanh(line.reduce((s, c, k) => s + c * (now[k] as number), 0) + (row[i] as number)),
    );
    all.push(now);
  }
  return [all, sums];
}

const data = {
  xs: [numbers(3), numbers(6).slice(3), numbers(9).slice(6), numbers(12).slice(9)],
  start: [[0.5, -0.25, 1]],
  weights: [
    [0.5, 1, -1],
    [0.25, 0, 2],
    [-0.5, 0.125, 1],
  ],
};

test.each([[[0, 1, 2]], [[0]], [[1]], [[2, 1]]])("a recurrence, of which outputs %j are wanted", (wanted) => {
  const all = recurrence();
  const f = call(
    [count, xs, start, weights],
    wanted.map((i) => all[i] as TensorVariable),
  );
  const [states, sums] = byHand(data.xs, data.start[0] as number[], data.weights);
  const expected = [states, states.slice(-1), sums];
  const got = f(4, array(data.xs), array(data.start), array(data.weights)) as unknown as NDArray[];
  got.forEach((a, k) => {
    expect(a.toArray().flat(2)).toEqual(
      (expected[wanted[k] as number] as number[]).flat(2).map((n: number) => expect.closeTo(n, 12)),
    );
  });
});

test("no steps keep the initial state, and make no rows", () => {
  const [trace, final, sums] = recurrence() as [TensorVariable, TensorVariable, TensorVariable];
  const f = call([count, xs, start, weights], [trace, final, sums]);
  const [a, b, c] = f(0, array(data.xs), array(data.start), array(data.weights)) as unknown as NDArray[];
  expect([a?.shape, b && lists(b), c?.shape]).toEqual([[0, 3], data.start, [0]]);
});

const [before, last] = [variable("before", 0), variable("last", 0)];
const seeds = variable("seeds", 1);

const fibonacci = (): readonly TensorVariable[] =>
  loop([count, seeds], {
    steps: 0,
    inputs: [before, last],
    outputs: [add(before, last)] as TensorVariable[],
    sources: [
      { kind: "state", state: 0, back: 2 },
      { kind: "state", state: 0, back: 1 },
    ],
    states: [{ initial: 1, depth: 2, next: 0, trace: 0, final: 1 }],
    traces: [],
  });

test.each([[[0, 1]], [[0]], [[1]]])("a state two steps deep, of which outputs %j are wanted", (wanted) => {
  const all = fibonacci();
  const f = call(
    [count, seeds],
    wanted.map((i) => all[i] as TensorVariable),
  );
  const expected = [
    [2, 3, 5, 8, 13],
    [8, 13],
  ];
  const got = f(5, array([1, 1])) as unknown as NDArray[];
  expect(got.map(lists)).toEqual(wanted.map((i) => expected[i]));
});

/** Doubles until above a limit. */
const doubling = (depth: number): readonly TensorVariable[] => {
  const limit = variable("limit", 0);
  return loop([count, seeds, bound], {
    steps: 0,
    inputs: [last, limit],
    outputs: [mul(last, 2), gt(mul(last, 2), limit)] as TensorVariable[],
    sources: [
      { kind: "state", state: 0, back: 1 },
      { kind: "whole", operand: 2 },
    ],
    states: [{ initial: 1, depth, next: 0, trace: 0, final: 1 }],
    traces: [],
    until: { value: 1, count: 2 },
  });
};
const bound = variable("bound", 0);

test.each([[[0, 1, 2]], [[0]], [[1]], [[2]], [[1, 2]]])(
  "a loop that ends early, of which outputs %j are wanted",
  (wanted) => {
    const all = doubling(1);
    const f = call(
      [count, seeds, bound],
      wanted.map((i) => all[i] as TensorVariable),
    );
    const expected = [[2, 4, 8, 16], [16], 4];
    const got = f(100, array([1]), 10) as unknown as NDArray[];
    expect(got.map(lists)).toEqual(wanted.map((i) => expected[i]));
    const few = f(2, array([1]), 10) as unknown as NDArray[];
    expect(few.map(lists)).toEqual(wanted.map((i) => [[2, 4], [4], 2][i]));
  },
);

test("a deep state of a loop that ends early", () => {
  const f = call([count, seeds, bound], [doubling(3)[1] as TensorVariable]);
  expect((f(100, array([5, 3, 1]), 10) as unknown as NDArray[]).map(lists)).toEqual([[4, 8, 16]]);
  expect((f(1, array([5, 3, 1]), 10) as unknown as NDArray[]).map(lists)).toEqual([[3, 1, 2]]);
});

test("rows from the end, and beside the current one", () => {
  const [a, b, c] = [variable("a", 0), variable("b", 0), variable("c", 0)];
  const row = (offset: number, backwards: boolean) =>
    ({ kind: "row", operand: 1, offset, backwards }) as const;
  const [all] = loop([count, seeds], {
    steps: 0,
    inputs: [a, b, c],
    outputs: [add(mul(100, a), add(mul(10, b), c))] as TensorVariable[],
    sources: [row(0, false), row(1, false), row(0, true)],
    states: [],
    traces: [{ value: 0, output: 0 }],
  }) as [TensorVariable];
  const f = call([count, seeds], [all]);
  expect((f(3, array([1, 2, 3, 4])) as unknown as NDArray[]).map(lists)).toEqual([[123, 232, 341]]);
  expect(() => f(4, array([1, 2, 3, 4]))).toThrow(/A loop of 4 steps needs 5 rows of seeds.*which has 4/);
});

test("a loop in a loop, over rows of rows", () => {
  const [inside, sofar, item] = [variable("inside", 1), variable("sofar", 0), variable("item", 0)];
  const zero = tensorType("float64", 1).makeVariable("zero") as TensorVariable;
  const many = tensorType("int64", 0).makeVariable("many") as TensorVariable;
  const [, sumOfRow] = loop([many, inside, zero], {
    steps: 0,
    inputs: [sofar, item],
    outputs: [sub(item, sofar)] as TensorVariable[],
    sources: [
      { kind: "state", state: 0, back: 1 },
      { kind: "row", operand: 1, offset: 0, backwards: false },
    ],
    states: [{ initial: 2, depth: 1, next: 0, trace: 0, final: 1 }],
    traces: [],
  }) as [TensorVariable, TensorVariable];
  const [n, start0] = [tensorType("int64", 0).makeVariable("m") as TensorVariable, variable("start0", 1)];
  const [all] = loop([count, xs, n, start0], {
    steps: 0,
    inputs: [inside, many, zero],
    outputs: [sumOfRow],
    sources: [
      { kind: "row", operand: 1, offset: 0, backwards: false },
      { kind: "whole", operand: 2 },
      { kind: "whole", operand: 3 },
    ],
    states: [],
    traces: [{ value: 0, output: 0 }],
  }) as [TensorVariable];
  const f = call([count, xs, n, start0], [all]);
  const got = f(
    2,
    array([
      [1, 2, 4],
      [8, 16, 32],
    ]),
    3,
    array([0]),
  ) as unknown as NDArray[];
  expect(got.map(lists)).toEqual([[[3], [24]]]);
});

test("a step that changes the shape of its state", () => {
  const all = recurrence();
  const f = call([count, xs, start, weights], [all[1] as TensorVariable]);
  expect(() =>
    f(
      1,
      array([[1, 2]]),
      array([[1, 2, 3]]),
      array([
        [1, 2, 3],
        [1, 2, 3],
      ]),
    ),
  ).toThrow(/The initial value of state start of a loop has shape \(3\), and a step makes \(2\) of it/);
});

test("sizes that differ between steps are nothing a program can have", () => {
  const [many] = [tensorType("int64", 0).makeVariable("many") as TensorVariable];
  const [all] = loop([count, tensorType("int64", 1).makeVariable("each") as TensorVariable], {
    steps: 0,
    inputs: [many],
    outputs: [sum(arange(many))] as TensorVariable[],
    sources: [{ kind: "row", operand: 1, offset: 0, backwards: false }],
    states: [],
    traces: [{ value: 0, output: 0 }],
  }) as [TensorVariable];
  const each = all.owner?.inputs[1] as TensorVariable;
  expect(() => call([count, each], [all])).toThrow(/no meaning/);
});

test("what each element makes of its own past stays in registers: one kernel, and no row is kept", () => {
  const k = array([0.5, -0.5, 2]);
  const inputs = [count, xs, start];
  const [, final] = loop([...inputs], {
    steps: 0,
    inputs: [x, h],
    outputs: [add(mul(h, k), x)] as TensorVariable[],
    sources: [
      { kind: "row", operand: 1, offset: 0, backwards: true },
      { kind: "state", state: 0, back: 1 },
    ],
    states: [{ initial: 2, depth: 1, next: 0, trace: 0, final: 1 }],
    traces: [],
  }) as [TensorVariable, TensorVariable];
  const f = call(inputs, [final]);
  expect(explain(f)).toMatch(/fold \[/);
  expect(explain(f)).not.toMatch(/temporary|: loop t/);
  const got = f(3, array(data.xs), array(data.start)) as unknown as NDArray[];
  let now = data.start[0] as number[];
  for (const row of data.xs.slice(0, 3).reverse())
    now = now.map((v, i) => v * ([0.5, -0.5, 2][i] as number) + (row[i] as number));
  expect(got.map(lists)).toEqual([[now]]);
});
