import {
  type Argument,
  type CopyOptions,
  type CompiledFunction as CoreFunction,
  explain,
  type FunctionMethods,
  type FunctionOutputs,
} from "@theano-ts/core";

/** A graph made into a function. */
export interface CompiledFunction<O = FunctionOutputs> extends CoreFunction<O> {
  /**
   * The kernels, where they run, and, once sizes are known, what they cost and what memory they need. With arguments:
   * for a call with those, which is not made.
   */
  explain(...args: readonly Argument[]): string;
  copy(options?: CopyOptions): CompiledFunction<O>;
}

/** What compiled functions have here beside what core gives them. */
export const methods: FunctionMethods = { explain };
