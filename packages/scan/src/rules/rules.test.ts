import { grad } from "@theano-ts/autodiff";
import {
  add,
  array,
  compile,
  dot,
  type FunctionGraph,
  fastRun,
  Mode,
  mul,
  type NDArray,
  noRewrites,
  sum,
  type TensorVariable,
  tanh,
  tensorType,
} from "@theano-ts/core";
import { interpreter } from "@theano-ts/kernel";
import { isScan, type ScanOp, scan, withLoops } from "../index.ts";
import { last, loops, only, zero } from "../loops.testing.ts";

const mode = new Mode({ phases: withLoops(fastRun.phases) });
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
