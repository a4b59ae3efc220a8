import { vectorize } from "@theano-ts/autodiff";
import {
  ancestors,
  dotOp,
  type GraphRewriter,
  isConstant,
  NotImplementedError,
  substitute,
  type TensorVariable,
  toposort,
  type Variable,
} from "@theano-ts/core";
import { fit } from "../fit.ts";
import type { LoopOp } from "../loopOp.ts";
import { rowsOf } from "../rowType.ts";
import { BeforeLoop } from "./beforeLoop.ts";
import { LoopEdit } from "./loopEdit.ts";
import { loopPhase } from "./loopPhase.ts";

/**
 * A product that needs only rows of arrays is taken of all rows at once, before the loop: `dot(x[t], w)` is a row of
 * `dot(x, w)`. Of a loop that may end early, nobody knows how many rows it needs. Theano's `PushOutSeqScan`.
 */
export const productsOfRows: GraphRewriter = /* @__PURE__ */ loopPhase(
  "products of rows of loops",
  (node) => {
    const { loop } = node.op as LoopOp;
    if (loop.until) return undefined;
    const before = new BeforeLoop(node);
    const products = lastProducts(loop.outputs, new Set(loop.inputs), before);
    if (products.length === 0) return undefined;
    const edit = new LoopEdit(node);
    const read = new Map<Variable, Variable>();
    for (const product of products) {
      const rows = ofAllRows(product, before);
      if (rows)
        read.set(product, edit.builder.row(fit(rows, rowsOf(product)), {}, product.type.makeVariable()));
    }
    if (read.size === 0) return undefined;
    return edit.finish(substitute(loop.outputs, read) as TensorVariable[]);
  },
);

/** The products that need rows and what is the same in all steps, but no state: those that no other of them needs. */
function lastProducts(
  outputs: readonly Variable[],
  inputs: ReadonlySet<Variable>,
  { rows, wholes }: BeforeLoop,
): TensorVariable[] {
  const known = new Set<Variable>([...rows, ...wholes.keys()]);
  const varying = new Set<Variable>(rows);
  const products = new Set<TensorVariable>();
  for (const node of toposort(outputs, inputs)) {
    if (node.op.hasEffect || !node.inputs.every((x) => known.has(x) || isConstant(x))) continue;
    const varies = node.inputs.some((x) => varying.has(x));
    for (const y of node.outputs) {
      known.add(y);
      if (varies) varying.add(y);
    }
    if (varies && node.op === dotOp) products.add(node.outputs[0] as TensorVariable);
  }
  for (const product of [...products])
    for (const v of ancestors([product], inputs)) if (v !== product) products.delete(v as TensorVariable);
  return [...products];
}

/** `product` of every step, one below the other; undefined where that cannot be told. */
function ofAllRows(product: TensorVariable, before: BeforeLoop): TensorVariable | undefined {
  const needed = ancestors([product], new Set([...before.rows, ...before.wholes.keys()]));
  const pairs = [...before.rows].filter((x) => needed.has(x)).map((x) => [x, before.inOrder(x)] as const);
  const [one] = substitute([product], before.wholes) as [TensorVariable];
  try {
    return vectorize(one, pairs as [TensorVariable, TensorVariable][]);
  } catch (error) {
    if (error instanceof NotImplementedError) return undefined;
    throw error;
  }
}
