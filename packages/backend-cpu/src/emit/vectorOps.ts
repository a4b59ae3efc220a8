import { bytesOf, isBig, type Prim, type RealDType } from "@theano-ts/kernel";
import { type Code, i32, type Local, v128 } from "../wasm/code.ts";
import * as op from "../wasm/op.ts";
import * as simd from "../wasm/simd.ts";
import { isUnsigned, loadOf, storeOf } from "./types.ts";

/**
 * How many elements a vector stands for: 4, in 32-bit lanes, or 2, in 64-bit lanes. With 2, values of 32 bits and less
 * sit in the low half. Small integers take 32-bit lanes; a bool is a mask, all bits of its lane (32 or 64) set or clear.
 */
export type Lanes = 2 | 4;

/** The register class of a dtype: what its lanes are operated on as. */
type Class = "f32" | "f64" | "i32" | "i64" | "mask";
const classOf = (dtype: RealDType): Class =>
  dtype === "bool"
    ? "mask"
    : dtype === "float32"
      ? "f32"
      : dtype === "float64"
        ? "f64"
        : isBig(dtype)
          ? "i64"
          : "i32";

const scratch = /* @__PURE__ */ new DataView(new ArrayBuffer(16));
const scratchBytes = /* @__PURE__ */ new Uint8Array(scratch.buffer);

/** The bytes of `value` in every lane, until the next call. */
function splatBytes(dtype: RealDType, value: number | bigint, lanes: Lanes): Uint8Array {
  if (dtype === "bool") scratchBytes.fill(value ? 255 : 0);
  else if (dtype === "float64") for (let i = 0; i < 16; i += 8) scratch.setFloat64(i, Number(value), true);
  else if (isBig(dtype))
    for (let i = 0; i < 16; i += 8) scratch.setBigInt64(i, BigInt.asIntN(64, BigInt(value)), true);
  else
    for (let i = 0; i < 16; i += 4) {
      if (i >= 4 * lanes) scratch.setInt32(i, 0, true);
      else if (dtype === "float32") scratch.setFloat32(i, Number(value), true);
      else scratch.setInt32(i, Number(value) | 0, true);
    }
  return scratchBytes;
}

/** A vector of `value` in every lane. */
export const vectorConstant = (c: Code, value: number | bigint, dtype: RealDType, lanes: Lanes): void =>
  c.v128(splatBytes(dtype, value, lanes));

const lowWords = [0, 1, 2, 3, 8, 9, 10, 11, 0, 1, 2, 3, 8, 9, 10, 11];

/** The 64-bit lanes on the stack to 32-bit ones in the low half. */
function narrow(c: Code): void {
  const t = c.temp(v128, 3);
  c.tee(t);
  c.get(t);
  c.shuffle(lowWords);
}

/** A scalar of `dtype` on the stack to every lane. */
export function splat(c: Code, dtype: RealDType, lanes: Lanes): void {
  const k = classOf(dtype);
  if (k === "mask") {
    c.i32(0);
    c.op(op.i32_ne);
    if (lanes === 2) {
      c.op(op.i64_extend_i32_s);
      c.simd(simd.i64x2_splat);
      c.simd(simd.i64x2_neg);
    } else {
      c.simd(simd.i32x4_splat);
      c.simd(simd.i32x4_neg);
    }
  } else
    c.simd({ f32: simd.f32x4_splat, f64: simd.f64x2_splat, i32: simd.i32x4_splat, i64: simd.i64x2_splat }[k]);
}

/** The scalar in lane `lane` of the vector on the stack. */
export function extract(c: Code, dtype: RealDType, lane: number, lanes: Lanes): void {
  const k = classOf(dtype);
  if (k === "mask") {
    c.simd(simd.i32x4_extract_lane);
    c.lane(lanes === 2 ? lane * 2 : lane);
    c.i32(1);
    c.op(op.i32_and);
    return;
  }
  c.simd(
    {
      f32: simd.f32x4_extract_lane,
      f64: simd.f64x2_extract_lane,
      i32: simd.i32x4_extract_lane,
      i64: simd.i64x2_extract_lane,
    }[k],
  );
  c.lane(lane);
}

