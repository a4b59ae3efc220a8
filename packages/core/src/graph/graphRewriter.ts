import type { NDArray } from "../value/ndarray.ts";
import type { FunctionGraph } from "./functionGraph.ts";
import type { Variable } from "./variable.ts";

/** Told of every rewrite that is done. */
export type Trace = (event: RewriteEvent) => void;

/** One rewrite: by which rule of which phase, and the application before and after. */
export interface RewriteEvent {
  readonly phase: string;
  readonly rule: string;
  readonly before: string;
  readonly after: string;
  /** What was replaced, and by what, one by one; nothing of what an application has inside. */
  readonly replaced: readonly (readonly [Variable, Variable])[];
}

/** What a rewriter may ask of whoever runs it. */
export interface RewriteContext {
  /** All rewriters that graphs go through, for graphs inside of graphs. */
  readonly phases: readonly GraphRewriter[];
  readonly trace?: Trace | undefined;
  /** The value of an expression without inputs; undefined if nobody can tell before the function runs. */
  evaluate(v: Variable): NDArray | undefined;
}

/** What makes graphs better, as whole graphs. As Theano's `GlobalOptimizer`. */
export interface GraphRewriter {
  readonly name: string;
  /** Rewrites `graph`; true if anything changed. */
  run(graph: FunctionGraph, context: RewriteContext): boolean;
}
