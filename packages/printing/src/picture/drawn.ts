import type { SharedVariable, Variable } from "@theano-ts/core";
import { type Printable, shown } from "../graphs.ts";

/** What is to be drawn as one graph: outputs, and new values of shared variables. */
export interface Drawn {
  readonly outputs: readonly Variable[];
  readonly updates: readonly (readonly [SharedVariable, Variable])[];
}

/** A compiled function, as far as pictures look at it. */
interface Made {
  readonly maker?: {
    readonly written?: readonly Variable[];
    readonly updated?: readonly SharedVariable[];
  };
}

/** What there is to draw of `objects`: of functions their optimised graphs. */
export function drawn(objects: Printable | readonly Printable[]): Drawn {
  const list = Array.isArray(objects) ? (objects as readonly Printable[]) : [objects as Printable];
  const parts = list.map((object) => withUpdates(shown(object).outputs, object as Made));
  return { outputs: parts.flatMap((p) => p.outputs), updates: parts.flatMap((p) => p.updates) };
}

/** What `object`, a function, was before any rewrite, givens and default updates included; undefined for what is none. */
export function asGiven(object: Printable | readonly Printable[]): Drawn | undefined {
  const { written } = (object as Made).maker ?? {};
  return written && withUpdates(written, object as Made);
}

/** The last of these variables are the new values of the shared variables that a function updates. */
function withUpdates(all: readonly Variable[], { maker }: Made): Drawn {
  const updated = maker?.updated ?? [];
  const count = all.length - updated.length;
  return {
    outputs: all.slice(0, count),
    updates: updated.map((s, i) => [s, all[count + i] as Variable]),
  };
}
