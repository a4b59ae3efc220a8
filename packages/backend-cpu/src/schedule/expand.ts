import { type Call, define, type Expr } from "@theano-ts/kernel";
import * as prim from "@theano-ts/kernel/prims";

/** What a primitive that has a definition is, of `args`; undefined for the others. */
export function definitionOf(e: Call, args: readonly Expr[]): Expr | undefined {
  const [x, y] = args as [Expr, Expr];
  const product = e.prim === prim.pow ? power(x, y) : undefined;
  return product ?? define(e.prim, e.dtype)?.(x, y);
}

/** Powers that are products. */
function power(x: Expr, y: Expr): Expr | undefined {
  if (y.kind !== "const") return undefined;
  const square = (): Expr => prim.mul(x, x);
  switch (y.value) {
    case 1:
      return x;
    case 2:
      return square();
    case 3:
      return prim.mul(square(), x);
    case 4:
      return prim.mul(square(), square());
    case -1:
      return prim.div(prim.number(1, x.dtype), x);
    default:
      return undefined;
  }
}
