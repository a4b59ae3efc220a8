import {
  type Argument,
  type Arguments,
  type Computer,
  explainComputer,
  type FunctionMaker,
  type FunctionOptions,
  linkProgram,
  Mode,
  type NDArray,
  type Outline,
  type Profile,
  type RewriteEvent,
} from "@theano-ts/core";
import { watchFunctions } from "./watched.ts";

/** A function as an observer sees it; copies of a function are functions of their own. */
export interface ObservedFunction {
  /** What it was made of: its graph before and after rewrites, inputs, shared variables, options. */
  readonly maker: FunctionMaker;
  /** The rewrites that were done, in order. */
  readonly rewrites: readonly RewriteEvent[];
  /** As `f.explain`: its kernels, and, once it was called, what they cost and what was made of them. */
  explain(): string;
}

/** Told of the functions that a program compiles and calls. */
export interface FunctionObserver {
  /** A function was made, and not called yet. */
  made?(f: ObservedFunction): void;
  /** A call came back, with these results in the order of the outputs. */
  called?(f: ObservedFunction, results: readonly NDArray[]): void;
}

const observers = /* @__PURE__ */ new Set<FunctionObserver>();

/**
 * Tells `observer` of all functions that are compiled from now on, those behind `eval` too, and of their calls: for pages
 * that show a program at work without a word of it in the program. The result ends it for further functions.
 */
export function observeFunctions(observer: FunctionObserver): () => void {
  watchFunctions(observed);
  observers.add(observer);
  return () => observers.delete(observer);
}

/** Options of a function, such that those who asked are told of it. */
function observed<S extends FunctionOptions & { readonly mode: Mode }>(spec: S): S {
  if (observers.size === 0) return spec;
  const told = [...observers];
  const rewrites: RewriteEvent[] = [];
  const { name, phases, linker = linkProgram } = spec.mode;
  return {
    ...spec,
    trace: (event: RewriteEvent) => {
      rewrites.push(event);
      spec.trace?.(event);
    },
    mode: new Mode({
      name,
      phases,
      linker: (maker) => new Observed(maker, linker(maker), rewrites, told),
    }),
  };
}

/** What computes a function, and tells of each call. */
class Observed implements Computer, ObservedFunction {
  readonly maker: FunctionMaker;
  readonly rewrites: readonly RewriteEvent[];
  readonly #computer: Computer;
  readonly #told: readonly FunctionObserver[];

  constructor(
    maker: FunctionMaker,
    computer: Computer,
    rewrites: readonly RewriteEvent[],
    told: readonly FunctionObserver[],
  ) {
    this.maker = maker;
    this.rewrites = rewrites;
    this.#computer = computer;
    this.#told = told;
    for (const observer of told) observer.made?.(this);
  }

  get arguments(): Arguments {
    return this.#computer.arguments;
  }

  get profile(): Profile | undefined {
    return this.#computer.profile;
  }

  call(args: readonly Argument[]): readonly NDArray[] {
    return this.#tell(this.#computer.call(args));
  }

  async callAsync(args: readonly Argument[]): Promise<readonly NDArray[]> {
    return this.#tell(await this.#computer.callAsync(args));
  }

  #tell(results: readonly NDArray[]): readonly NDArray[] {
    for (const observer of this.#told) observer.called?.(this, results);
    return results;
  }

  free(): void {
    this.#computer.free();
  }

  outline(args: readonly Argument[] = []): Outline {
    return this.#computer.outline(args);
  }

  explain(): string {
    return explainComputer(this);
  }
}