/** Puts the scalar on the stack into lane `lane` of the vector beneath it. A bool must be 0 or -1 for this. */
export function replace(c: Code, dtype: RealDType, lane: number, lanes: Lanes): void {
  const k = classOf(dtype);
  if (k === "mask") {
    c.i32(0);
    c.op(op.i32_ne);
    c.i32(-1);
    c.op(op.i32_mul);
    if (lanes === 2) c.op(op.i64_extend_i32_s);
    c.simd(lanes === 2 ? simd.i64x2_replace_lane : simd.i32x4_replace_lane);
  } else
    c.simd(
      {
        f32: simd.f32x4_replace_lane,
        f64: simd.f64x2_replace_lane,
        i32: simd.i32x4_replace_lane,
        i64: simd.i64x2_replace_lane,
      }[k],
    );
  c.lane(lane);
}

/** Reads `lanes` elements that follow each other, from the address on the stack. */
export function vectorLoad(c: Code, dtype: RealDType, lanes: Lanes, offset: number): void {
  const width = bytesOf(dtype) * lanes;
  if (width === 16) {
    c.simdMemory(simd.v128_load, offset);
    return;
  }
  if (width === 8) c.simdMemory(simd.v128_load64_zero, offset);
  else if (width === 4) c.simdMemory(simd.v128_load32_zero, offset);
  else {
    c.memory(op.i32_load16_u, offset);
    c.simd(simd.i32x4_splat);
  }
  if (dtype === "bool") {
    spread(c, "uint8");
    c.v128(new Uint8Array(16));
    c.simd(simd.i32x4_ne);
    if (lanes === 2) c.simd(simd.i64x2_extend_low_i32x4_s);
  } else if (bytesOf(dtype) < 4) spread(c, dtype);
}

/** Small integers, packed in the low bytes, to 32-bit lanes. */
function spread(c: Code, dtype: RealDType): void {
  const unsigned = isUnsigned(dtype);
  if (bytesOf(dtype) === 1) c.simd(unsigned ? simd.i16x8_extend_low_i8x16_u : simd.i16x8_extend_low_i8x16_s);
  c.simd(unsigned ? simd.i32x4_extend_low_i16x8_u : simd.i32x4_extend_low_i16x8_s);
}

/** Writes the vector on the stack, and the address beneath it, to elements that follow each other. */
export function vectorStore(c: Code, dtype: RealDType, lanes: Lanes, offset: number): void {
  const bytes = bytesOf(dtype);
  const width = bytes * lanes;
  if (dtype === "bool") {
    c.v128(splatBytes("int32", 1, 4));
    c.simd(simd.v128_and);
  }
  if (width === 16) {
    c.simdMemory(simd.v128_store, offset);
    return;
  }
  if (bytes < 4) {
    const step = dtype === "bool" && lanes === 2 ? 8 : 4;
    const t = c.temp(v128, 3);
    c.tee(t);
    c.get(t);
    c.shuffle(
      Array.from({ length: 16 }, (_, i) => (i < width ? Math.floor(i / bytes) * step + (i % bytes) : 0)),
    );
  }
  c.simdMemoryLane(
    width === 8 ? simd.v128_store64_lane : width === 4 ? simd.v128_store32_lane : simd.v128_store16_lane,
    0,
    offset,
  );
}

/** Reads one element into lane `lane`: the vector, then the address on the stack. */
export function loadLane(c: Code, dtype: RealDType, lane: number, lanes: Lanes): void {
  const bytes = bytesOf(dtype);
  if (bytes >= 4) {
    // The instruction wants the address beneath the vector.
    const [t, a] = [c.temp(v128, 3), c.temp(i32, 3)];
    c.set(a);
    c.set(t);
    c.get(a);
    c.get(t);
    c.simdMemoryLane(bytes === 8 ? simd.v128_load64_lane : simd.v128_load32_lane, lane);
    return;
  }
  c.memory(loadOf(dtype));
  replace(c, dtype, lane, lanes);
}

