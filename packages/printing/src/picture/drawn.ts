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
    readonly outputs?: readonly Variable[];
    readonly updated?: readonly SharedVariable[];
    readonly options?: { readonly updates?: Iterable<readonly [SharedVariable, unknown]> };
  };
}

/** What there is to draw of `objects`: of functions their optimised graphs. */
export function drawn(objects: Printable | readonly Printable[]): Drawn {
  const list = Array.isArray(objects) ? (objects as readonly Printable[]) : [objects as Printable];
  const outputs: Variable[] = [];
  const updates: [SharedVariable, Variable][] = [];
  for (const object of list) {
    const all = shown(object).outputs;
    const updated = (object as Made).maker?.updated ?? [];
    const count = all.length - updated.length;
    outputs.push(...all.slice(0, count));
    updates.push(...updated.map((s, i): [SharedVariable, Variable] => [s, all[count + i] as Variable]));
  }
  return { outputs, updates };
}

/** What the user gave to make `object`, a function; undefined for what is none. */
export function asGiven(object: Printable | readonly Printable[]): Drawn | undefined {
  const { outputs, options } = (object as Made).maker ?? {};
  if (!outputs) return undefined;
  const updates = [...(options?.updates ?? [])].filter(
    (pair): pair is readonly [SharedVariable, Variable] =>
      typeof pair[1] === "object" && "owner" in (pair[1] as object),
  );
  return { outputs, updates };
}
