import { bytesOf, type Expr, int, type Load, type RealDType } from "@theano-ts/kernel";
import * as prim from "@theano-ts/kernel/prims";
import { i32, v128 } from "../wasm/code.ts";
import * as op from "../wasm/op.ts";
import { constantOf } from "./analysis.ts";
import type { Emitter } from "./emitter.ts";
import { toHalfBits } from "./scalarOps.ts";
import { type Form, scalar, vector } from "./scope.ts";
import { storeOf } from "./types.ts";
import { extract, type Lanes, loadLane, storeLane, vectorLoad, vectorStore } from "./vectorOps.ts";

/** Addresses below this are never used for data. */
const firstAddress = 1024;
const farthest = 2 ** 24;

/** A load's address, as a base, which is not negative, and an offset for the instruction. */
export function addressOf(e: Load, emitter: Emitter): { base: Expr; offset: number } {
  const at = e.at[0] as Expr;
  if (at.kind === "call" && at.prim === prim.add) {
    const x = at.args[0] as Expr;
    const k = constantOf(at.args[1]);
    // Data starts above the first address, so less than that can be taken from any address.
    if (k !== undefined && k > 0 && (k <= firstAddress || (k <= farthest && isNotNegative(x, emitter))))
      return { base: x, offset: k };
  }
  return { base: at, offset: 0 };
}

/** Whether `e` is made of addresses of buffers, loop variables and positive numbers. */
function isNotNegative(e: Expr, emitter: Emitter): boolean {
  switch (e.kind) {
    case "const":
      return Number(e.value) >= 0;
    case "index":
      return true;
    case "size":
      return emitter.environment.isAddress(e.param);
    case "call":
      return (
        (e.prim === prim.add || e.prim === prim.mul) &&
        isNotNegative(e.args[0] as Expr, emitter) &&
        isNotNegative(e.args[1] as Expr, emitter)
      );
    default:
      return false;
  }
}

/** The address on the stack plus `offset`; 0 if it is outside of memory. */
export function clamp(emitter: Emitter, offset: number): void {
  const c = emitter.code;
  if (offset > 0) {
    c.i32(offset);
    c.op(op.i32_add);
  }
  const t = c.temp(i32, 2);
  c.tee(t);
  c.i32(0);
  c.get(t);
  c.get(emitter.limit);
  c.op(op.i32_lt_u);
  c.select();
}

/** How a load, varying in a vector loop, meets memory. */
export function access(
  emitter: Emitter,
  e: Load,
): { kind: "contiguous" } | { kind: "strided"; stride: Expr } | { kind: "gather" } {
  const { terms, rest } = emitter.analysis.affine(addressOf(e, emitter).base);
  if ((emitter.analysis.mask(rest) & emitter.varying) !== 0) return { kind: "gather" };
  for (const [axis, coefficient] of terms)
    if ((emitter.analysis.bitOf(axis) & emitter.varying) !== 0)
      return constantOf(coefficient) === bytesOf(e.dtype)
        ? { kind: "contiguous" }
        : { kind: "strided", stride: coefficient };
  return { kind: "gather" };
}

/** The `u`th vector of a load that varies along the vector loop, on the stack. */
export function loadVectors(emitter: Emitter, e: Load, u: number): void {
  const c = emitter.code;
  const lanes = emitter.lanes as Lanes;
  const { base, offset } = addressOf(e, emitter);
  const way = access(emitter, e);
  const certain = emitter.isCertain(e, vector);
  if (way.kind === "contiguous") {
    emitter.push(base, scalar);
    const from = u * lanes * bytesOf(e.dtype);
    if (!certain) clamp(emitter, offset);
    vectorLoad(c, e.dtype, lanes, from + (certain ? offset : 0));
    return;
  }
  const places = way.kind === "gather" ? c.local(v128) : 0;
  if (way.kind === "gather") {
    emitter.push(base, vector, u);
    c.set(places);
  }
  const result = c.local(v128);
  c.v128(new Uint8Array(16));
  for (let l = 0; l < lanes; l++) {
    if (way.kind === "gather") {
      c.get(places);
      extract(c, "int32", l, lanes);
    } else {
      emitter.push(base, scalar);
      addScaled(emitter, way.stride, u * lanes + l);
    }
    if (!certain) clamp(emitter, offset);
    else if (offset > 0) {
      c.i32(offset);
      c.op(op.i32_add);
    }
    loadLane(c, e.dtype, l, lanes);
  }
  c.tee(result);
}

/** Adds `k` times `stride` to the int32 on the stack. */
function addScaled(emitter: Emitter, stride: Expr, k: number): void {
  if (k === 0) return;
  const c = emitter.code;
  const step = constantOf(stride);
  if (step !== undefined) c.i32(step * k);
  else {
    emitter.push(stride, scalar);
    c.i32(k);
    c.op(op.i32_mul);
  }
  c.op(op.i32_add);
}

/** Writes `value`, a target that was ensured, to `address`, likewise; in vectors as `form` says. */
export function store(emitter: Emitter, dtype: RealDType, address: Expr, value: Expr, form: Form): void {
  const c = emitter.code;
  if (form === scalar) {
    emitter.push(address, scalar);
    emitter.push(value, scalar);
    if (dtype === "float16") toHalfBits(c);
    c.memory(storeOf(dtype));
    return;
  }
  const lanes = emitter.lanes as Lanes;
  const stride = strideOf(emitter, address);
  for (let u = 0; u < emitter.unroll; u++) {
    if (constantOf(stride) === bytesOf(dtype)) {
      emitter.push(address, scalar);
      emitter.push(value, vector, u);
      vectorStore(c, dtype, lanes, u * lanes * bytesOf(dtype));
    } else
      for (let l = 0; l < lanes; l++) {
        emitter.push(address, scalar);
        addScaled(emitter, stride, u * lanes + l);
        emitter.push(value, vector, u);
        storeLane(c, dtype, l, lanes);
      }
  }
}

/** By how many bytes an address moves from one element of the vector loop to the next. */
function strideOf(emitter: Emitter, address: Expr): Expr {
  for (const [axis, coefficient] of emitter.analysis.affine(address).terms)
    if ((emitter.analysis.bitOf(axis) & emitter.varying) !== 0) return coefficient;
  return int(0); // only where there is nothing to write
}
