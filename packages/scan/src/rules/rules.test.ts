import { grad } from "@theano-ts/autodiff";
import {
  type Apply,
  add,
  array,
  compile,
  constant,
  dot,
  type FunctionGraph,
  gt,
  type Mode,
  mul,
  type NDArray,
  noRewrites,
  type SymbolicIndex,
  slice,
  sub,
  subtensor,
  sum,
  type TensorVariable,
  tanh,
  tensorType,
  toposort,
} from "@theano-ts/core";
import { interpreter } from "@theano-ts/kernel";
import { isScan, type LoopOp, scan, until } from "../index.ts";
import { last, loops, mode, only, zero } from "../loops.testing.ts";
import { unrolled } from "./unrolled.ts";

const float = (n: number, name?: string): TensorVariable => tensorType("float64", n).makeVariable(name);
const gradients = (cost: TensorVariable, wrt: readonly TensorVariable[]): TensorVariable[] =>
  grad(cost as TensorVariable<"float64", 0>, wrt as [TensorVariable]) as TensorVariable[];

describe.each(loops)("%s", (_, f, points) => {
  test("is the same rewritten, and so are its derivatives", () => {
    const x = points.map((p) => float(array(p as number[]).ndim));
    const y = f(...x);
    const first = gradients(sum(mul(y, y)), x);
    const second = gradients(
      first.map((g) => sum(mul(g, g))).reduce((a, b) => add(a, b)),
      x,
    );
    const outputs = [y, ...first, ...second];
    const [plain, rewritten] = [noRewrites, mode].map((m) =>
      (
        compile({ inputs: x, outputs, mode: m, backend: interpreter, onUnusedInput: "ignore" })(
          ...(points as number[]),
        ) as readonly NDArray[]
      ).map((v) => [...(v.reshape([-1]).toArray() as number[])]),
    ) as [number[][], number[][]];
    plain.forEach((values, i) => {
      values.forEach((v, k) => {
        expect((rewritten[i] as number[])[k]).toBeCloseTo(v, 10);
      });
    });
  });
});

/** The loops of a graph after rewriting. */
function rewritten(inputs: readonly TensorVariable[], outputs: readonly TensorVariable[]): LoopOp[] {
  const f = compile({ inputs, outputs, mode, backend: interpreter });
  return (f.maker.fgraph as FunctionGraph).toposort().flatMap(({ op }) => (isScan(op) ? [op] : []));
}

/** The names of the operations of a step. */
const stepOps = ({ loop }: LoopOp): string[] => loop.outputs.flatMap((v) => namesIn(v, new Set(loop.inputs)));
const namesIn = (v: { owner: TensorVariable["owner"] }, stop: ReadonlySet<unknown>): string[] =>
  v.owner && !stop.has(v) ? [String(v.owner.op), ...v.owner.inputs.flatMap((x) => namesIn(x, stop))] : [];

describe("a recurrent network", () => {
  const [x, w, u, h0] = [float(2, "x"), float(2, "w"), float(2, "u"), float(1, "h0")];
  const [hidden] = scan((row, h, w, u) => tanh(add(dot(row, w), dot(h, u))), {
    sequences: x,
    outputsInfo: h0,
    nonSequences: [w, u],
  });

  test("multiplies its inputs by the weights all at once, and reads nothing but its last row", () => {
    const [op] = rewritten([x, w, u, h0], [last(only(hidden))]) as [LoopOp];
    expect(stepOps(op).filter((name) => name === "dot")).toHaveLength(1);
    expect(op.loop.states).toHaveLength(1);
  });

  test("has gradients of weights after the loop back, which carries one state", () => {
    const cost = sum(only(hidden));
    const ops = rewritten([x, w, u, h0], gradients(cost, [w, u]));
    expect(ops).toHaveLength(2);
    const [, back] = ops as [LoopOp, LoopOp];
    expect(back.loop.states).toHaveLength(1);
    expect(stepOps(back).filter((name) => name === "dot")).toHaveLength(1);
    // It reads what the steps made instead of making it again.
    expect(stepOps(back).some((name) => /tanh/.test(name))).toBe(false);
  });
});

