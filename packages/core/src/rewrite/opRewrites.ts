import type { GraphRewriter } from "../graph/graphRewriter.ts";
import type { Phase } from "./phase.ts";

/**
 * The rewrites that the ops of a graph bring with them, those of `leftOut` excepted. So a mode knows of loops without a
 * word about them in it, and a program that has none is not given the code.
 */
export const opRewrites = (leftOut: readonly GraphRewriter[] = []): Phase => ({
  name: "rewrites of ops",
  without: (rewriters) => opRewrites([...leftOut, ...rewriters]),
  run(graph, context) {
    const brought = new Set(graph.toposort().flatMap(({ op: { rewrites } }) => (rewrites ? [rewrites] : [])));
    let changed = false;
    for (const list of brought)
      for (const rewriter of list)
        if (!leftOut.includes(rewriter)) changed = rewriter.run(graph, context) || changed;
    return changed;
  },
});
