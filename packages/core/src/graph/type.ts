import { printsAsText } from "./inspect.ts";
import type { Variable } from "./variable.ts";

/** How strictly a value must already be of a type. */
export interface FilterOptions {
  /** Only a value of exactly this type: no conversion at all. */
  readonly strict?: boolean;
  /** Whether precision may be lost: true yes, false never, null only for numbers and nested arrays that go to floatX. */
  readonly allowDowncast?: boolean | null;
}

/** The set of values a variable can have, and how one becomes a member. */
export abstract class Type {
  static {
    printsAsText(Type);
  }

  /** `value` as a member of this type; the same object if it already is one. Throws a TypeError if it cannot be. */
  abstract filter(value: unknown, options?: FilterOptions): unknown;
  /** A new variable of this type, made by no one. */
  abstract makeVariable(name?: string | null): Variable;
  abstract equals(other: Type): boolean;
  abstract toString(): string;
}
