import {
  disconnected,
  type GradientTerm,
  NullGradient,
  type Op,
  TheanoTypeError,
  Type,
  ValueError,
  Variable,
} from "@theano-ts/core";

/** The type of a gradient with respect to something that the cost does not depend on: zero, and known to be for that reason. */
export class DisconnectedType extends Type {
  /** Throws a TypeError: it stands for a gradient, and has no values. */
  override filter(): never {
    throw new TheanoTypeError(
      "A DisconnectedType has no values: it stands for the gradient of something disconnected",
    );
  }
  override makeVariable(name: string | null = null): Variable<DisconnectedType> {
    return new Variable<DisconnectedType>(this, name);
  }
  override equals(other: Type): boolean {
    return other instanceof DisconnectedType;
  }
  override toString(): string {
    return "DisconnectedType";
  }
}

/** The type of a gradient that does not exist, or that nobody has worked out: `whyNull` says which. */
export class NullType extends Type {
  /** Why there is no gradient. */
  readonly whyNull: string;

  constructor(whyNull = "no reason was given") {
    super();
    this.whyNull = whyNull;
  }

  /** Throws a ValueError: it stands for a gradient that does not exist. */
  override filter(): never {
    throw new ValueError(`A NullType has no values: ${this.whyNull}`);
  }
  override makeVariable(name: string | null = null): Variable<NullType> {
    return new Variable<NullType>(this, name);
  }
  override equals(other: Type): boolean {
    return other instanceof NullType;
  }
  override toString(): string {
    return "NullType";
  }
}

/** What an op's gradient rule gives for an input that the outputs do not depend on. As `theano.gradient.disconnected_type`. */
export const disconnectedType = (): Variable<DisconnectedType> => new DisconnectedType().makeVariable();

/**
 * What the gradient rule of `op` gives for its input number `position`, `x`, where mathematics has no gradient; `comment`
 * may say why. As `theano.gradient.grad_undefined`.
 */
export const gradUndefined = (op: Op, position: number, x: Variable, comment = ""): Variable<NullType> =>
  nullVariable(`the gradient of ${op} with respect to its input ${position}, ${x}, is not defined`, comment);

/** As `gradUndefined`, where there is a gradient, but nobody has written the rule. As `theano.gradient.grad_not_implemented`. */
export const gradNotImplemented = (op: Op, position: number, x: Variable, comment = ""): Variable<NullType> =>
  nullVariable(
    `the gradient of ${op} with respect to its input ${position}, ${x}, is not implemented`,
    comment,
  );

const nullVariable = (sentence: string, comment: string): Variable<NullType> =>
  new NullType(comment ? `${sentence}: ${comment}` : sentence).makeVariable();

/** What a rule gave as the driver sees it: variables of the two types above are marks. */
export function asTerm(term: GradientTerm): GradientTerm {
  if (!(term instanceof Variable)) return term;
  if (term.type instanceof DisconnectedType) return disconnected;
  return term.type instanceof NullType ? new NullGradient(term.type.whyNull) : term;
}
