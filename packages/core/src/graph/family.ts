import type { Op } from "./op.ts";

/** Who made an op, and of what: plain data, other ops, types and variables. Enough to make it again. */
export interface Made {
  readonly by: unknown;
  readonly of: readonly unknown[];
}

/**
 * `build`, whose ops remember what they are made of, so that graphs with them can be saved: see `OpTable`. The arguments
 * must be plain data, ops, types or variables, and say all there is to say about the op.
 */
export function opFamily<const A extends readonly unknown[], O extends Op>(
  build: (...of: A) => O,
): (...of: A) => O {
  const by = (...of: A): O => Object.assign(build(...of), { made: () => ({ by, of }) });
  return by;
}
