import { foldConstants } from "../rewrite/foldConstants.ts";
import { merge } from "../rewrite/merge.ts";
import type { Phase } from "../rewrite/phase.ts";
import { canonicalize } from "../rewrite/rules/canonicalize.ts";
import { specialize } from "../rewrite/rules/specialize.ts";
import { stabilize } from "../rewrite/rules/stabilize.ts";

/** Which rewrites a graph goes through before it is compiled, in order. */
export interface Mode {
  readonly name: string;
  readonly phases: readonly Phase[];
}

/** No rewriting at all: the graph is compiled as it was written. */
export const noRewrites: Mode = { name: "none", phases: [] };

/** Equal computations are merged and constants folded; nothing else. As Theano's FAST_COMPILE. */
export const fastCompile: Mode = { name: "FAST_COMPILE", phases: [merge, foldConstants] };

/** All rewrites. As Theano's FAST_RUN. */
export const fastRun: Mode = {
  name: "FAST_RUN",
  phases: [merge, foldConstants, canonicalize, merge, stabilize, merge, foldConstants, specialize, merge],
};