/** Writes lane `lane` of the vector on the stack to the address beneath it. */
export function storeLane(c: Code, dtype: RealDType, lane: number, lanes: Lanes): void {
  extract(c, dtype, lane, lanes);
  c.memory(storeOf(dtype));
}

/** The vector start, start + 1, … from the int32 on the stack. */
export function ramp(c: Code, _lanes: Lanes, from: number): void {
  c.simd(simd.i32x4_splat);
  const view = new DataView(new ArrayBuffer(16));
  for (let i = 0; i < 4; i++) view.setInt32(4 * i, from + i, true);
  c.v128(new Uint8Array(view.buffer));
  c.simd(simd.i32x4_add);
}

/** Whether any lane of the mask on the stack is set. */
export const anyLane = (c: Code): void => c.simd(simd.v128_any_true);

function wrap(c: Code, dtype: RealDType): void {
  if (dtype === "uint8" || dtype === "uint16") {
    c.v128(splatBytes("int32", dtype === "uint8" ? 0xff : 0xffff, 4));
    c.simd(simd.v128_and);
  } else if (dtype === "int8" || dtype === "int16") {
    const bits = dtype === "int8" ? 24 : 16;
    c.i32(bits);
    c.simd(simd.i32x4_shl);
    c.i32(bits);
    c.simd(simd.i32x4_shr_s);
  }
}

type Codes = { readonly [K in Class]?: number };
type Emit = (c: Code, dtype: RealDType, result: RealDType, lanes: Lanes) => boolean;

const plain =
  (codes: Codes): Emit =>
  (c, dtype) => {
    const code = codes[classOf(dtype)];
    if (code === undefined) return false;
    c.simd(code);
    wrap(c, dtype);
    return true;
  };

function save(c: Code, n: number): Local[] {
  const locals = Array.from({ length: n }, (_, k) => c.temp(v128, k));
  for (let k = n - 1; k >= 0; k--) c.set(locals[k] as number);
  return locals;
}

/** A comparison's lanes as a mask of the vector's lane width. */
function asMask(c: Code, dtype: RealDType, lanes: Lanes): void {
  if (lanes === 2 && bytesOf(dtype) <= 4) c.simd(simd.i64x2_extend_low_i32x4_s);
}

const comparison =
  (codes: Codes, unsigned: number, masks: (c: Code) => void): Emit =>
  (c, dtype, _, lanes) => {
    const k = classOf(dtype);
    if (k === "mask") {
      masks(c);
      return true;
    }
    // Of 64 bits only equality has unsigned instructions, the signed ones.
    const code = isUnsigned(dtype) && k === "i32" ? unsigned : codes[k];
    if (code === undefined) return false;
    c.simd(code);
    asMask(c, dtype, lanes);
    return true;
  };

/** `x` where the comparison holds, else `y`, for 64-bit integers, which have no minimum. */
const extremum =
  (codes: Codes, unsigned: number, compare: number): Emit =>
  (c, dtype) => {
    const k = classOf(dtype);
    if (k !== "i64") {
      c.simd(k === "i32" && isUnsigned(dtype) ? unsigned : (codes[k] as number));
      return true;
    }
    if (dtype === "uint64") return false;
    const [x, y] = save(c, 2) as [Local, Local];
    c.get(x);
    c.get(y);
    c.get(x);
    c.get(y);
    c.simd(compare);
    c.simd(simd.v128_bitselect);
    return true;
  };

const swapped = (c: Code, then: (c: Code) => void): void => {
  const [x, y] = save(c, 2) as [Local, Local];
  c.get(y);
  c.get(x);
  then(c);
};
const complement = (c: Code): void => {
  const [x, y] = save(c, 2) as [Local, Local];
  c.get(y);
  c.get(x);
  c.simd(simd.v128_not);
  c.simd(simd.v128_or);
};

