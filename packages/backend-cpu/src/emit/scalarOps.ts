import {
  bytesOf,
  fromHalf,
  isBig,
  isFloat,
  type Prim,
  type RealDType,
  roundHalf,
  toHalf,
} from "@theano-ts/kernel";
import { type Code, f32, f64, i32, i64, type Type } from "../wasm/code.ts";
import * as misc from "../wasm/misc.ts";
import * as op from "../wasm/op.ts";
import { isUnsigned, typeOf } from "./types.ts";

/** Brings the i32 on the stack into the range of a small integer dtype. */
function wrap(c: Code, dtype: RealDType): void {
  if (dtype === "int8") c.op(op.i32_extend8_s);
  else if (dtype === "int16") c.op(op.i32_extend16_s);
  else if (dtype === "uint8" || dtype === "uint16") {
    c.i32(dtype === "uint8" ? 0xff : 0xffff);
    c.op(op.i32_and);
  }
}

/** Rounds the f32 on the stack to half precision. Twice rounded is right here: 24 bits are at least 2·11 + 2. */
const roundToHalf = (c: Code): void => c.callImport(c.module.external("roundHalf", [f32], [f32], roundHalf));

/** Half-precision bits to f32 and back. */
export const fromHalfBits = (c: Code): void =>
  c.callImport(c.module.external("fromHalf", [i32], [f32], fromHalf));
/** The bits of a float16, in an i32, for the f32 on the stack. */
export const toHalfBits = (c: Code): void => c.callImport(c.module.external("toHalf", [f32], [i32], toHalf));

type Four = readonly [i32: number, i64: number, f32: number, f64: number];
const order: { readonly [T in number]: number } = { [i32]: 0, [i64]: 1, [f32]: 2, [f64]: 3 };
const pick = (codes: Four, dtype: RealDType): number => codes[order[typeOf(dtype)] as number] as number;

type Emit = (c: Code, dtype: RealDType, result: RealDType) => void;

/** One instruction by type; then wrapped or rounded into the dtype. */
const arithmetic =
  (codes: Four): Emit =>
  (c, dtype) => {
    c.op(pick(codes, dtype));
    if (dtype === "float16") roundToHalf(c);
    wrap(c, dtype);
  };

/** One instruction whose result needs no rounding. */
const float =
  (f32Code: number, f64Code: number, rounds = false): Emit =>
  (c, dtype) => {
    c.op(dtype === "float64" ? f64Code : f32Code);
    if (rounds && dtype === "float16") roundToHalf(c);
  };

const comparison =
  (signed: Four, unsigned: readonly [number, number]): Emit =>
  (c, dtype) => {
    const big = isBig(dtype);
    c.op(isUnsigned(dtype) ? (big ? unsigned[1] : unsigned[0]) : pick(signed, dtype));
  };

/** The operands on the stack, last on top, saved to temporaries. */
function save(c: Code, type: Type, n: number): number[] {
  const locals = Array.from({ length: n }, (_, k) => c.temp(type, k));
  for (let k = n - 1; k >= 0; k--) c.set(locals[k] as number);
  return locals;
}

/** The smaller or larger of two integers. */
const extremum =
  (f32Code: number, f64Code: number, compare: Emit): Emit =>
  (c, dtype, result) => {
    if (isFloat(dtype)) {
      float(f32Code, f64Code)(c, dtype, result);
      return;
    }
    const [a, b] = save(c, typeOf(dtype), 2) as [number, number];
    c.get(a);
    c.get(b);
    c.get(a);
    c.get(b);
    compare(c, dtype, result);
    c.select();
  };

/** Shifts by the amount on the stack; `beyond` puts what comes out if it is negative or too large. */
const shift =
  (codes: (unsigned: boolean) => readonly [number, number], beyond: "zero" | "sign"): Emit =>
  (c, dtype) => {
    const [type, big] = [typeOf(dtype), isBig(dtype)];
    const [x, n] = save(c, type, 2) as [number, number];
    const number = (value: number): void => (big ? c.i64(BigInt(value)) : c.i32(value));
    c.get(x);
    c.get(n);
    c.op(codes(isUnsigned(dtype))[big ? 1 : 0]);
    wrap(c, dtype);
    if (beyond === "zero" || isUnsigned(dtype)) number(0);
    else {
      c.get(x);
      number(big ? 63 : 31);
      c.op(big ? op.i64_shr_s : op.i32_shr_s);
    }
    c.get(n);
    number(bytesOf(dtype) * 8);
    c.op(big ? op.i64_lt_u : op.i32_lt_u); // as unsigned, a negative amount is too large
    c.select();
  };

