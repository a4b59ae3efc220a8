import { MethodNotDefined, TheanoTypeError } from "../../errors.ts";
import { Apply } from "../../graph/apply.ts";
import type { Made } from "../../graph/family.ts";
import { identityOf } from "../../graph/identity.ts";
import { type GradientTerm, Op } from "../../graph/op.ts";
import type { Variable } from "../../graph/variable.ts";
import type { TensorLike } from "../../tensor/constant.ts";
import type { OutputGradient } from "../../tensor/tensorOp.ts";
import { isTensor, type TensorVariable } from "../../tensor/tensorVariable.ts";
import type { ArrayInput } from "../../value/convert.ts";
import type { NDArray } from "../../value/ndarray.ts";
import type { SizeLike } from "../create/alloc.ts";
import { keyOf } from "./keyOf.ts";
import { ownGradient } from "./ownGradient.ts";
import { performed } from "./performed.ts";
import { filterVariable, type TypeLike, typeOf } from "./typeLike.ts";

/** What an op is applied to: a variable, or the value of one. */
export type Operand = Variable | TensorLike;

/** What `perform` gives: a value for the only output, or a list with one for each. */
export type Performed = ArrayInput | readonly ArrayInput[];

/**
 * An operation whose meaning is a function of arrays: the class to extend for an op of one's own, exported as `Op` of
 * the package that users install.
 *
 * It needs `perform`, and either `itypes` and `otypes` or `makeNode`. `static props` names the properties that tell
 * instances apart, as Theano's `__props__`: those with equal props are one op, and equal uses of it are computed once;
 * without the list every instance is an op of its own. `perform` runs on the host, between the programs of a backend;
 * what it is given must not be changed. As `theano.Op`.
 */
export abstract class PerformOp extends Op {
  /** The names of the properties that tell instances apart. */
  static readonly props?: readonly string[];

  /** The types of the operands, where `makeNode` is left as it is. */
  readonly itypes?: readonly TypeLike[];
  /** The types of the results, where `makeNode` is left as it is. */
  readonly otypes?: readonly TypeLike[];

  /** The values of the outputs of `node`, from those of its inputs. */
  abstract perform(node: Apply, inputs: readonly NDArray[]): Performed;

  /**
   * The sizes of each output, from those of the inputs, which are integer scalars. Left out: they are known when
   * `perform` has run, which then happens before the program that reads its outputs.
   */
  inferShape?(
    node: Apply,
    inputShapes: readonly (readonly TensorVariable[])[],
  ): readonly (readonly SizeLike[])[];

  /**
   * The gradient of a cost with respect to each input, given that with respect to each output: zeros, where the cost
   * does not depend on it.
   */
  grad?(
    inputs: readonly TensorVariable[],
    outputGradients: readonly TensorVariable[],
  ): readonly GradientTerm[];

  /** As `grad`, for a gradient that is best said with the outputs. */
  Lop?(
    inputs: readonly TensorVariable[],
    outputs: readonly TensorVariable[],
    outputGradients: readonly TensorVariable[],
  ): readonly GradientTerm[];

  /** The derivative of each output, where the inputs move along `directions`: null for those that stay. */
  Rop?(
    inputs: readonly TensorVariable[],
    directions: readonly (TensorVariable | null)[],
  ): readonly (TensorVariable | null)[];

  /** By default the operands made into variables of `itypes`, and results of `otypes`. */
  override makeNode(...inputs: Operand[]): Apply {
    const { itypes, otypes } = this;
    if (!itypes || !otypes) throw new MethodNotDefined(`${this} needs makeNode, or both itypes and otypes`);
    if (inputs.length !== itypes.length)
      throw new TheanoTypeError(`${this} takes ${itypes.length} operands, not ${inputs.length}`);
    const operands = inputs.map((x, i) =>
      filterVariable(x, typeOf(itypes[i] as TypeLike), `operand ${i} of ${this}`),
    );
    return new Apply(this, operands, otypes.map(typeOf));
  }

  /** The result of applying it; of several, the first. */
  override call(...inputs: Operand[]): TensorVariable {
    return this.apply(...inputs)[0] as TensorVariable;
  }

  /** All results of applying it. */
  apply(...inputs: Operand[]): readonly TensorVariable[] {
    return this.makeNode(...inputs).outputs as readonly TensorVariable[];
  }

  override get key(): string {
    const names = (this.constructor as typeof PerformOp).props;
    if (!names) return `${this.constructor.name}#${identityOf(this)}`;
    const values = names.map((name) => keyOf((this as Readonly<Record<string, unknown>>)[name]));
    return `${this.constructor.name}#${identityOf(this.constructor)}{${values.join()}}`;
  }

  /** The name of its class, with its props. */
  override toString(): string {
    const { name, props = [] } = this.constructor as typeof PerformOp;
    const text = (x: unknown): string => (typeof x === "string" ? `'${x}'` : String(x));
    const shown = props.map((p) => `${p}=${text((this as Readonly<Record<string, unknown>>)[p])}`);
    return shown.length > 0 ? `${name}{${shown.join(", ")}}` : name;
  }

  /** Its class, and the props: a constructor that takes these in order can make it again. */
  override made(): Made | undefined {
    const { constructor } = this;
    const names = (constructor as typeof PerformOp).props;
    const values = this as Readonly<Record<string, unknown>>;
    return names && { by: constructor, of: names.map((name) => values[name]) };
  }

  override get hasGradient(): boolean {
    return this.grad !== undefined || this.Lop !== undefined;
  }

  override gradient(node: Apply, gradients: readonly OutputGradient[]): readonly GradientTerm[] {
    const { inputs, outputs } = node;
    return ownGradient(
      this,
      inputs as readonly TensorVariable[],
      outputs as readonly TensorVariable[],
      gradients,
    );
  }

  override get hasRop(): boolean {
    return this.Rop !== undefined;
  }

  override rop(node: Apply, directions: readonly (Variable | null)[]): readonly (Variable | null)[] {
    return (
      this.Rop?.(node.inputs as readonly TensorVariable[], directions as (TensorVariable | null)[]) ?? []
    );
  }

  override expand(node: Apply): readonly Variable[] | undefined {
    return [...node.inputs, ...node.outputs].every(isTensor) ? performed(this, node) : undefined;
  }
}
