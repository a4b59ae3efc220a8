import { isTensor } from "../../tensor/tensorVariable.ts";

/**
 * Arguments taken apart: the options object that ends them, wherever that is, and what comes before. Functions whose last
 * parameters may be left out take their options right after what was given.
 */
export function withOptions<O extends object>(
  args: readonly unknown[],
): { readonly given: readonly unknown[]; readonly options: O } {
  const at = args.findIndex(isOptions);
  return at < 0 ? { given: args, options: {} as O } : { given: args.slice(0, at), options: args[at] as O };
}

const isOptions = (x: unknown): boolean =>
  typeof x === "object" &&
  x !== null &&
  !isTensor(x) &&
  Object.getPrototypeOf(x) === Object.prototype &&
  !("data" in x);
