import {
  type Apply,
  expand,
  type GraphRewriter,
  type InnerGraph,
  type Loop,
  loopPlan,
  type Made,
  patternbroadcast,
  type TensorOpRecord,
  type TensorVariable,
  TheanoTypeError,
  tensorType,
  toposort,
  type Variable,
} from "@theano-ts/core";
import { connection } from "./connection.ts";
import { fit } from "./fit.ts";
import { scanGradient } from "./gradient.ts";
import { graphKey } from "./graphKey.ts";
import type { ApplyLoop } from "./loopBuilder.ts";
import { LoopOp, type ScanOpOptions } from "./loopOp.ts";
import { scanRop } from "./rop.ts";
import { rowsOf } from "./rowType.ts";
import { loopRewrites } from "./rules/loopRewrites.ts";
import { loopRunner } from "./run.ts";
import { vectorizeScan } from "./vectorize.ts";

/** A loop as an operation. As Theano's `Scan`, which prints as `for`. */
export class ScanOp extends LoopOp {
  override readonly loop: Loop;
  override readonly options: ScanOpOptions;

  constructor(loop: Loop, options: ScanOpOptions) {
    super(recordOf(loop, options));
    this.loop = loop;
    this.options = options;
  }

  override get again(): ApplyLoop {
    return applyScan(this.options);
  }

  override get rewrites(): readonly GraphRewriter[] {
    return loopRewrites;
  }

  /** The loop with what its steps' operations stand for written out. */
  override expand(node: Apply): readonly Variable[] | undefined {
    const { inputs, outputs } = this.loop;
    const expanded = expand(outputs, new Set(inputs)) as TensorVariable[];
    if (expanded.every((v, i) => v === outputs[i])) return undefined;
    const typed = expanded.map((v, i) => fit(v, (outputs[i] as TensorVariable).type));
    return new ScanOp({ ...this.loop, outputs: typed }, this.options).makeNode(...node.inputs).outputs;
  }

  /** The loop, and how it was made. */
  override made(): Made {
    const { extends: smaller, ...options } = this.options;
    // A key that tells objects apart by their numbers may mean others in another process.
    const known = smaller !== undefined && !/#\d|\bv\d/.test(smaller);
    return { by: ScanOp, of: [this.loop, known ? this.options : options] };
  }

  override innerGraph(node: Apply): InnerGraph {
    const { inputs, outputs, sources, states } = this.loop;
    const outer = sources.map((s) =>
      s.kind === "state" ? (states[s.state] as { initial: number }).initial : s.operand,
    );
    return { inputs, outputs, outer: outer.map((i) => node.inputs[i] as TensorVariable), kind: "scan ops" };
  }
}

/** The loop of these options, applied. */
export const applyScan =
  (options: ScanOpOptions): ApplyLoop =>
  ({ loop, operands }) =>
    new ScanOp(loop, options).apply(...fitting(loop, operands));

/** Operands declared as the steps take them: an initial state in front of rows of any number. */
const fitting = ({ states }: Loop, operands: readonly TensorVariable[]): TensorVariable[] =>
  operands.map((x, i) =>
    states.some(({ initial }) => initial === i) && x.broadcastable[0]
      ? patternbroadcast(x, [false, ...x.broadcastable.slice(1)])
      : x,
  );

function recordOf(loop: Loop, options: ScanOpOptions): TensorOpRecord {
  const name = `for{cpu,${options.name}}`;
  const { inputs, outputs, steps, sources, states, traces, until } = loop;
  const unlabelled = states.map(({ label: _, ...state }) => state);
  const key = `for${JSON.stringify({ steps, sources, states: unlabelled, traces, until, truncate: options.truncateGradient })}${graphKey(inputs, outputs)}`;
  const types = outputTypes(loop);
  const run = loopRunner(loop, name);
  // Its derivatives are loops of its name.
  const derivative = (kind: string): ApplyLoop =>
    applyScan({ name: `${kind}_of_${options.name}`, truncateGradient: -1 });
  return {
    name,
    key,
    type(operands) {
      checkOperands(loop, operands, name);
      return types;
    },
    loop: () => loop,
    plan: loopPlan,
    host: run,
    uses: ({ inputs }) => inputs.map((_, i) => (i === steps ? "size" : "stored")),
    hasEffect: toposort(outputs, new Set(inputs)).some(({ op }) => op.hasEffect),
    connection: (node) => connection(loop, node),
    grad: (_, __, gradients, node) =>
      scanGradient(loop, node, gradients, options.truncateGradient, {
        apply: derivative("grad"),
        extend: applyScan({ ...options, extends: key }),
      }),
    vectorize: (operands, marked) => vectorizeScan(loop, operands, marked, applyScan(options)),
    rop: (_, directions, node) => scanRop(loop, node, directions, derivative("rop")),
  };
}

/** The types of the node's outputs, in order. */
function outputTypes({ outputs, states, traces, until }: Loop): ReturnType<typeof tensorType>[] {
  const types: ReturnType<typeof tensorType>[] = [];
  const rows = (value: number): ReturnType<typeof tensorType> => rowsOf(outputs[value] as TensorVariable);
  for (const { next, trace, final } of states) types[trace] = types[final] = rows(next);
  for (const { value, output } of traces) types[output] = rows(value);
  if (until) types[until.count] = tensorType("int64", 0);
  return types;
}

/** Throws a TypeError for operands whose rows are not what the steps take. */
function checkOperands(
  { inputs, sources, states }: Loop,
  operands: readonly TensorVariable[],
  name: string,
): void {
  const expect = (i: number, inner: TensorVariable, ndim: number): void => {
    const x = operands[i] as TensorVariable;
    if (x.dtype === inner.dtype && x.ndim === ndim) return;
    throw new TheanoTypeError(
      `${name} takes ${inner.dtype} of ${ndim} dimensions as its operand ${i}, but ${x} is ${x.type}`,
      { origin: x.origin },
    );
  };
  sources.forEach((source, i) => {
    const inner = inputs[i] as TensorVariable;
    if (source.kind === "whole") expect(source.operand, inner, inner.ndim);
    else if (source.kind === "row") expect(source.operand, inner, inner.ndim + 1);
    else expect((states[source.state] as { initial: number }).initial, inner, inner.ndim + 1);
  });
}