describe("of the last few rows", () => {
  const [m, w, n] = [float(2, "m"), float(2, "w"), tensorType("int64", 0).makeVariable("n")];
  const [sums] = scan((row, h) => add(dot(h, w), row), {
    sequences: m,
    outputsInfo: constant([0, 0], { dtype: "float64" }),
    nSteps: n,
  });
  const all = only(sums);
  const part = (...index: SymbolicIndex[]): TensorVariable => subtensor(all, ...index) as TensorVariable;
  const values = (outputs: readonly TensorVariable[], steps: bigint): unknown[] =>
    (
      compile({ inputs: [m, w, n], outputs, mode, backend: interpreter })(
        [1, 2, 3, 4, 5].map((a) => [a, 0]),
        [
          [1, 0],
          [0, 1],
        ],
        steps,
      ) as NDArray[]
    ).map((v) => (v.reshape([-1, 2]).toArray() as number[][]).map(([a]) => a));

  test.each<[string, readonly TensorVariable[], number]>([
    ["the last three", [part(slice(-3, null))], 3],
    ["the last but two", [part(-3)], 3],
    ["several of them", [part(-1), part(slice(-2, null)), part(-4)], 4],
  ])("%s are all that is kept", (_, outputs, depth) => {
    const [op] = rewritten([m, w, n], outputs) as [LoopOp];
    expect(op.loop.states.map((s) => s.depth)).toEqual([depth]);
    const f = compile({ inputs: [m, w, n], outputs, mode, backend: interpreter });
    const loop = (f.maker.fgraph as FunctionGraph).toposort().find((node) => isScan(node.op));
    const clients = (f.maker.fgraph as FunctionGraph).clients();
    expect(clients.has(loop?.outputs[op.loop.states[0]?.trace as number] as TensorVariable)).toBe(false);
  });

  test("they are those that were made, however few", () => {
    expect(values([part(slice(-3, null)), part(-1)], 5n)).toEqual([[6, 10, 15], [15]]);
    expect(values([part(slice(-3, null)), part(-1)], 1n)).toEqual([[1], [1]]);
    expect(values([part(slice(-3, null))], 0n)).toEqual([[]]);
    expect(() => values([part(-3)], 2n)).toThrow(/row -3 of what a loop made: it made 2 steps/);
  });

  test("other rows that are read make it keep all", () => {
    for (const other of [all, part(slice(-3, -1)), part(-1, null), part(0)]) {
      const [op] = rewritten([m, w, n], [part(slice(-3, null)), other]) as [LoopOp];
      expect(op.loop.states.map((s) => s.depth)).toEqual([1]);
    }
  });

  test("but of an elementwise loop no more than two, which are its registers", () => {
    const x = float(1, "x");
    const [r] = scan((a, p) => add(a, p), { sequences: x, outputsInfo: zero });
    const depths = [2, 3].map((k) => {
      const [op] = rewritten([x], [subtensor(only(r), slice(-k, null)) as TensorVariable]) as [LoopOp];
      return op.loop.states.map((s) => s.depth);
    });
    expect(depths).toEqual([[2], [1]]);
  });

  test("also of a loop that ends early, of rows of arrays, and of steps that read further back", () => {
    const top = float(0, "top");
    const [rows] = scan((a, q, p) => [add(a, mul(q, 2), p), until(gt(sum(p), top))] as const, {
      sequences: m,
      outputsInfo: { initial: subtensor(m, slice(0, 2)), taps: [-2, -1] },
    });
    const outputs = [slice(-3, null), slice(-1, null), -2].map(
      (i) => subtensor(only(rows), i) as TensorVariable,
    );
    const whole = only(rows);
    const data = Array.from({ length: 9 }, (_, i) => [i, 1 - i]);
    for (const limit of [-100, 3, 1000]) {
      const kept = compile({ inputs: [m, top], outputs, mode, backend: interpreter });
      const plain = compile({ inputs: [m, top], outputs: whole, mode: noRewrites, backend: interpreter });
      const made = (plain(data, limit) as NDArray).toArray() as number[][];
      const expected = [made.slice(-3), made.slice(-1), made.at(-2)];
      if (made.length < 2) expect(() => kept(data, limit)).toThrow(/made 1 steps/);
      else expect((kept(data, limit) as NDArray[]).map((v) => v.toArray())).toEqual(expected);
    }
  });
});

