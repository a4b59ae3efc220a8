import { gradientOps } from "@theano-ts/autodiff/gradientOps";
import {
  coreOps,
  functionFromJson as functionFromJsonWith,
  functionToJson as functionToJsonWith,
  graphFromJson as graphFromJsonWith,
  graphToJson as graphToJsonWith,
  type LoadedGraph,
  type LoadFunctionOptions as LoadFunctionWith,
  type LoadOptions,
  type OneOrMore,
  type OpTable,
  type SavedOutputs,
  type SaveOptions,
  type TensorVariable,
} from "@theano-ts/core";
import { printingOps } from "@theano-ts/printing";
import { randomOps } from "@theano-ts/random";
import { scanOps } from "@theano-ts/scan";
import { defaultBackend } from "./backend.ts";
import { type CompiledFunction, methods } from "./methods.ts";
import { type ModeChoice, modeOf } from "./mode.ts";

/** `options` with the ops of all packages under those it has itself. */
const withAll = <O extends { readonly ops?: OpTable }>(options: O): O & { readonly ops: OpTable } => ({
  ...options,
  ops: { ...coreOps(), ...gradientOps(), ...randomOps(), ...printingOps(), ...scanOps(), ...options.ops },
});

/**
 * The graph that computes `outputs` (one, a list, or an object of them) as JSON: inputs, constants bit for bit, and
 * shared variables with their values as they are now. Ops of one's own are named in `ops`.
 *
 * Throws an UnknownOpError for an op that has no name, and a NotImplementedError for one made of functions.
 */
export const graphToJson = (outputs: SavedOutputs, options: SaveOptions = {}): string =>
  graphToJsonWith(outputs, withAll(options));

/**
 * The graph that `json` was saved from, of new variables. Nothing in it is run, and a document can name no op but the
 * library's and those in `ops`: loading it is safe, whoever wrote it.
 *
 * Throws a DocumentError for what is no document, an UnknownOpError for an op that has no name here.
 */
export const graphFromJson = <O = TensorVariable>(json: unknown, options: LoadOptions = {}): LoadedGraph<O> =>
  graphFromJsonWith<O>(json, withAll(options));

/**
 * A compiled function, a list, or an object of them as JSON: with inputs, defaults, states, updates and shared variables,
 * which they still share when they are loaded. Throws as {@link graphToJson}.
 */
export const functionToJson = (
  // biome-ignore lint/suspicious/noExplicitAny: functions of whatever outputs
  functions: OneOrMore<CompiledFunction<any>>,
  options: SaveOptions = {},
): string => functionToJsonWith(functions, withAll(options));

/** How functions are loaded: by default for the backend and with the rewrites of functions that name none. */
export interface LoadFunctionOptions extends LoadOptions, Partial<Omit<LoadFunctionWith, "mode">> {
  readonly mode?: ModeChoice | null;
}

/**
 * The functions that `json` was saved from, in the form in which they were, compiled anew: in another process, for
 * another device. Throws as {@link graphFromJson}.
 */
export const functionFromJson = <F = CompiledFunction>(
  json: unknown,
  { mode, ...options }: LoadFunctionOptions = {},
): F =>
  functionFromJsonWith<F>(
    json,
    withAll({ backend: defaultBackend(), methods, ...options, mode: modeOf(mode) }),
  );
