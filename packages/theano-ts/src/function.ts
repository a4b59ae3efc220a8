import {
  type BackendChoice,
  type CompiledFunction,
  compile as compileWith,
  type FunctionInput,
  type FunctionOptions,
  type FunctionOutputs,
} from "@theano-ts/core";
import { defaultBackend } from "./backend.ts";
import { type ModeChoice, modeOf } from "./mode.ts";

/** What may be said about a function beyond its inputs and outputs. */
export interface CompileOptions extends Omit<FunctionOptions, "mode">, Partial<BackendChoice> {
  /** Which rewrites are done; `FAST_RUN` by default. */
  readonly mode?: ModeChoice | null;
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
  const spec = isList(first)
    ? { ...options, inputs: first, ...(outputs === undefined ? {} : { outputs }) }
    : first;
  const { mode, backend, ...rest } = spec as CompileSpec<O>;
  return compileWith<O>({ ...rest, mode: modeOf(mode), backend: backend ?? defaultBackend() });
};

const isList = (x: unknown): x is readonly FunctionInput[] => Array.isArray(x);
