// The entry `theano-ts/tensor`: all that `T` has, by name, of which a bundler takes only what a program uses.
export * from "@theano-ts/core/ops";
export * from "./namedVariables.ts";
export * from "./tensorNames.ts";
