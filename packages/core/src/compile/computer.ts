import type { Backend } from "@theano-ts/kernel";
import type { Plan } from "../lower/plan.ts";
import type { Prepared, ReadySegment } from "../lower/specialize.ts";
import type { SharedVariable } from "../tensor/shared.ts";
import type { NDArray } from "../value/ndarray.ts";
import type { Arguments } from "./arguments.ts";
import type { In } from "./io.ts";
import type { FunctionMaker } from "./maker.ts";
import type { Argument } from "./types.ts";

/** The inputs of a function: what was said about each, and, of one that is state, the shared variable in its place. */
export type FunctionInputs = readonly { readonly spec: In; readonly state: SharedVariable | undefined }[];

/** What a {@link Runner} must know beside the graph. */
export interface ComputerOptions {
  readonly backend: Backend;
  readonly fallback?: Backend | undefined;
  readonly strict?: boolean | undefined;
  readonly allowInputDowncast?: boolean | null | undefined;
  readonly name?: string | undefined;
  /** Told after each step of a run; for profiles. */
  readonly watch?: ((segment: ReadySegment, step: number) => void) | undefined;
}

/** Where the time of a function's calls went; `@theano-ts/debug` makes it. */
export interface Profile {
  /** A table for the terminal. */
  summary(): string;
  /** The calls as events for chrome://tracing and its kin: the JSON text of a trace file. */
  chromeTrace(): string;
}

/** What a computer does, for those who tell it: in its own words, or as what it runs on a backend. */
export type Outline =
  | string
  | {
      readonly plan: Plan;
      /** Undefined before sizes are known. */
      readonly prepared: Prepared | undefined;
      readonly backend: Backend;
    };

/** What computes a graph, call by call. The modes differ in it: all at once, or node by node under somebody's eyes. */
export interface Computer {
  readonly arguments: Arguments;
  /** The results of a call, in order. Throws if the backend only answers later. */
  call(args: readonly Argument[]): readonly NDArray[];
  callAsync(args: readonly Argument[]): Promise<readonly NDArray[]>;
  /** Gives back memory that is only kept so that the next call is quick. */
  free(): void;
  /** What a call with these arguments would do, which is not made; without any, what the last one did. */
  outline(args?: readonly Argument[]): Outline;
  /** Where time went, of a computer that looks. */
  readonly profile?: Profile | undefined;
}

/** Makes what computes the graph of `maker`. As Theano's linkers. */
export type Linker = (maker: FunctionMaker) => Computer;
