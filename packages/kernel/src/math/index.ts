import type { RealDType } from "../dtype.ts";
import type { Expr } from "../expr.ts";
import type { Prim } from "../prims.ts";
import { erf } from "./erf.ts";
import { cosh, exp, exp2, expm1, sigmoid, sinh, tanh } from "./exponential.ts";
import { acos, asin, atan, atan2 } from "./inverse.ts";
import { acosh, asinh, atanh, log, log1p, log2, log10, softplus } from "./logarithm.ts";
import { pow } from "./power.ts";
import { cos, sin, tan } from "./trigonometric.ts";

/** A function as an expression of basic primitives, for float32 and float64 arguments. */
export type Definition = (...args: [Expr, Expr]) => Expr;

const definitions: { readonly [name: string]: Definition } = {
  exp,
  exp2,
  expm1,
  sinh,
  cosh,
  tanh,
  sigmoid,
  log,
  log2,
  log10,
  log1p,
  softplus,
  asinh,
  acosh,
  atanh,
  sin,
  cos,
  tan,
  asin,
  acos,
  atan,
  atan2,
  erf,
  pow,
};

/**
 * What `prim` on `dtype` is in terms of basic primitives, within the accuracy it states; undefined for basic ones and
 * for those that have no definition. A backend without an instruction for `prim` can compute this instead.
 */
export function define(prim: Prim, dtype: RealDType): Definition | undefined {
  if (dtype !== "float32" && dtype !== "float64") return undefined;
  return Object.hasOwn(definitions, prim.name) ? definitions[prim.name] : undefined;
}
