import type { GraphRewriter } from "@theano-ts/core";
import { constantParts } from "./constantParts.ts";
import { extendedLoops } from "./extendedLoops.ts";
import { insideLoops } from "./insideLoops.ts";
import { lastRow } from "./lastRow.ts";
import { lastRows } from "./lastRows.ts";
import { productsOfRows } from "./productsOfRows.ts";
import { summedProducts } from "./summedProducts.ts";
import { unreadParts } from "./unreadParts.ts";
import { unrolled } from "./unrolled.ts";

/**
 * The rewrites of loops, in their order: only what is read is computed, what is the same in all steps once, and the steps
 * go through all that the graph around them does.
 */
export const loopRewrites: readonly GraphRewriter[] = [
  extendedLoops,
  unrolled,
  lastRows,
  lastRow,
  unreadParts,
  insideLoops,
  unreadParts,
  constantParts,
  productsOfRows,
  summedProducts,
];