/** Truncation to int32, with the most negative number for what does not fit. */
function truncate(c: Code, from: RealDType): void {
  const t = c.temp(v128, 0);
  c.tee(t);
  const double = from === "float64";
  c.simd(double ? simd.i32x4_trunc_sat_f64x2_s_zero : simd.i32x4_trunc_sat_f32x4_s);
  c.v128(splatBytes("int32", -(2 ** 31), 4));
  c.get(t);
  c.v128(splatBytes(from, 2 ** 31, double ? 2 : 4));
  c.simd(double ? simd.f64x2_lt : simd.f32x4_lt);
  if (double) narrow(c);
  c.simd(simd.v128_bitselect);
}

/** A mask as numbers 0 and 1 of a class. */
function numbers(c: Code, to: RealDType, lanes: Lanes): void {
  if (lanes === 2 && bytesOf(to) <= 4) narrow(c);
  c.v128(splatBytes(to, 1, bytesOf(to) <= 4 ? 4 : 2));
  c.simd(simd.v128_and);
}

function cast(c: Code, from: RealDType, to: RealDType, lanes: Lanes): boolean {
  const [a, b] = [classOf(from), classOf(to)];
  if (a === "mask") {
    numbers(c, to, lanes);
    return true;
  }
  if (b === "mask") {
    c.v128(new Uint8Array(16));
    c.simd({ f32: simd.f32x4_ne, f64: simd.f64x2_ne, i32: simd.i32x4_ne, i64: simd.i64x2_ne }[a]);
    asMask(c, from, lanes);
    return true;
  }
  const unsigned = isUnsigned(from);
  switch (`${a}>${b}`) {
    case "i32>f32":
      c.simd(unsigned ? simd.f32x4_convert_i32x4_u : simd.f32x4_convert_i32x4_s);
      return true;
    case "i32>f64":
      c.simd(unsigned ? simd.f64x2_convert_low_i32x4_u : simd.f64x2_convert_low_i32x4_s);
      return true;
    case "f32>f64":
      c.simd(simd.f64x2_promote_low_f32x4);
      return true;
    case "f64>f32":
      c.simd(simd.f32x4_demote_f64x2_zero);
      return true;
    case "f32>i32":
    case "f64>i32":
      if (to === "uint32") return false;
      truncate(c, from);
      wrap(c, to);
      return true;
    case "i32>i64":
      c.simd(unsigned ? simd.i64x2_extend_low_i32x4_u : simd.i64x2_extend_low_i32x4_s);
      return true;
    case "i64>i32":
      narrow(c);
      wrap(c, to);
      return true;
    case "i32>i32":
      wrap(c, to);
      return true;
    case "i64>i64":
    case "f32>f32":
    case "f64>f64":
      return true;
    default:
      return false;
  }
}