/** Division and remainder towards minus infinity that never trap. */
const floorDivision =
  (wanted: "quotient" | "remainder"): Emit =>
  (c, dtype) => {
    if (isFloat(dtype)) {
      floatQuotient(c, dtype);
      return;
    }
    const [type, big, unsigned] = [typeOf(dtype), isBig(dtype), isUnsigned(dtype)];
    const [x, y] = save(c, type, 2) as [number, number];
    const r = c.temp(type, 2);
    const number = (value: number): void => (big ? c.i64(BigInt(value)) : c.i32(value));
    const code = (small: number, large: number): void => c.op(big ? large : small);
    const zero = (of: number): void => {
      c.get(of);
      code(op.i32_eqz, op.i64_eqz);
    };
    zero(y);
    c.if(type);
    number(0);
    c.else();
    if (unsigned) {
      c.get(x);
      c.get(y);
      if (wanted === "quotient") code(op.i32_div_u, op.i64_div_u);
      else code(op.i32_rem_u, op.i64_rem_u);
    } else {
      // The truncated results are off where the remainder is not 0 and its sign not that of y.
      const isOff = (): void => {
        c.get(x);
        c.get(y);
        code(op.i32_rem_s, op.i64_rem_s); // INT_MIN rem -1 is 0 and does not trap
        c.tee(r);
        number(0);
        code(op.i32_ne, op.i64_ne);
        c.get(r);
        c.get(y);
        code(op.i32_xor, op.i64_xor);
        number(0);
        code(op.i32_lt_s, op.i64_lt_s);
        c.op(op.i32_and);
      };
      if (wanted === "remainder") {
        isOff();
        c.if();
        c.get(r);
        c.get(y);
        code(op.i32_add, op.i64_add);
        c.set(r);
        c.end();
        c.get(r);
      } else {
        c.get(y);
        number(-1);
        code(op.i32_eq, op.i64_eq);
        c.if(type);
        number(0);
        c.get(x);
        code(op.i32_sub, op.i64_sub);
        c.else();
        c.get(x);
        c.get(y);
        code(op.i32_div_s, op.i64_div_s);
        isOff();
        if (big) c.op(op.i64_extend_i32_u);
        code(op.i32_sub, op.i64_sub);
        c.end();
        wrap(c, dtype);
      }
    }
    c.end();
  };

/** The quotient is formed in double precision and rounded once, as its meaning is. */
function floatQuotient(c: Code, dtype: RealDType): void {
  if (dtype === "float64") {
    c.op(op.f64_div);
    c.op(op.f64_floor);
    return;
  }
  const [x, y] = save(c, f32, 2) as [number, number];
  for (const v of [x, y]) {
    c.get(v);
    c.op(op.f64_promote_f32);
  }
  c.op(op.f64_div);
  c.op(op.f64_floor);
  c.op(op.f32_demote_f64);
  if (dtype === "float16") roundToHalf(c);
}

const compareLt = /* @__PURE__ */ comparison(
  [op.i32_lt_s, op.i64_lt_s, op.f32_lt, op.f64_lt],
  [op.i32_lt_u, op.i64_lt_u],
);
const compareGt = /* @__PURE__ */ comparison(
  [op.i32_gt_s, op.i64_gt_s, op.f32_gt, op.f64_gt],
  [op.i32_gt_u, op.i64_gt_u],
);

/** Out of range and NaN give the most negative number, as on x86. */
function truncate(c: Code, from: Type, to: Type): void {
  const double = from === f64;
  const x = c.temp(from, 0);
  const number = (value: number): void => (double ? c.f64(value) : c.f32(value));
  const code = (small: number, large: number): void => c.op(double ? large : small);
  c.tee(x);
  if (to === i32) c.misc(double ? misc.i32_trunc_sat_f64_s : misc.i32_trunc_sat_f32_s);
  else c.misc(double ? misc.i64_trunc_sat_f64_s : misc.i64_trunc_sat_f32_s);
  if (to === i32) c.i32(-(2 ** 31));
  else c.i64(-(2n ** 63n));
  // What is below the range saturates to the right number already; NaN and what is above it do not.
  c.get(x);
  number(to === i32 ? 2 ** 31 : 2 ** 63);
  code(op.f32_lt, op.f64_lt);
  c.select();
}

