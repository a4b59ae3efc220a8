import { type Expr, type Prim, rewrite } from "@theano-ts/kernel";
import * as prim from "@theano-ts/kernel/prims";
import { exp, exp2, expm1, sigmoid } from "./exponential.ts";
import { acosh, asinh, atanh, cosh, sinh, tanh } from "./hyperbolic.ts";
import { log, log1p, log2, log10, softplus } from "./logarithm.ts";
import { pow } from "./power.ts";
import { compensatedSum } from "./sums.ts";
import { acos, asin, atan, atan2, cos, sin, tan } from "./trigonometric.ts";

/**
 * `roots` with every function of float32 put in terms of sums, products, quotients, roots and comparisons, and sums that
 * are made in float64 for the sake of their last digits made in float32 with care.
 */
export const inBasicTerms = (roots: readonly Expr[]): Expr[] =>
  rewrite(roots, {
    call: ({ prim: p, dtype }, [x, y]) => {
      if (dtype !== "float32") return undefined;
      return p === prim.castPrim ? compensatedSum(x as Expr) : definitions.get(p)?.(x as Expr, y as Expr);
    },
  });

const definitions: ReadonlyMap<Prim, (x: Expr, y: Expr) => Expr> = /* @__PURE__ */ new Map([
  [prim.exp, exp],
  [prim.exp2, exp2],
  [prim.expm1, expm1],
  [prim.sigmoid, sigmoid],
  [prim.log, log],
  [prim.log2, log2],
  [prim.log10, log10],
  [prim.log1p, log1p],
  [prim.softplus, softplus],
  [prim.sinh, sinh],
  [prim.cosh, cosh],
  [prim.tanh, tanh],
  [prim.asinh, asinh],
  [prim.acosh, acosh],
  [prim.atanh, atanh],
  [prim.sin, sin],
  [prim.cos, cos],
  [prim.tan, tan],
  [prim.asin, asin],
  [prim.acos, acos],
  [prim.atan, atan],
  [prim.atan2, atan2],
  [prim.pow, pow],
]);
