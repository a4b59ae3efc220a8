import type { Phase } from "@theano-ts/core";
import { constantParts } from "./constantParts.ts";
import { extendedLoops } from "./extendedLoops.ts";
import { insideLoops } from "./insideLoops.ts";
import { lastRow } from "./lastRow.ts";
import { lastRows } from "./lastRows.ts";
import { productsOfRows } from "./productsOfRows.ts";
import { summedProducts } from "./summedProducts.ts";
import { unreadParts } from "./unreadParts.ts";

/**
 * `phases`, also in the steps of loops, with the rewrites of loops themselves before them: only what is read is computed,
 * and what is the same in all steps once.
 */
export function withLoops(phases: readonly Phase[]): readonly Phase[] {
  const all: Phase[] = [
    extendedLoops,
    lastRows,
    lastRow,
    unreadParts,
    insideLoops(() => all),
    unreadParts,
    constantParts,
    productsOfRows,
    summedProducts,
    ...phases,
  ];
  return all;
}
