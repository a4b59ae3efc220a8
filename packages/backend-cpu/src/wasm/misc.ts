/** Codes of the 0xFC group: see op.ts. */
export const i32_trunc_sat_f32_s = 0;
export const i32_trunc_sat_f64_s = 2;
export const i64_trunc_sat_f32_s = 4;
export const i64_trunc_sat_f32_u = 5;
export const i64_trunc_sat_f64_s = 6;
export const i64_trunc_sat_f64_u = 7;
