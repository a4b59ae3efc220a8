import type { FunctionGraph } from "../graph/functionGraph.ts";

/** A named set of rewrites that is run until nothing changes. */
export interface Phase {
  readonly name: string;
  /** Rewrites `graph`; true if anything changed. */
  run(graph: FunctionGraph, trace?: Trace): boolean;
}

/** Told of every rewrite that is done: which rule, on what, and what came of it. */
export type Trace = (event: { readonly phase: string; readonly rule: string; readonly before: string; readonly after: string }) => void;

/** Which rewrites a graph goes through before it is compiled. */
export interface Mode {
  readonly name: string;
  readonly phases: readonly Phase[];
  /** Whether fused multiply-add and the like may change the last bits. */
  readonly fast?: boolean;
}

/** No rewriting at all: the graph is compiled as it was written. */
export const noRewrites: Mode = { name: "none", phases: [] };
