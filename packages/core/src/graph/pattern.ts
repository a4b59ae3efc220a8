import type { Op } from "./op.ts";

/**
 * The form of an expression, with holes: what the left side of a rewrite rule is made of. Ops applied to one give a
 * bigger one, so rules are written with the very functions users write expressions with.
 */
export class Pattern {
  /** What makes it; undefined for a hole. */
  readonly op: Op | undefined;
  readonly args: readonly unknown[];
  readonly name: string;

  constructor(name: string, op?: Op, args: readonly unknown[] = []) {
    this.name = name;
    this.op = op;
    this.args = args;
  }

  toString(): string {
    return this.op ? `${this.name}(${this.args.join(", ")})` : this.name;
  }
}

/** A hole that anything fits; the same hole twice must be filled twice with the same. */
export class Wildcard extends Pattern {
  /** Whether only a constant fits. */
  readonly constant: boolean;
  constructor(name: string, constant = false) {
    super(name);
    this.constant = constant;
  }
}

/** Whether `x` is the form of an expression, not an expression. */
export const isPattern = (x: unknown): x is Pattern => x instanceof Pattern;
