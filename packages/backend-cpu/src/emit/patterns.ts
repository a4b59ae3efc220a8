import { bytesOf, type Call, type Expr, sameExpr } from "@theano-ts/kernel";
import * as prim from "@theano-ts/kernel/prims";
import * as simd from "../wasm/simd.ts";
import { constantOf } from "./analysis.ts";
import { isInline } from "./scalarOps.ts";

/** `a < b ? a : b` and `a < b ? b : a` of floats are single instructions, `pmin(b, a)` and `pmax(a, b)`. */
export function clampCode(condition: Expr, x: Expr, y: Expr): number | undefined {
  if (
    condition.kind !== "call" ||
    condition.prim !== prim.lt ||
    (x.dtype !== "float32" && x.dtype !== "float64")
  )
    return undefined;
  const [a, b] = condition.args as [Expr, Expr];
  const double = x.dtype === "float64";
  if (sameExpr(x, a) && sameExpr(y, b)) return double ? simd.f64x2_pmin : simd.f32x4_pmin;
  return sameExpr(x, b) && sameExpr(y, a) ? (double ? simd.f64x2_pmax : simd.f32x4_pmax) : undefined;
}

/** A shift by a known number of bits within the width. */
export function isConstantShift(e: Call): boolean {
  if (e.prim !== prim.shl && e.prim !== prim.shr) return false;
  const n = constantOf(e.args[1]);
  return n !== undefined && n >= 0 && n < bytesOf(e.dtype) * 8;
}

/** Rough cost of one call in instructions. */
export function callWeight(e: Call): number {
  const dtype = (e.args[e.args.length - 1] as Expr).dtype;
  if (!isInline(e.prim, dtype)) return 1000;
  return e.prim === prim.div || e.prim === prim.sqrt
    ? 4
    : e.prim === prim.floorDiv || e.prim === prim.mod
      ? 10
      : 1;
}
