import { TheanoTypeError } from "../errors.ts";
import type { TensorLike } from "../tensor/constant.ts";
import { isShared, type SharedVariable } from "../tensor/shared.ts";

/**
 * Updates as a Map: shared variables, in the order they were set, to what they become. What `scan` returns, and what
 * a program collects its own in. As `theano.OrderedUpdates`.
 */
// biome-ignore lint/suspicious/noExplicitAny: of whatever dtype and rank
export class OrderedUpdates extends Map<SharedVariable<any, any>, TensorLike> {
  /** Throws a TypeError if `key` is not a shared variable. */
  // biome-ignore lint/suspicious/noExplicitAny: of whatever dtype and rank
  override set(key: SharedVariable<any, any>, value: TensorLike): this {
    if (!isShared(key))
      throw new TheanoTypeError(
        `Cannot update ${String(key)}: the keys of OrderedUpdates are shared variables`,
      );
    return super.set(key, value);
  }

  /** Adds those of `others`, over what is there. */
  // biome-ignore lint/suspicious/noExplicitAny: of whatever dtype and rank
  update(others: Iterable<readonly [SharedVariable<any, any>, TensorLike]>): this {
    for (const [key, value] of others) this.set(key, value);
    return this;
  }
}