describe("a loop of a few steps inside of another", () => {
  const [m, w, h0] = [float(2, "m"), float(2, "w"), float(1, "h0")];
  /** Each row, and what `count` steps make of the state with it. */
  const nested = (step: (q: TensorVariable) => TensorVariable, count: number): TensorVariable =>
    only(
      scan(
        (row, h) => {
          const [all] = scan((q, p) => [add(step(q), row), sub(q, p)] as const, {
            outputsInfo: [{ initial: h, taps: [-1] }, zeros(h)],
            nSteps: count,
          });
          return add(last(only(all[0])), sum(only(all[1]), { axis: 0 }), subtensor(only(all[0]), 0));
        },
        { sequences: m, outputsInfo: h0 },
      )[0],
    );
  const zeros = (x: TensorVariable): TensorVariable => mul(x, 0);
  /** How many loops there are, inside of each other. */
  const depthOf = (outputs: readonly TensorVariable[], how = mode): number => {
    const f = compile({
      inputs: [m, w, h0],
      outputs,
      mode: how,
      backend: interpreter,
      onUnusedInput: "ignore",
    });
    const loopsIn = (nodes: readonly Apply[]): number =>
      Math.max(
        0,
        ...nodes.map(({ op }) =>
          isScan(op) ? 1 + loopsIn(toposort(op.loop.outputs, new Set(op.loop.inputs))) : 0,
        ),
      );
    return loopsIn((f.maker.fgraph as FunctionGraph).toposort());
  };
  const values = (outputs: readonly TensorVariable[], how: Mode): unknown[] =>
    (
      compile({ inputs: [m, w, h0], outputs, mode: how, backend: interpreter, onUnusedInput: "ignore" })(
        [
          [0.1, 0.4],
          [-0.3, 0.2],
          [0.7, -0.6],
        ],
        [
          [0.5, -0.4],
          [0.3, 0.9],
        ],
        [0.2, -0.1],
      ) as readonly NDArray[]
    ).map((v) => v.toArray());

  test("is written out, and so is its gradient", () => {
    const rows = nested((q) => tanh(mul(q, 0.5)), 3);
    const outputs = [rows, ...gradients(sum(mul(rows, rows)), [m, h0])];
    expect(depthOf(outputs)).toBe(1);
    expect(depthOf(outputs, mode.excluding(unrolled))).toBe(2);
    const [plain, written] = [values(outputs, noRewrites), values(outputs, mode)];
    const numbers = (x: unknown): number[] => [x].flat(3) as number[];
    written.forEach((v, i) => {
      for (const [k, number] of numbers(v).entries())
        expect(number).toBeCloseTo(numbers(plain[i])[k] as number, 12);
    });
  });

  test("stays where it has products, or more steps", () => {
    expect(depthOf([nested((q) => tanh(dot(q, w)), 3)])).toBe(2);
    expect(depthOf([nested((q) => tanh(q), 4)])).toBe(2);
  });

  test("is told of in the trace of rewrites", () => {
    const phases: string[] = [];
    const trace = ({ phase }: { readonly phase: string }): void => {
      phases.push(phase);
    };
    compile({ inputs: [m, h0], outputs: nested((q) => tanh(q), 2), mode, backend: interpreter, trace });
    expect(phases).toContain("unrolled loops");
  });
});

test("what is the same in all steps is computed before the loop", () => {
  const [x, w] = [float(1, "x"), float(1, "w")];
  const [r] = scan((a) => mul(a, sum(tanh(w))), { sequences: x });
  const [op] = rewritten([x, w], [only(r)]) as [LoopOp];
  expect(stepOps(op).some((name) => /tanh|Sum/.test(name))).toBe(false);
});

test("states that nobody reads go", () => {
  const x = float(1, "x");
  const [[a]] = scan((a, p, q) => [add(a, p), mul(p, q)] as const, {
    sequences: x,
    outputsInfo: [zero, zero],
  });
  const [op] = rewritten([x], [only(a)]) as [LoopOp];
  expect(op.loop.states).toHaveLength(1);
});
