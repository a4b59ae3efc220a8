import { ValueError } from "../errors.ts";
import type { GraphRewriter } from "../graph/graphRewriter.ts";
import { foldConstants } from "../rewrite/foldConstants.ts";
import { merge } from "../rewrite/merge.ts";
import { opRewrites } from "../rewrite/opRewrites.ts";
import { type Phase, phase } from "../rewrite/phase.ts";
import { canonicalize } from "../rewrite/rules/canonicalize.ts";
import { specialize } from "../rewrite/rules/specialize.ts";
import { stabilize } from "../rewrite/rules/stabilize.ts";
import type { Linker } from "./computer.ts";

/** What a mode is made of. */
export interface ModeOptions {
  readonly name?: string;
  readonly phases?: readonly Phase[];
  readonly linker?: Linker;
}

/** How a graph becomes a function: which rewrites it goes through, in order, and what then computes it. As `theano.Mode`. */
export class Mode {
  readonly name: string;
  readonly phases: readonly Phase[];
  /** What computes the graph; one compiled program if left out. */
  readonly linker: Linker | undefined;

  constructor({ name = "Mode", phases = [], linker }: ModeOptions = {}) {
    this.name = name;
    this.phases = phases;
    this.linker = linker;
  }

  /** The same with further phases, after those there are. */
  including(...phases: readonly Phase[]): Mode {
    return this.#with([...this.phases, ...phases]);
  }

  /**
   * The same without the phases and the rules of these names, a rule's name being what the trace prints,
   * `log(1 + x) → log1p(x)`; and without these rewrites that ops bring. Throws a ValueError for a name that no phase and no
   * rule here has.
   */
  excluding(...parts: readonly (string | GraphRewriter)[]): Mode {
    const names = parts.filter((part) => typeof part === "string");
    const rewriters = parts.filter((part) => typeof part !== "string");
    const known = new Set(this.phases.flatMap((p) => [p.name, ...(p.rules?.().map((r) => r.text) ?? [])]));
    const unknown = names.find((n) => !known.has(n));
    if (unknown !== undefined)
      throw new ValueError(
        `Mode ${this.name} has no phase or rule "${unknown}": its phases are ${[...new Set(this.phases.map((p) => p.name))].join(", ")}`,
        { code: "unknown-mode" },
      );
    const kept = this.phases.filter((p) => !names.includes(p.name) && !rewriters.includes(p));
    return this.#with(kept.map((p) => p.without?.(rewriters) ?? withoutRules(p, names)));
  }

  #with(phases: readonly Phase[]): Mode {
    return new Mode({ name: this.name, phases, ...(this.linker ? { linker: this.linker } : {}) });
  }
}

function withoutRules(p: Phase, names: readonly string[]): Phase {
  const rules = p.rules?.();
  if (!rules?.some((r) => names.includes(r.text))) return p;
  return phase(p.name, () => rules.filter((r) => !names.includes(r.text)));
}

/** No rewriting at all: the graph is compiled as it was written. */
export const noRewrites: Mode = /* @__PURE__ */ new Mode({ name: "none" });

/** Equal computations are merged and constants folded; nothing else. As Theano's FAST_COMPILE. */
export const fastCompile: Mode = /* @__PURE__ */ new Mode({
  name: "FAST_COMPILE",
  phases: [merge, foldConstants],
});

/** All rewrites. As Theano's FAST_RUN. */
export const fastRun: Mode = /* @__PURE__ */ new Mode({
  name: "FAST_RUN",
  phases: [
    /* @__PURE__ */ opRewrites(),
    merge,
    foldConstants,
    canonicalize,
    merge,
    stabilize,
    merge,
    foldConstants,
    specialize,
    merge,
  ],
});
