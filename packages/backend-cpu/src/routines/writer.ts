import type { Code, Local, Type } from "../wasm/code.ts";
import * as op from "../wasm/op.ts";
import * as simd from "../wasm/simd.ts";

/** Instructions that leave one value, to be written where it is wanted. */
export type Value = () => void;

/** Writes functions by hand: values nest as in a formula, statements follow each other. */
export class Writer {
  readonly code: Code;

  constructor(code: Code) {
    this.code = code;
  }

  // Values.

  get(local: Local): Value {
    return () => this.code.get(local);
  }
  i32(value: number): Value {
    return () => this.code.i32(value);
  }
  f64(value: number): Value {
    return () => this.code.f64(value);
  }
  /** A scalar instruction of these operands. */
  op(instruction: number, ...operands: readonly Value[]): Value {
    return () => {
      for (const x of operands) x();
      this.code.op(instruction);
    };
  }
  /** A vector instruction of these operands. */
  simd(instruction: number, ...operands: readonly Value[]): Value {
    return () => {
      for (const x of operands) x();
      this.code.simd(instruction);
    };
  }
  /** A lane of a vector. */
  lane(instruction: number, lane: number, x: Value): Value {
    return () => {
      x();
      this.code.simd(instruction);
      this.code.lane(lane);
    };
  }
  /** Bytes of two vectors in the order of `bytes`. */
  shuffle(x: Value, y: Value, bytes: readonly number[]): Value {
    return () => {
      x();
      y();
      this.code.shuffle(bytes);
    };
  }
  load(instruction: number, address: Value, offset = 0): Value {
    return () => {
      address();
      this.code.memory(instruction, offset);
    };
  }
  vector(address: Value, offset = 0): Value {
    return () => {
      address();
      this.code.simdMemory(simd.v128_load, offset);
    };
  }
  call(target: Code, ...operands: readonly Value[]): Value {
    return () => {
      for (const x of operands) x();
      this.code.call(target);
    };
  }
  /** One number in all lanes. */
  f64x2(value: number): Value {
    return this.simd(simd.f64x2_splat, this.f64(value));
  }
  i32x4(value: number): Value {
    return this.simd(simd.i32x4_splat, this.i32(value));
  }
  /** `x + y` of addresses and counts. */
  add(x: Value, y: Value | number): Value {
    return this.op(op.i32_add, x, typeof y === "number" ? this.i32(y) : y);
  }
  sub(x: Value, y: Value | number): Value {
    return this.op(op.i32_sub, x, typeof y === "number" ? this.i32(y) : y);
  }
  /** `x · 2^bits`. */
  shl(x: Value, bits: number): Value {
    return this.op(op.i32_shl, x, this.i32(bits));
  }
  /** The smaller of two counts. */
  least(x: Value, y: Value): Value {
    return () => {
      x();
      y();
      x();
      y();
      this.code.op(op.i32_lt_s);
      this.code.select();
    };
  }

  // Statements.

  /** A new variable, with its first value. */
  let(type: Type, value?: Value): Local {
    const local = this.code.local(type);
    if (value) this.set(local, value);
    return local;
  }
  set(local: Local, value: Value): void {
    value();
    this.code.set(local);
  }
  store(instruction: number, address: Value, value: Value, offset = 0): void {
    address();
    value();
    this.code.memory(instruction, offset);
  }
  storeVector(address: Value, value: Value, offset = 0): void {
    address();
    value();
    this.code.simdMemory(simd.v128_store, offset);
  }
  if(condition: Value, then: () => void, otherwise?: () => void): void {
    condition();
    this.code.if();
    then();
    if (otherwise) {
      this.code.else();
      otherwise();
    }
    this.code.end();
  }
  while(condition: Value, body: () => void): void {
    this.code.loop();
    condition();
    this.code.if();
    body();
    this.code.br(1);
    this.code.end();
    this.code.end();
  }
  /** Leaves the function. */
  give(value: Value): void {
    value();
    this.code.return();
  }
}

/** A number on the stack as one of `float32` or `float64`, written to `address`. */
export function storeFloat(w: Writer, dtype: string, address: Value, value: Value): void {
  if (dtype === "float64") w.store(op.f64_store, address, value);
  else w.store(op.f32_store, address, w.op(op.f32_demote_f64, value));
}

/** Two numbers side by side, written likewise. */
export function storeFloats(w: Writer, dtype: string, address: Value, values: Value): void {
  if (dtype === "float64") {
    w.storeVector(address, values);
    return;
  }
  address();
  w.simd(simd.f32x4_demote_f64x2_zero, values)();
  w.code.simdMemoryLane(simd.v128_store64_lane, 0);
}

/** Bytes of a float of this dtype, as a power of 2. */
export const shiftOf = (dtype: string): number => (dtype === "float64" ? 3 : 2);
