import { asTensor, neq, type TensorLike, type TensorVariable, ValueError } from "@theano-ts/core";

/** A condition that ends a loop: what {@link until} makes. */
export class Until {
  /** A bool scalar. */
  readonly condition: TensorVariable;

  /** Throws a ValueError if `condition` is no scalar. */
  constructor(condition: TensorLike) {
    const v = asTensor(condition);
    if (v.ndim !== 0)
      throw new ValueError(`until takes a scalar condition, but ${v} is ${v.type}`, { origin: v.origin });
    this.condition = v.dtype === "bool" ? v : neq(v, 0);
  }
}

/**
 * What a step returns behind its outputs and updates to end the loop after the step in which `condition`, a scalar, is
 * not zero. As `theano.scan_module.until`.
 */
export const until = (condition: TensorLike): Until => new Until(condition);