function cast(c: Code, from: RealDType, to: RealDType): void {
  const [a, b] = [typeOf(from), typeOf(to)];
  if (from === to) return;
  if (to === "bool") {
    if (a === i32) c.i32(0);
    else if (a === i64) c.i64(0n);
    else if (a === f32) c.f32(0);
    else c.f64(0);
    c.op([op.i32_ne, op.i64_ne, op.f32_ne, op.f64_ne][order[a] as number] as number);
  } else if (isFloat(to)) {
    if (isFloat(from)) {
      if (to === "float16" && a === f64)
        c.callImport(c.module.external("roundHalf64", [f64], [f32], roundHalf));
      else {
        if (a === f32 && b === f64) c.op(op.f64_promote_f32);
        if (a === f64 && b === f32) c.op(op.f32_demote_f64);
        if (to === "float16") roundToHalf(c);
      }
    } else {
      const unsigned = isUnsigned(from);
      if (a === i32 && b === f32) c.op(unsigned ? op.f32_convert_i32_u : op.f32_convert_i32_s);
      else if (a === i32) c.op(unsigned ? op.f64_convert_i32_u : op.f64_convert_i32_s);
      else if (b === f32) c.op(unsigned ? op.f32_convert_i64_u : op.f32_convert_i64_s);
      else c.op(unsigned ? op.f64_convert_i64_u : op.f64_convert_i64_s);
      if (to === "float16") roundToHalf(c);
    }
  } else if (isFloat(from)) {
    if (to === "uint64") {
      const x = c.temp(a, 1);
      c.tee(x);
      if (a === f64) c.f64(2 ** 63);
      else c.f32(2 ** 63);
      c.op(a === f64 ? op.f64_ge : op.f32_ge);
      c.get(x);
      if (a === f64) c.f64(2 ** 64);
      else c.f32(2 ** 64);
      c.op(a === f64 ? op.f64_lt : op.f32_lt);
      c.op(op.i32_and);
      c.if(i64);
      c.get(x);
      c.misc(a === f64 ? misc.i64_trunc_sat_f64_u : misc.i64_trunc_sat_f32_u);
      c.else();
      c.get(x);
      truncate(c, a, i64);
      c.end();
    } else if (to === "int64") truncate(c, a, i64);
    else if (to === "uint32") {
      truncate(c, a, i64);
      c.op(op.i32_wrap_i64);
    } else {
      truncate(c, a, i32);
      wrap(c, to);
    }
  } else if (b === i64) {
    if (a === i32) c.op(isUnsigned(from) ? op.i64_extend_i32_u : op.i64_extend_i32_s);
  } else {
    if (a === i64) c.op(op.i32_wrap_i64);
    wrap(c, to);
  }
}

const bitcasts: { readonly [key: string]: number } = {
  [`${i32}>${f32}`]: op.f32_reinterpret_i32,
  [`${f32}>${i32}`]: op.i32_reinterpret_f32,
  [`${i64}>${f64}`]: op.f64_reinterpret_i64,
  [`${f64}>${i64}`]: op.i64_reinterpret_f64,
};

