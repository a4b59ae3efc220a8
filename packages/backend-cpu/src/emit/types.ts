import { bytesOf, isBig, type RealDType } from "@theano-ts/kernel";
import { type Code, f32, f64, i32, i64, type Type } from "../wasm/code.ts";
import * as op from "../wasm/op.ts";

/**
 * The WebAssembly type that scalars of `dtype` are computed in. Small integers and bool are i32, always in range
 * (bool is 0 or 1); uint32 is i32 read as unsigned; float16 is f32, always rounded to half precision.
 */
export const typeOf = (dtype: RealDType): Type =>
  dtype === "float64" ? f64 : dtype === "float32" || dtype === "float16" ? f32 : isBig(dtype) ? i64 : i32;

/** Whether comparisons, divisions and conversions of `dtype` are the unsigned ones. */
export const isUnsigned = (dtype: RealDType): boolean => dtype === "bool" || dtype.startsWith("u");

/** The constant `value` of `dtype`, on the stack. */
export function pushConstant(c: Code, value: number | bigint, dtype: RealDType): void {
  const type = typeOf(dtype);
  if (type === i32) c.i32(Number(value) | 0);
  else if (type === i64) c.i64(BigInt(value));
  else if (type === f32) c.f32(Number(value));
  else c.f64(Number(value));
}

const loads: { readonly [D in RealDType]: number } = {
  bool: op.i32_load8_u,
  int8: op.i32_load8_s,
  uint8: op.i32_load8_u,
  int16: op.i32_load16_s,
  uint16: op.i32_load16_u,
  int32: op.i32_load,
  uint32: op.i32_load,
  int64: op.i64_load,
  uint64: op.i64_load,
  float16: op.i32_load16_u,
  float32: op.f32_load,
  float64: op.f64_load,
};

/** The instruction that reads a `dtype`; float16 comes as its bits. */
export const loadOf = (dtype: RealDType): number => loads[dtype];

/** The instruction that writes a `dtype`; float16 goes as its bits. */
export const storeOf = (dtype: RealDType): number =>
  dtype === "float32"
    ? op.f32_store
    : dtype === "float64"
      ? op.f64_store
      : { 1: op.i32_store8, 2: op.i32_store16, 4: op.i32_store, 8: op.i64_store }[
          bytesOf(dtype) as 1 | 2 | 4 | 8
        ];
