import type { Phase } from "@theano-ts/core";
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
 * `phases`, also in the steps of loops, with the rewrites of loops themselves before them: only what is read is computed,
 * and what is the same in all steps once.
 */
export const withLoops = (phases: readonly Phase[]): readonly Phase[] => [
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
  ...phases,
];
