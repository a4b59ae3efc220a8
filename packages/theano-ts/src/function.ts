import {
  type AsyncOptions,
  type BackendChoice,
  compileAsync,
  compile as compileWith,
  config,
  type FunctionInput,
  type FunctionOptions,
  type FunctionOutputs,
  type FunctionSpec,
} from "@theano-ts/core";
import { profiled } from "@theano-ts/debug";
import { defaultBackend, fallbackOf } from "./backend.ts";
import { type CompiledFunction, methods } from "./methods.ts";
import { type ModeChoice, modeOf } from "./mode.ts";
import { watched } from "./watched.ts";

/** What may be said about a function beyond its inputs and outputs. */
export interface CompileOptions extends Omit<FunctionOptions, "mode">, Partial<BackendChoice> {
  /** Which rewrites are done; `FAST_RUN` by default. */
  readonly mode?: ModeChoice | null;
  /** Whether the time of calls is measured, step by step: then `f.profile` has it. */
  readonly profile?: boolean;
}

/** A function, all in one object. */
export interface CompileSpec<O> extends CompileOptions {
  readonly inputs: readonly FunctionInput[];
  readonly outputs?: O;
}

/**
 * Makes a graph into a function, which computes `outputs` (one, a list, an object of them, or none) from `inputs`, and
 * then sets shared variables to their `updates`. As `theano.function`.
 */
export interface Compile {
  <const O extends FunctionOutputs = undefined>(
    inputs: readonly FunctionInput[],
    outputs?: O,
    options?: CompileOptions,
  ): CompiledFunction<O>;
  <const O extends FunctionOutputs = undefined>(spec: CompileSpec<O>): CompiledFunction<O>;
}

/** `theano.function`, under a name that can be imported: see {@link Compile}. */
export const compile: Compile = <O extends FunctionOutputs>(
  first: readonly FunctionInput[] | CompileSpec<O>,
  outputs?: O,
  options: CompileOptions = {},
): CompiledFunction<O> => {
  return compileWith<O>(specOf(first, outputs, options)) as CompiledFunction<O>;
};

/** `theano.function` in stages, between which other work of the program goes on. */
export interface FunctionAsync {
  <const O extends FunctionOutputs = undefined>(
    inputs: readonly FunctionInput[],
    outputs?: O,
    options?: CompileOptions & AsyncOptions,
  ): Promise<CompiledFunction<O>>;
  <const O extends FunctionOutputs = undefined>(
    spec: CompileSpec<O> & AsyncOptions,
  ): Promise<CompiledFunction<O>>;
}

/**
 * Makes a function as {@link compile} does, telling `onProgress` before each stage; `signal` ends it. The promise is
 * rejected with what `compile` would throw, or with the signal's reason.
 */
export const functionAsync: FunctionAsync = async <O extends FunctionOutputs>(
  first: readonly FunctionInput[] | (CompileSpec<O> & AsyncOptions),
  outputs?: O,
  options: CompileOptions & AsyncOptions = {},
): Promise<CompiledFunction<O>> => {
  const { onProgress, signal } = isSpec(first) ? first : options;
  const watch = { ...(onProgress ? { onProgress } : {}), ...(signal ? { signal } : {}) };
  return compileAsync<O>(specOf(first, outputs, options), watch) as Promise<CompiledFunction<O>>;
};

function specOf<O extends FunctionOutputs>(
  first: readonly FunctionInput[] | CompileSpec<O>,
  outputs: O | undefined,
  options: CompileOptions,
): FunctionSpec<O> & BackendChoice {
  const spec = isSpec(first)
    ? first
    : { ...options, inputs: first, ...(outputs === undefined ? {} : { outputs }) };
  const { mode, backend = defaultBackend(), profile, ...rest } = spec as CompileSpec<O>;
  const chosen = modeOf(mode);
  return watched({
    fallback: fallbackOf(backend),
    methods,
    ...rest,
    mode: (profile ?? config.profile) ? profiled(chosen) : chosen,
    backend,
  });
}

/** Whether this is a whole specification; inputs that are no list are told so by `compile`. */
const isSpec = <S extends { readonly inputs: unknown }>(x: S | readonly FunctionInput[]): x is S =>
  typeof x === "object" && x !== null && "inputs" in x;
