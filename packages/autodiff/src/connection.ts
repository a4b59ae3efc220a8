import { toposort, type Variable } from "@theano-ts/core";
import { patterns } from "./reach.ts";

/**
 * For each of `inputs` and each of `outputs`, whether the output depends on the input's elements, by the connection
 * patterns of the ops between. As `theano.gof.graph.io_connection_pattern`.
 */
export function ioConnectionPattern(inputs: readonly Variable[], outputs: readonly Variable[]): boolean[][] {
  const pattern = patterns();
  const order = toposort(outputs, new Set(inputs));
  return inputs.map((input) => {
    const reached = new Set<Variable>([input]);
    for (const node of order)
      node.outputs.forEach((output, j) => {
        if (node.inputs.some((x, i) => reached.has(x) && pattern(node)[i]?.[j])) reached.add(output);
      });
    return outputs.map((output) => reached.has(output));
  });
}
