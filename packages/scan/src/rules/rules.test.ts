import { grad } from "@theano-ts/autodiff";
import {
  add,
  array,
  compile,
  dot,
  type FunctionGraph,
  gt,
  mul,
  type NDArray,
  noRewrites,
  type SymbolicIndex,
  slice,
  subtensor,
  sum,
  type TensorVariable,
  tanh,
  tensorType,
} from "@theano-ts/core";
import { interpreter } from "@theano-ts/kernel";
import { isScan, type ScanOp, scan, until } from "../index.ts";
import { last, loops, mode, only, zero } from "../loops.testing.ts";

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
function rewritten(inputs: readonly TensorVariable[], outputs: readonly TensorVariable[]): ScanOp[] {
  const f = compile({ inputs, outputs, mode, backend: interpreter });
  return (f.maker.fgraph as FunctionGraph).toposort().flatMap(({ op }) => (isScan(op) ? [op] : []));
}

/** The names of the operations of a step. */
const stepOps = ({ loop }: ScanOp): string[] => loop.outputs.flatMap((v) => namesIn(v, new Set(loop.inputs)));
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
    const [op] = rewritten([x, w, u, h0], [last(only(hidden))]) as [ScanOp];
    expect(stepOps(op).filter((name) => name === "dot")).toHaveLength(1);
    expect(op.loop.states).toHaveLength(1);
  });

  test("has gradients of weights after the loop back, which carries one state", () => {
    const cost = sum(only(hidden));
    const ops = rewritten([x, w, u, h0], gradients(cost, [w, u]));
    expect(ops).toHaveLength(2);
    const [, back] = ops as [ScanOp, ScanOp];
    expect(back.loop.states).toHaveLength(1);
    expect(stepOps(back).filter((name) => name === "dot")).toHaveLength(1);
    // It reads what the steps made instead of making it again.
    expect(stepOps(back).some((name) => /tanh/.test(name))).toBe(false);
  });
});

describe("of the last few rows", () => {
  const [x, n] = [float(1, "x"), tensorType("int64", 0).makeVariable("n")];
  const [sums] = scan((a, p) => add(a, p), { sequences: x, outputsInfo: zero, nSteps: n });
  const all = only(sums);
  const part = (...index: SymbolicIndex[]): TensorVariable => subtensor(all, ...index) as TensorVariable;
  const values = (outputs: readonly TensorVariable[], steps: bigint): unknown[] =>
    (
      compile({ inputs: [x, n], outputs, mode, backend: interpreter })([1, 2, 3, 4, 5], steps) as NDArray[]
    ).map((v) => v.toArray());

  test.each<[string, readonly TensorVariable[], number]>([
    ["the last three", [part(slice(-3, null))], 3],
    ["the last but two", [part(-3)], 3],
    ["several of them", [part(-1), part(slice(-2, null)), part(-4)], 4],
  ])("%s are all that is kept", (_, outputs, depth) => {
    const [op] = rewritten([x, n], outputs) as [ScanOp];
    expect(op.loop.states.map((s) => s.depth)).toEqual([depth]);
    const f = compile({ inputs: [x, n], outputs, mode, backend: interpreter });
    const loop = (f.maker.fgraph as FunctionGraph).toposort().find((node) => isScan(node.op));
    const clients = (f.maker.fgraph as FunctionGraph).clients();
    expect(clients.has(loop?.outputs[op.loop.states[0]?.trace as number] as TensorVariable)).toBe(false);
  });

  test("they are those that were made, however few", () => {
    expect(values([part(slice(-3, null)), part(-1)], 5n)).toEqual([[6, 10, 15], 15]);
    expect(values([part(slice(-3, null)), part(-1)], 1n)).toEqual([[1], 1]);
    expect(values([part(slice(-3, null))], 0n)).toEqual([[]]);
    expect(() => values([part(-3)], 2n)).toThrow(/row -3 of what a loop made: it made 2 steps/);
  });

  test("other rows that are read make it keep all", () => {
    for (const other of [all, part(slice(-3, -1)), part(-1, null), part(0)]) {
      const [op] = rewritten([x, n], [part(slice(-3, null)), other]) as [ScanOp];
      expect(op.loop.states.map((s) => s.depth)).toEqual([1]);
    }
  });

  test("also of a loop that ends early, of rows of arrays, and of steps that read further back", () => {
    const m = float(2, "m");
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

test("what is the same in all steps is computed before the loop", () => {
  const [x, w] = [float(1, "x"), float(1, "w")];
  const [r] = scan((a) => mul(a, sum(tanh(w))), { sequences: x });
  const [op] = rewritten([x, w], [only(r)]) as [ScanOp];
  expect(stepOps(op).some((name) => /tanh|Sum/.test(name))).toBe(false);
});

test("states that nobody reads go", () => {
  const x = float(1, "x");
  const [[a]] = scan((a, p, q) => [add(a, p), mul(p, q)] as const, {
    sequences: x,
    outputsInfo: [zero, zero],
  });
  const [op] = rewritten([x], [only(a)]) as [ScanOp];
  expect(op.loop.states).toHaveLength(1);
});
