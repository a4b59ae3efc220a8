import { vectorize } from "@theano-ts/autodiff";
import {
  type Apply,
  add,
  dotOp,
  type GraphRewriter,
  isConstant,
  TensorOp,
  type TensorVariable,
  tensordot,
  toposort,
  type Variable,
} from "@theano-ts/core";
import { asRows, fit, onlyRow } from "../fit.ts";
import type { LoopOp } from "../loopOp.ts";
import { rowsOf } from "../rowType.ts";
import { BeforeLoop } from "./beforeLoop.ts";
import { allParts, LoopEdit } from "./loopEdit.ts";
import { type LoopContext, loopPhase } from "./loopPhase.ts";

/**
 * A state that only sums up products becomes one product after the loop: Σ dot(aₜ, bₜ) is the product of all aₜ side by
 * side with all bₜ one below the other. So the gradient of weights costs one product of big matrices instead of many of
 * small ones. Theano's `PushOutDot1` and `PushOutScanOutput`.
 */
export const summedProducts: GraphRewriter = /* @__PURE__ */ loopPhase(
  "summed products of loops",
  (node, context) => {
    const { loop } = node.op as LoopOp;
    if (loop.until) return undefined;
    const before = new BeforeLoop(node);
    const sums = loop.states.flatMap((_, s) => {
      const factors = factorsOf(node, s, before, context);
      return factors ? [{ s, factors }] : [];
    });
    if (sums.length === 0) return undefined;
    const parts = allParts(node);
    const left = new Set([...parts.states].filter((s) => !sums.some((sum) => sum.s === s)));
    const edit = new LoopEdit(node, { ...parts, states: left });
    const bases = new Set(sums.flatMap(({ factors }) => factors.flat().map(baseOf)));
    const kept = new Map(
      [...bases].filter((v) => !before.rows.has(v)).map((v) => [v, edit.keep(v)] as const),
    );
    const made = edit.finish();
    const overTime = (v: TensorVariable): TensorVariable => {
      const base = baseOf(v);
      const rows = kept.get(base)?.() ?? before.inOrder(base);
      return v === base ? rows : vectorize(v, [[base, rows]]);
    };
    for (const { s, factors } of sums) {
      const { initial, next, final } = loop.states[s] as { initial: number; next: number; final: number };
      const type = rowsOf(loop.outputs[next] as TensorVariable);
      const terms = factors.map(([a, b]) =>
        tensordot(overTime(a), overTime(b), [
          [0, a.ndim],
          [0, 1],
        ]),
      );
      const sum = [onlyRow(node.inputs[initial] as TensorVariable), ...terms].reduce((x, y) => add(x, y));
      made.set(node.outputs[final] as Variable, fit(asRows(sum), type));
    }
    return made;
  },
);

/** The factors of the products that state `s` sums up; undefined if it is anything else than a sum of those. */
function factorsOf(
  node: Apply,
  s: number,
  before: BeforeLoop,
  { isRead }: LoopContext,
): (readonly [TensorVariable, TensorVariable])[] | undefined {
  const { loop } = node.op as LoopOp;
  const { depth, next, trace } = loop.states[s] as (typeof loop.states)[number];
  if (depth !== 1 || isRead(node.outputs[trace] as Variable)) return undefined;
  if (loop.states.some((other, k) => k !== s && other.next === next)) return undefined;
  if (loop.traces.some(({ value }) => value === next)) return undefined;
  const sum = loop.outputs[next] as TensorVariable;
  const own = loop.inputs.find((_, i) => {
    const source = loop.sources[i];
    return source?.kind === "state" && source.state === s;
  });
  const terms = sum.owner?.op.key === addKey() ? sum.owner.inputs : [];
  if (!own || terms.filter((x) => x === own).length !== 1 || uses(loop.outputs, loop.inputs, own) !== 1)
    return undefined;
  const products = terms.filter((x) => x !== own);
  const isProduct = (x: Variable): boolean =>
    x.owner?.op === dotOp &&
    x.type.equals(sum.type) &&
    x.owner.inputs.every((f) => {
      const base = baseOf(f as TensorVariable);
      return !isConstant(base) && !before.wholes.has(base) && base !== own;
    });
  if (products.length === 0 || !products.every(isProduct)) return undefined;
  return products.map((x) => x.owner?.inputs as unknown as readonly [TensorVariable, TensorVariable]);
}

/** How often `v` is used. */
const uses = (outputs: readonly Variable[], inputs: readonly Variable[], v: Variable): number =>
  toposort(outputs, new Set(inputs)).reduce(
    (n, { inputs: all }) => n + all.filter((x) => x === v).length,
    0,
  ) + outputs.filter((y) => y === v).length;

/** What `v` is, before its elements are moved. */
function baseOf(v: TensorVariable): TensorVariable {
  const { owner } = v;
  if (!owner || !(owner.op instanceof TensorOp)) return v;
  const [x, ...rest] = owner.inputs;
  return owner.op.record.cost === 0 && x && rest.length === 0 && owner.op.record.spreads === 0
    ? baseOf(x as TensorVariable)
    : v;
}

const addKey = (): string => add(0, 0).owner?.op.key as string;