const table: { readonly [name: string]: Emit } = {
  add: /* @__PURE__ */ plain({
    f32: simd.f32x4_add,
    f64: simd.f64x2_add,
    i32: simd.i32x4_add,
    i64: simd.i64x2_add,
  }),
  sub: /* @__PURE__ */ plain({
    f32: simd.f32x4_sub,
    f64: simd.f64x2_sub,
    i32: simd.i32x4_sub,
    i64: simd.i64x2_sub,
  }),
  mul: /* @__PURE__ */ plain({
    f32: simd.f32x4_mul,
    f64: simd.f64x2_mul,
    i32: simd.i32x4_mul,
    i64: simd.i64x2_mul,
  }),
  div: /* @__PURE__ */ plain({ f32: simd.f32x4_div, f64: simd.f64x2_div }),
  neg: /* @__PURE__ */ plain({
    f32: simd.f32x4_neg,
    f64: simd.f64x2_neg,
    i32: simd.i32x4_neg,
    i64: simd.i64x2_neg,
  }),
  abs: (c, dtype) => {
    if (isUnsigned(dtype)) return true;
    return plain({ f32: simd.f32x4_abs, f64: simd.f64x2_abs, i32: simd.i32x4_abs, i64: simd.i64x2_abs })(
      c,
      dtype,
      dtype,
      4,
    );
  },
  min: /* @__PURE__ */ extremum(
    { f32: simd.f32x4_min, f64: simd.f64x2_min, i32: simd.i32x4_min_s, mask: simd.v128_and },
    simd.i32x4_min_u,
    simd.i64x2_lt_s,
  ),
  max: /* @__PURE__ */ extremum(
    { f32: simd.f32x4_max, f64: simd.f64x2_max, i32: simd.i32x4_max_s, mask: simd.v128_or },
    simd.i32x4_max_u,
    simd.i64x2_gt_s,
  ),
  sqrt: /* @__PURE__ */ plain({ f32: simd.f32x4_sqrt, f64: simd.f64x2_sqrt }),
  floor: /* @__PURE__ */ plain({ f32: simd.f32x4_floor, f64: simd.f64x2_floor }),
  ceil: /* @__PURE__ */ plain({ f32: simd.f32x4_ceil, f64: simd.f64x2_ceil }),
  trunc: /* @__PURE__ */ plain({ f32: simd.f32x4_trunc, f64: simd.f64x2_trunc }),
  roundEven: /* @__PURE__ */ plain({ f32: simd.f32x4_nearest, f64: simd.f64x2_nearest }),
  floorDiv: (c, dtype) => {
    if (dtype !== "float64") return false;
    c.simd(simd.f64x2_div);
    c.simd(simd.f64x2_floor);
    return true;
  },
  copySign: (c, dtype) => {
    const double = dtype === "float64";
    const sign = (): void => c.v128(splatBytes(dtype, -0, double ? 2 : 4));
    const y = c.temp(v128, 0);
    c.set(y);
    sign();
    c.simd(simd.v128_andnot);
    // The sign of a NaN counts as positive.
    c.get(y);
    c.get(y);
    c.get(y);
    c.simd(double ? simd.f64x2_eq : simd.f32x4_eq);
    c.simd(simd.v128_and);
    sign();
    c.simd(simd.v128_and);
    c.simd(simd.v128_or);
    return true;
  },
  eq: /* @__PURE__ */ comparison(
    { f32: simd.f32x4_eq, f64: simd.f64x2_eq, i32: simd.i32x4_eq, i64: simd.i64x2_eq },
    simd.i32x4_eq,
    (c) => {
      c.simd(simd.v128_xor);
      c.simd(simd.v128_not);
    },
  ),
  ne: /* @__PURE__ */ comparison(
    { f32: simd.f32x4_ne, f64: simd.f64x2_ne, i32: simd.i32x4_ne, i64: simd.i64x2_ne },
    simd.i32x4_ne,
    (c) => c.simd(simd.v128_xor),
  ),
  lt: /* @__PURE__ */ comparison(
    { f32: simd.f32x4_lt, f64: simd.f64x2_lt, i32: simd.i32x4_lt_s, i64: simd.i64x2_lt_s },
    simd.i32x4_lt_u,
    (c) => swapped(c, () => c.simd(simd.v128_andnot)),
  ),
  gt: /* @__PURE__ */ comparison(
    { f32: simd.f32x4_gt, f64: simd.f64x2_gt, i32: simd.i32x4_gt_s, i64: simd.i64x2_gt_s },
    simd.i32x4_gt_u,
    (c) => c.simd(simd.v128_andnot),
  ),
  le: /* @__PURE__ */ comparison(
    { f32: simd.f32x4_le, f64: simd.f64x2_le, i32: simd.i32x4_le_s, i64: simd.i64x2_le_s },
    simd.i32x4_le_u,
    complement,
  ),
  ge: /* @__PURE__ */ comparison(
    { f32: simd.f32x4_ge, f64: simd.f64x2_ge, i32: simd.i32x4_ge_s, i64: simd.i64x2_ge_s },
    simd.i32x4_ge_u,
    (c) => swapped(c, complement),
  ),
  and: /* @__PURE__ */ plain({ i32: simd.v128_and, i64: simd.v128_and, mask: simd.v128_and }),
  or: /* @__PURE__ */ plain({ i32: simd.v128_or, i64: simd.v128_or, mask: simd.v128_or }),
  xor: /* @__PURE__ */ plain({ i32: simd.v128_xor, i64: simd.v128_xor, mask: simd.v128_xor }),
  not: /* @__PURE__ */ plain({ i32: simd.v128_not, i64: simd.v128_not, mask: simd.v128_not }),
  cast: (c, from, to, lanes) => cast(c, from, to, lanes),
  bitcast: () => true,
};

