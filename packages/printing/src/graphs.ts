import { Apply, FunctionGraph, In, Out, TheanoTypeError, Variable } from "@theano-ts/core";

/** A compiled function, as far as printers look at it. */
export interface HasGraph {
  readonly maker: { readonly fgraph: FunctionGraph };
}

/** What can be printed: a variable, an application, a graph or a compiled function. */
export type Printable = Variable | Apply | FunctionGraph | HasGraph | In | Out;

/** Variables to print, and the graph they are the outputs of, if they are. */
export interface Shown {
  readonly outputs: readonly Variable[];
  readonly graph: FunctionGraph | undefined;
}

/** What there is to print of `object`. Throws a TypeError for what has no graph. */
export function shown(object: Printable): Shown {
  if (object instanceof Variable) return { outputs: [object], graph: undefined };
  if (object instanceof Apply) return { outputs: object.outputs, graph: undefined };
  if (object instanceof In || object instanceof Out) return { outputs: [object.variable], graph: undefined };
  const graph = object instanceof FunctionGraph ? object : (object as Partial<HasGraph>).maker?.fgraph;
  if (graph === undefined)
    throw new TheanoTypeError(
      `Cannot print ${String(object)} as a graph: it must be a variable, an application, a graph or a compiled function`,
    );
  return { outputs: graph.outputs, graph };
}
