import { type Loop, TensorOp } from "@theano-ts/core";
import type { ApplyLoop } from "./loopBuilder.ts";

/** What there is to say about a loop beside what it computes. */
export interface ScanOpOptions {
  readonly name: string;
  /** How many steps back a gradient goes; all if it is -1. */
  readonly truncateGradient: number;
  /** The key of a loop that makes the same steps, but keeps less of them: its outputs are the first of this one's. */
  readonly extends?: string;
}

/** What rewrites know of a loop. */
export abstract class LoopOp extends TensorOp {
  abstract readonly loop: Loop;
  abstract readonly options: ScanOpOptions;
  /** Applies another loop under this one's options. */
  abstract readonly again: ApplyLoop;
}

/** Whether `op` is a loop. */
export const isScan = (op: unknown): op is LoopOp => op instanceof LoopOp;
