import { config } from "../config.ts";
import type { Apply } from "./apply.ts";

/** Computes the test values of a new application's outputs; set by whoever can compile. */
export const testValues: { compute?: (node: Apply) => void } = {};

/** Gives the outputs of `node` test values, where `config.computeTestValue` asks for that. */
export function addTestValues(node: Apply): void {
  if (config.computeTestValue !== "off") testValues.compute?.(node);
}
