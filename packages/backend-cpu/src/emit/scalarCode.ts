import { bytesOf, type Call, type Expr } from "@theano-ts/kernel";
import * as prim from "@theano-ts/kernel/prims";
import * as op from "../wasm/op.ts";
import type { Emitter } from "./emitter.ts";
import { addressOf, clamp } from "./memoryAccess.ts";
import { isConstantShift } from "./patterns.ts";
import { applyScalar, fromHalfBits } from "./scalarOps.ts";
import { scalar } from "./scope.ts";
import { loadOf } from "./types.ts";

/** The value of `e`, which no variable holds, on the stack; its parts are in variables or follow inline. */
export function generateScalar(emitter: Emitter, e: Expr): void {
  const c = emitter.code;
  switch (e.kind) {
    case "size":
      c.get(0);
      c.memory(op.i32_load, 4 * emitter.environment.slotOf(e.param));
      return;
    case "load": {
      const { base, offset } = addressOf(e, emitter);
      emitter.push(base, scalar);
      if (emitter.isCertain(e, scalar)) c.memory(loadOf(e.dtype), offset);
      else {
        clamp(emitter, offset);
        c.memory(loadOf(e.dtype));
      }
      if (e.dtype === "float16") fromHalfBits(c);
      return;
    }
    case "call": {
      const { args } = e;
      if (e.prim === prim.select) {
        emitter.push(args[1] as Expr, scalar);
        emitter.push(args[2] as Expr, scalar);
        emitter.push(args[0] as Expr, scalar);
        c.select();
        return;
      }
      if (isConstantShift(e)) {
        scalarShift(emitter, e);
        return;
      }
      for (const a of args) emitter.push(a, scalar);
      applyScalar(c, e.prim, (args[args.length - 1] as Expr).dtype, e.dtype);
      return;
    }
    case "const":
    case "index":
    case "carry":
    case "reduce":
      throw new Error(`internal: ${e.kind} has no variable`);
  }
}

function scalarShift(emitter: Emitter, e: Call): void {
  const [x, n] = e.args as [Expr, Expr];
  const c = emitter.code;
  const dtype = e.dtype;
  if (bytesOf(dtype) < 4) {
    emitter.push(x, scalar);
    emitter.push(n, scalar);
    applyScalar(c, e.prim, dtype, dtype);
    return;
  }
  emitter.push(x, scalar);
  emitter.push(n, scalar);
  const [big, unsigned] = [bytesOf(dtype) === 8, dtype.startsWith("u")];
  if (e.prim === prim.shl) c.op(big ? op.i64_shl : op.i32_shl);
  else if (unsigned) c.op(big ? op.i64_shr_u : op.i32_shr_u);
  else c.op(big ? op.i64_shr_s : op.i32_shr_s);
}
