import { type Call, type Expr, isFloat, sameExpr } from "@theano-ts/kernel";
import * as prim from "@theano-ts/kernel/prims";
import { v128 } from "../wasm/code.ts";
import { constantOf } from "./analysis.ts";
import type { Emitter } from "./emitter.ts";
import { loadVectors } from "./memoryAccess.ts";
import { clampCode, isConstantShift } from "./patterns.ts";
import { applyScalar } from "./scalarOps.ts";
import { scalar, vector } from "./scope.ts";
import {
  applyVector,
  extract,
  fusedMultiplyAdd,
  isVector,
  type Lanes,
  ramp,
  replace,
  splat,
  vectorSelect,
  vectorShift,
} from "./vectorOps.ts";

/** The `u`th vector of `e`, which no variable holds, on the stack. */
export function generateVector(emitter: Emitter, e: Expr, u: number): void {
  const c = emitter.code;
  const lanes = emitter.lanes as Lanes;
  if (!emitter.isVarying(e)) {
    emitter.push(e, scalar);
    splat(c, e.dtype, lanes);
    return;
  }
  switch (e.kind) {
    case "index":
      emitter.push(e, scalar);
      ramp(c, lanes, u * lanes);
      return;
    case "load":
      loadVectors(emitter, e, u);
      return;
    case "call":
      vectorCall(emitter, e, u);
      return;
    case "const":
    case "size":
    case "carry":
    case "reduce":
      throw new Error(`internal: ${e.kind} has no variable`);
  }
}

function vectorCall(emitter: Emitter, e: Call, u: number): void {
  const c = emitter.code;
  const lanes = emitter.lanes as Lanes;
  const { args } = e;
  const dtype = (args[args.length - 1] as Expr).dtype;
  if (e.prim === prim.select) {
    const [condition, x, y] = args as [Expr, Expr, Expr];
    const code = clampCode(condition, x, y);
    if (code !== undefined) {
      const [a, b] = (condition as Call).args as [Expr, Expr];
      const isMinimum = sameExpr(x, a);
      emitter.push(isMinimum ? b : a, vector, u);
      emitter.push(isMinimum ? a : b, vector, u);
      c.simd(code);
      return;
    }
    emitter.push(args[1] as Expr, vector, u);
    emitter.push(args[2] as Expr, vector, u);
    emitter.push(args[0] as Expr, vector, u);
    vectorSelect(c, e.dtype, lanes);
    return;
  }
  if (isConstantShift(e)) {
    emitter.push(args[0] as Expr, vector, u);
    vectorShift(c, e.prim === prim.shl ? "shl" : "shr", dtype, constantOf(args[1]) as number);
    return;
  }
  if (emitter.environment.fma && fused(emitter, e, u)) return;
  if (isVector(e.prim, dtype, e.dtype)) {
    for (let i = 0; i < args.length; i++) emitter.push(args[i] as Expr, vector, u);
    applyVector(c, e.prim, dtype, e.dtype, lanes);
    return;
  }
  // Lane by lane.
  const operands = args.map((a) => {
    const local = c.local(v128);
    emitter.push(a, vector, u);
    c.set(local);
    return local;
  });
  c.v128(new Uint8Array(16));
  for (let l = 0; l < lanes; l++) {
    operands.forEach((o, k) => {
      c.get(o);
      extract(c, (args[k] as Expr).dtype, l, lanes);
    });
    applyScalar(c, e.prim, dtype, e.dtype);
    replace(c, e.dtype, l, lanes);
  }
}

/** `a · b + c`, `c + a · b` or `c - a · b`, if the product is wanted only here. */
function fused(emitter: Emitter, e: Call, u: number): boolean {
  if (!isFloat(e.dtype) || (e.prim !== prim.add && e.prim !== prim.sub)) return false;
  const [x, y] = e.args as [Expr, Expr];
  const isProduct = (p: Expr): p is Call =>
    p.kind === "call" && p.prim === prim.mul && emitter.isVarying(p) && !emitter.scope.find(p, vector);
  const product = isProduct(y) ? y : e.prim === prim.add && isProduct(x) ? x : undefined;
  if (!product) return false;
  for (const p of product.args) emitter.push(p, vector, u);
  emitter.push(product === y ? x : y, vector, u);
  fusedMultiplyAdd(emitter.code, e.dtype, e.prim === prim.sub);
  return true;
}
