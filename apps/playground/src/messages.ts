// What the page and the worker that runs a program tell each other: plain data, which can be copied between them.

/** To the worker: run this, once. */
export interface RunRequest {
  readonly text: string;
  /** The id of a row in `backends`. */
  readonly backend: string;
}

/** To the page. */
export type Message =
  | { readonly kind: "output"; readonly entries: readonly Entry[]; readonly leftOut: number }
  | { readonly kind: "function"; readonly made: MadeFunction }
  | {
      readonly kind: "plan";
      readonly id: number;
      readonly text: string;
      readonly shared: readonly SharedState[];
    }
  | { readonly kind: "calls"; readonly calls: readonly Calls[] }
  | { readonly kind: "plots"; readonly plots: readonly Curve[] }
  | { readonly kind: "failed"; readonly failure: Failure }
  | { readonly kind: "finished"; readonly seconds: number };

/** Something that a program printed or showed. */
export interface Entry {
  readonly level: "log" | "warn" | "error";
  /** The line of the program that did it; 0 if that is not known. */
  readonly line: number;
  readonly parts: readonly Part[];
  /** Entries of the same label replace each other. */
  readonly label?: string;
}

/** A piece of what was printed: text, and for arrays that can be looked at, their numbers. */
export interface Part {
  readonly text: string;
  readonly images?: Images;
}

/** Pictures of one size, whose numbers lie row by row, one picture after the other. */
export interface Images {
  readonly count: number;
  readonly height: number;
  readonly width: number;
  readonly values: Float32Array;
}

/** A function that the program compiled. */
export interface MadeFunction {
  readonly id: number;
  /** What the program calls it. */
  readonly name: string;
  /** The line of the program that made it; 0 if that is not known. */
  readonly line: number;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly updates: readonly string[];
  /** The graph before and after rewriting, as SVG and as text; absent of functions beyond the first of many. */
  readonly graphs?: { readonly given: Drawn; readonly optimised: Drawn };
  readonly rewrites: readonly Rewrite[];
}

/** A graph to look at, and to read. */
export interface Drawn {
  readonly svg: string;
  readonly text: string;
}

/** A rewrite that was done. */
export interface Rewrite {
  readonly phase: string;
  readonly rule: string;
  readonly before: string;
  readonly after: string;
  readonly line: number;
}

/** A shared variable of a function, as it is now. */
export interface SharedState {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly bytes: number;
}

/** How often a function was called so far, and what its scalar outputs were. */
export interface Calls {
  readonly id: number;
  readonly count: number;
  /** From the first call's beginning to the last call's end. */
  readonly seconds: number;
  readonly curves: readonly Curve[];
}

/** A number over calls: for every `stride` calls the least, the greatest and the last. */
export interface Curve {
  readonly name: string;
  readonly stride: number;
  /** How many numbers there were. */
  readonly count: number;
  readonly low: Float64Array;
  readonly high: Float64Array;
  readonly last: Float64Array;
}

/** Why a program ended. */
export interface Failure {
  /** `TypeError: …`, all of it. */
  readonly message: string;
  /** The line of the program that failed, and the one that made the expression concerned; 0 if not known. */
  readonly line: number;
  readonly madeLine: number;
}