/** The instructions of each primitive that is not a call into JavaScript, operands on the stack. */
const table: { readonly [name: string]: Emit } = {
  add: /* @__PURE__ */ arithmetic([op.i32_add, op.i64_add, op.f32_add, op.f64_add]),
  sub: /* @__PURE__ */ arithmetic([op.i32_sub, op.i64_sub, op.f32_sub, op.f64_sub]),
  mul: /* @__PURE__ */ arithmetic([op.i32_mul, op.i64_mul, op.f32_mul, op.f64_mul]),
  div: /* @__PURE__ */ float(op.f32_div, op.f64_div, true),
  floorDiv: /* @__PURE__ */ floorDivision("quotient"),
  mod: /* @__PURE__ */ floorDivision("remainder"),
  neg: (c, dtype) => {
    if (isFloat(dtype)) c.op(dtype === "float64" ? op.f64_neg : op.f32_neg);
    else {
      const big = isBig(dtype);
      if (big) c.i64(-1n);
      else c.i32(-1);
      c.op(big ? op.i64_mul : op.i32_mul);
      wrap(c, dtype);
    }
  },
  abs: (c, dtype) => {
    if (isFloat(dtype)) c.op(dtype === "float64" ? op.f64_abs : op.f32_abs);
    else if (!isUnsigned(dtype)) {
      const [x] = save(c, typeOf(dtype), 1) as [number];
      const big = isBig(dtype);
      if (big) c.i64(0n);
      else c.i32(0);
      c.get(x);
      c.op(big ? op.i64_sub : op.i32_sub);
      wrap(c, dtype);
      c.get(x);
      c.get(x);
      if (big) c.i64(0n);
      else c.i32(0);
      c.op(big ? op.i64_lt_s : op.i32_lt_s);
      c.select();
    }
  },
  min: /* @__PURE__ */ extremum(op.f32_min, op.f64_min, compareLt),
  max: /* @__PURE__ */ extremum(op.f32_max, op.f64_max, compareGt),
  sqrt: /* @__PURE__ */ float(op.f32_sqrt, op.f64_sqrt, true),
  floor: /* @__PURE__ */ float(op.f32_floor, op.f64_floor),
  ceil: /* @__PURE__ */ float(op.f32_ceil, op.f64_ceil),
  trunc: /* @__PURE__ */ float(op.f32_trunc, op.f64_trunc),
  roundEven: /* @__PURE__ */ float(op.f32_nearest, op.f64_nearest),
  copySign: (c, dtype) => {
    // The sign of a NaN counts as positive: the engine makes NaNs of either sign.
    const double = dtype === "float64";
    const y = c.temp(double ? f64 : f32, 0);
    c.tee(y);
    if (double) c.f64(0);
    else c.f32(0);
    c.get(y);
    c.get(y);
    c.op(double ? op.f64_eq : op.f32_eq);
    c.select();
    c.op(double ? op.f64_copysign : op.f32_copysign);
  },
  eq: /* @__PURE__ */ comparison([op.i32_eq, op.i64_eq, op.f32_eq, op.f64_eq], [op.i32_eq, op.i64_eq]),
  ne: /* @__PURE__ */ comparison([op.i32_ne, op.i64_ne, op.f32_ne, op.f64_ne], [op.i32_ne, op.i64_ne]),
  lt: compareLt,
  le: /* @__PURE__ */ comparison(
    [op.i32_le_s, op.i64_le_s, op.f32_le, op.f64_le],
    [op.i32_le_u, op.i64_le_u],
  ),
  gt: compareGt,
  ge: /* @__PURE__ */ comparison(
    [op.i32_ge_s, op.i64_ge_s, op.f32_ge, op.f64_ge],
    [op.i32_ge_u, op.i64_ge_u],
  ),
  and: /* @__PURE__ */ arithmetic([op.i32_and, op.i64_and, 0, 0]),
  or: /* @__PURE__ */ arithmetic([op.i32_or, op.i64_or, 0, 0]),
  xor: /* @__PURE__ */ arithmetic([op.i32_xor, op.i64_xor, 0, 0]),
  not: (c, dtype) => {
    if (dtype === "bool") {
      c.op(op.i32_eqz);
      return;
    }
    const big = isBig(dtype);
    if (big) c.i64(-1n);
    else c.i32(-1);
    c.op(big ? op.i64_xor : op.i32_xor);
    wrap(c, dtype);
  },
  shl: /* @__PURE__ */ shift(() => [op.i32_shl, op.i64_shl], "zero"),
  shr: /* @__PURE__ */ shift(
    (u) => (u ? [op.i32_shr_u, op.i64_shr_u] : [op.i32_shr_s, op.i64_shr_s]),
    "sign",
  ),
  cast: (c, from, to) => cast(c, from, to),
  bitcast: (c, from, to) => {
    const code = bitcasts[`${typeOf(from)}>${typeOf(to)}`];
    if (code !== undefined) c.op(code);
  },
};

/** Whether `prim` on `dtype` is instructions, not a call into JavaScript. `select` is left to the caller. */
export const isInline = (prim: Prim, dtype: RealDType): boolean =>
  prim.name === "select" || (Object.hasOwn(table, prim.name) && !(prim.name === "mod" && isFloat(dtype)));

/** Applies `prim` to the operands of `dtype` on the stack; what has no instructions calls the primitive's meaning. */
export function applyScalar(c: Code, prim: Prim, dtype: RealDType, result: RealDType): void {
  if (isInline(prim, dtype)) {
    table[prim.name]?.(c, dtype, result);
    return;
  }
  const params = Array.from({ length: prim.arity }, () => typeOf(dtype));
  const meaning = prim.meaning(dtype, result);
  if (!meaning) throw new Error(`internal: ${prim.name} of ${dtype}`);
  c.callImport(c.module.external(`${prim.name}:${dtype}`, params, [typeOf(result)], meaning));
}
