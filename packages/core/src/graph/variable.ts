import { here, type Provenance } from "../provenance.ts";
import type { Apply } from "./apply.ts";
import { printsAsText } from "./inspect.ts";
import type { Type } from "./type.ts";

let lastId = 0;

/**
 * A node of the graph that stands for a value: an input, a constant, or the result of an `Apply`.
 * It has no value of its own; `function` gives it one.
 */
export class Variable<T extends Type = Type> {
  static {
    printsAsText(Variable);
  }

  /** Unique, in the order of creation. */
  readonly id: number = ++lastId;
  readonly type: T;
  /** What computes it; null for inputs, constants and shared variables. */
  owner: Apply | null;
  /** Which of its owner's outputs it is. */
  readonly index: number;
  name: string | null;
  /** Anything a program wants to note about this variable. */
  readonly tag: Record<string, unknown> = {};
  /** Where the user made it; of a result, its owner knows. */
  readonly #origin: Provenance | undefined;

  constructor(type: T, name: string | null = null, owner: Apply | null = null, index = 0) {
    this.type = type;
    this.name = name;
    this.owner = owner;
    this.index = index;
    this.#origin = owner ? undefined : here();
  }

  get origin(): Provenance | undefined {
    return this.owner ? this.owner.origin : this.#origin;
  }

  /** A variable of the same type and name without an owner. */
  clone(): Variable<T> {
    return this.type.makeVariable(this.name) as Variable<T>;
  }

  /** Its name; else what it is the result of; else its type in angle brackets. As Theano prints it. */
  toString(): string {
    if (this.name !== null) return this.name;
    return this.owner ? `${this.owner.op}.${this.index}` : `<${this.type}>`;
  }
}
