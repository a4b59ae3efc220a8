import * as ops from "@theano-ts/core/ops";
import * as variables from "./namedVariables.ts";
import * as others from "./tensorNames.ts";

type Others = typeof variables & typeof others;
type Tensor = Omit<typeof ops, keyof Others> & Others;

// A call, because a bundler may leave one out that is marked so, and not an object into which others are spread.
const together = (): Tensor => ({ ...ops, ...variables, ...others });

/**
 * Theano's `theano.tensor`: constructors of variables, all operations, and gradients. `theano-ts/tensor` has the same by
 * name, of which a bundler takes only what a program uses.
 */
export const T: Tensor = /* @__PURE__ */ together();
