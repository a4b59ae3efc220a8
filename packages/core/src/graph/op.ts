import type { Apply } from "./apply.ts";
import type { Made } from "./family.ts";
import type { GraphRewriter } from "./graphRewriter.ts";
import { printsAsText } from "./inspect.ts";
import type { Variable } from "./variable.ts";

/** In place of a gradient: the outputs do not depend on this input at all. */
export const disconnected: unique symbol = /* @__PURE__ */ Symbol("disconnected");

/** In place of a gradient: mathematics, or nobody yet, says what it is. */
export class NullGradient {
  readonly reason: string;
  constructor(reason: string) {
    this.reason = reason;
  }
}

/** What an op's gradient rule gives for an input. */
export type GradientTerm = Variable | typeof disconnected | NullGradient;

/** The graph that an application computes by, of variables that are its own. */
export interface InnerGraph {
  readonly inputs: readonly Variable[];
  readonly outputs: readonly Variable[];
  /** For each of `inputs`, what the application takes it from: one of its own inputs. */
  readonly outer: readonly Variable[];
  /** What ops that have such graphs are called together: `scan ops`. */
  readonly kind: string;
}

/** An operation. Immutable: everything that distinguishes two uses of an op is in `key`. */
export abstract class Op {
  static {
    printsAsText(Op);
  }

  /** Equal for ops that do the same, so that equal applications can be merged. */
  abstract readonly key: string;
  /** Checks the inputs and makes the application. Throws where the user's mistake is. */
  // biome-ignore lint/suspicious/noExplicitAny: variables; but an op of one's own may also take values, or only some types
  abstract makeNode(...inputs: any[]): Apply;
  /** As Theano prints it: `Elemwise{add,no_inplace}`. */
  abstract toString(): string;

  /** The result of applying it; of several, the first. */
  call(...inputs: Variable[]): Variable {
    return this.makeNode(...inputs).outputs[0] as Variable;
  }

  /**
   * The gradient of a cost with respect to each input, given that with respect to each output. An output that the cost
   * does not depend on has `disconnected`. Undefined: the op has no gradient.
   */
  gradient?(
    node: Apply,
    outputGradients: readonly (Variable | typeof disconnected)[],
  ): readonly GradientTerm[];

  /** Whether there is a rule for the gradient. */
  get hasGradient(): boolean {
    return this.gradient !== undefined;
  }

  /**
   * The outputs by way of other operations, for an op that is only a name for them, or that has no meaning of its own:
   * asked when a function is compiled, and no gradient will be taken any more. Undefined: it stays as it is.
   */
  expand?(node: Apply): readonly Variable[] | undefined;

  /** The directional derivative of each output, given that of each input (null for inputs held fixed). */
  rop?(node: Apply, directions: readonly (Variable | null)[]): readonly (Variable | null)[];

  /** Whether there is a rule for directional derivatives. */
  get hasRop(): boolean {
    return this.rop !== undefined;
  }

  /** For input i and output j, whether j depends on i; everything on everything if left out. */
  connectionPattern?(node: Apply): readonly (readonly boolean[])[];

  /**
   * Whether applying it does more than give its outputs, as printing does: then each application is computed by itself
   * whenever its outputs are needed, never as one with an equal one, and never before the function is called.
   */
  get hasEffect(): boolean {
    return false;
  }

  /**
   * How graphs that have it are made better as wholes, in this order: by modes with all rewrites, before all others. Ops
   * that share a list bring it once.
   */
  get rewrites(): readonly GraphRewriter[] | undefined {
    return undefined;
  }

  /** The graph inside, of an op that has one: for those who print, draw or save graphs. */
  innerGraph?(node: Apply): InnerGraph;

  /** What it can be made again from, of an op that is one of a family. Undefined: it is known by itself. */
  made?(): Made | undefined;
}