/** Whether `applyVector` has instructions for `prim`; if not, it is done lane by lane. */
export function isVector(prim: Prim, dtype: RealDType, result: RealDType): boolean {
  const emit = table[prim.name];
  if (!emit || !Object.hasOwn(table, prim.name)) return false;
  const k = classOf(dtype);
  if (prim.name === "mul" || prim.name === "floorDiv" || prim.name === "min" || prim.name === "max")
    return (
      !(k === "i64" && (prim.name === "min" || prim.name === "max") && dtype === "uint64") &&
      (prim.name !== "floorDiv" || k === "f64")
    );
  if (prim.name === "cast") {
    const pair = `${k}>${classOf(result)}`;
    return (
      k === "mask" || result === "bool" || (vectorCasts.has(pair) && !(k[0] === "f" && result === "uint32"))
    );
  }
  if (isUnsigned(dtype) && k === "i64") return !["lt", "le", "gt", "ge"].includes(prim.name);
  return true;
}
const vectorCasts: ReadonlySet<string> = /* @__PURE__ */ new Set([
  "i32>f32",
  "i32>f64",
  "f32>f64",
  "f64>f32",
  "f32>i32",
  "f64>i32",
  "i32>i64",
  "i64>i32",
  "i32>i32",
  "i64>i64",
  "f32>f32",
  "f64>f64",
]);

/** Applies `prim` to the vectors of `dtype` on the stack; only where `isVector`. */
export function applyVector(c: Code, prim: Prim, dtype: RealDType, result: RealDType, lanes: Lanes): void {
  if (!table[prim.name]?.(c, dtype, result, lanes))
    throw new Error(`internal: no vector ${prim.name} of ${dtype}`);
}

/** Shifts the integer lanes on the stack by a number known now and in range. */
export function vectorShift(c: Code, direction: "shl" | "shr", dtype: RealDType, by: number): void {
  const [big, unsigned] = [isBig(dtype), isUnsigned(dtype)];
  c.i32(by);
  if (direction === "shl") c.simd(big ? simd.i64x2_shl : simd.i32x4_shl);
  else if (unsigned) c.simd(big ? simd.i64x2_shr_u : simd.i32x4_shr_u);
  else c.simd(big ? simd.i64x2_shr_s : simd.i32x4_shr_s);
  wrap(c, dtype);
}

/** `x` where the mask is set, else `y`: x, y and the mask are on the stack. */
export function vectorSelect(c: Code, dtype: RealDType, lanes: Lanes): void {
  if (lanes === 2 && bytesOf(dtype) <= 4 && dtype !== "bool") narrow(c);
  c.simd(simd.v128_bitselect);
}

/** `a · b + c` (or `c - a · b`) of floats on the stack, rounded once. */
export function fusedMultiplyAdd(c: Code, dtype: RealDType, negate: boolean): void {
  if (dtype === "float64") c.simd(negate ? simd.f64x2_relaxed_nmadd : simd.f64x2_relaxed_madd);
  else c.simd(negate ? simd.f32x4_relaxed_nmadd : simd.f32x4_relaxed_madd);
}
