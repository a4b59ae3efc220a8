import type { Backend } from "@theano-ts/kernel";
import type { Computation } from "../lower/plan.ts";
import type { SharedVariable } from "../tensor/shared.ts";
import type { NDArray } from "../value/ndarray.ts";
import type { Arguments } from "./arguments.ts";
import type { In } from "./io.ts";
import type { Argument } from "./types.ts";

/** The inputs of a function: what was said about each, and, of one that is state, the shared variable in its place. */
export type FunctionInputs = readonly { readonly spec: In; readonly state: SharedVariable | undefined }[];

/** What whoever computes must know beside the graph. */
export interface ComputerOptions {
  readonly backend: Backend;
  readonly fallback?: Backend | undefined;
  readonly allowInputDowncast?: boolean | null | undefined;
  readonly name?: string | undefined;
}

/** What computes a graph, call by call. The modes differ in it: all at once, or node by node under somebody's eyes. */
export interface Computer {
  readonly arguments: Arguments;
  /** The results of a call, in order. Throws if the backend only answers later. */
  call(args: readonly Argument[]): readonly NDArray[];
  callAsync(args: readonly Argument[]): Promise<readonly NDArray[]>;
  /** Gives back memory that is only kept so that the next call is quick. */
  free(): void;
  explain(args?: readonly Argument[]): string;
}

/** Makes what computes a graph. As Theano's linkers. */
export type Linker = (inputs: FunctionInputs, computation: Computation, options: ComputerOptions) => Computer;
