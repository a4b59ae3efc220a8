import {
  alloc,
  cast,
  type GraphRewriter,
  join,
  shapeI,
  type TensorVariable,
  type Variable,
} from "@theano-ts/core";
import type { LoopOp } from "../loopOp.ts";
import { isElementwiseLoop } from "./elementwise.ts";
import { allParts, type Initial, LoopEdit } from "./loopEdit.ts";
import { type LoopContext, loopPhase } from "./loopPhase.ts";
import { tailOf, wholeOf } from "./tail.ts";

/** How many rows are kept at most: each is copied by itself once the loop has ended. */
const most = 16;
/** Of an elementwise loop: each is a register more, that every step writes to memory. */
const mostInRegisters = 2;

/**
 * A state of which only the last few rows are read is kept that many rows back instead of whole. Rows of zeros in front of
 * its initial ones make up the number; nobody reads them. Theano's `scan_save_mem`.
 */
export const lastRows: GraphRewriter = /* @__PURE__ */ loopPhase(
  "last rows that loops keep",
  (node, context) => {
    const { loop } = node.op as LoopOp;
    const limit = isElementwiseLoop(loop) ? mostInRegisters : most;
    const deeper = new Map<number, Initial>();
    loop.states.forEach(({ trace, initial, depth }, s) => {
      const wanted = depthRead(context.original.outputs[trace] as Variable, context);
      if (wanted === undefined || wanted <= depth || wanted > limit) return;
      const rows = padded(node.inputs[initial] as TensorVariable, wanted - depth);
      deeper.set(s, { rows, depth: wanted });
    });
    if (deeper.size === 0) return undefined;
    return new LoopEdit(node, allParts(node), deeper).finish();
  },
);

/** How many of the last rows are read of those that a loop made; undefined if others are. */
function depthRead(trace: Variable, { readers }: LoopContext): number | undefined {
  const depths = [0];
  const isReadByTails = (rows: Variable): boolean =>
    readers(rows).every((reader) => {
      if (reader === "output") return false;
      const tail = tailOf(reader);
      if (tail?.rows === rows) return depths.push(tail.back) > 0;
      const [part] = reader.outputs as readonly [Variable];
      return wholeOf(part) === trace && isReadByTails(part);
    });
  return isReadByTails(trace) ? Math.max(...depths) : undefined;
}

/** `x` below `count` rows of zeros. */
function padded(x: TensorVariable, count: number): TensorVariable {
  const row = Array.from({ length: x.ndim - 1 }, (_, d) => shapeI(x, d + 1));
  return join(0, cast(alloc(0, count, ...row), x.dtype), x);
}
