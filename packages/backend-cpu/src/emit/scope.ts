import type { Expr } from "@theano-ts/kernel";
import type { Local } from "../wasm/code.ts";

/** How a value is computed: once, or for every lane of (unrolled) vectors. */
export type Form = 0 | 1;
/** One value. */
export const scalar: Form = 0;
/** A value for each lane of each unrolled vector. */
export const vector: Form = 1;

/** Local variables that hold expressions, visible in this stretch of code and those nested in it. */
export class Scope {
  readonly parent: Scope | undefined;
  /** Vectors are visible only within one vector loop, whose width and unrolling they have. */
  readonly loop: object;
  readonly #scalars = new Map<Expr, readonly Local[]>();
  readonly #vectors = new Map<Expr, readonly Local[]>();

  constructor(parent: Scope | undefined, loop: object) {
    this.parent = parent;
    this.loop = loop;
  }

  bind(e: Expr, form: Form, locals: readonly Local[]): void {
    (form === scalar ? this.#scalars : this.#vectors).set(e, locals);
  }

  find(e: Expr, form: Form): readonly Local[] | undefined {
    for (let s: Scope | undefined = this; s; s = s.parent) {
      const found =
        form === scalar ? s.#scalars.get(e) : s.loop === this.loop ? s.#vectors.get(e) : undefined;
      if (found) return found;
    }
    return undefined;
  }
}
