import type { FunctionOptions, Mode } from "@theano-ts/core";

/** Gives a function's options so that somebody is told of it. */
export type Watcher = <S extends FunctionOptions & { readonly mode: Mode }>(spec: S) => S;

let watcher: Watcher | undefined;

/** Has `watch` see the options of all functions from now on. */
export function watchFunctions(watch: Watcher): void {
  watcher = watch;
}

/** The options of a function as whoever watches wants them. A program that has nobody watch is not given the code to. */
export const watched: Watcher = (spec) => watcher?.(spec) ?? spec;
