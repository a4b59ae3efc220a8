import { Bytes } from "./bytes.ts";
import type { Module } from "./module.ts";

/** WebAssembly's value types, by their codes. */
export type Type = 0x7f | 0x7e | 0x7d | 0x7c | 0x7b;
/** 32-bit integers, and addresses. */
export const i32 = 0x7f;
/** 64-bit integers. */
export const i64 = 0x7e;
/** 32-bit floats. */
export const f32 = 0x7d;
/** 64-bit floats. */
export const f64 = 0x7c;
/** Vectors of 128 bits, whatever their lanes. */
export const v128 = 0x7b;

/** The number of a local variable. */
export type Local = number;

/** The body of one function, written from its first instruction to its last. */
export class Code {
  /** Which of the module's functions this is. */
  readonly index: number;
  readonly module: Module;
  readonly #body = new Bytes();
  readonly #params: readonly Type[];
  readonly #locals: Type[] = [];
  readonly #temps = new Map<number, Local>();
  /** Where the numbers of called functions are, to be raised by the number of imports. */
  readonly #calls: { at: number; index: number }[] = [];

  constructor(module: Module, params: readonly Type[], index: number) {
    this.module = module;
    this.#params = params;
    this.index = index;
  }

  local(type: Type): Local {
    return this.#params.length + this.#locals.push(type) - 1;
  }
  /**
   * The `k`th scratch variable of `type`, shared by all who ask: for use within the instructions of one operation,
   * whose operands are on the stack already.
   */
  temp(type: Type, k = 0): Local {
    const key = type * 8 + k;
    let local = this.#temps.get(key);
    if (local === undefined) {
      local = this.local(type);
      this.#temps.set(key, local);
    }
    return local;
  }

  op(code: number): void {
    this.#body.byte(code);
  }
  /** An instruction of the 0xFD group. */
  simd(code: number): void {
    this.#body.byte(0xfd);
    this.#body.u32(code);
  }
  /** An instruction of the 0xFC group (saturating truncations). */
  misc(code: number): void {
    this.#body.byte(0xfc);
    this.#body.u32(code);
  }
  lane(index: number): void {
    this.#body.byte(index);
  }

  get(local: Local): void {
    this.op(0x20);
    this.#body.u32(local);
  }
  set(local: Local): void {
    this.op(0x21);
    this.#body.u32(local);
  }
  tee(local: Local): void {
    this.op(0x22);
    this.#body.u32(local);
  }

  i32(value: number): void {
    this.op(0x41);
    this.#body.s32(value);
  }
  i64(value: bigint): void {
    this.op(0x42);
    this.#body.s64(value);
  }
  f32(value: number): void {
    this.op(0x43);
    this.#body.f32(value);
  }
  f64(value: number): void {
    this.op(0x44);
    this.#body.f64(value);
  }
  /** A vector from its sixteen bytes. */
  v128(bytes: Uint8Array): void {
    this.simd(0x0c);
    this.#body.bytes(bytes);
  }
  shuffle(lanes: readonly number[]): void {
    this.simd(0x0d);
    this.#body.bytes(lanes);
  }

  /** A load or store, unaligned as far as the engine is told. */
  memory(code: number, offset = 0): void {
    this.op(code);
    this.#place(offset);
  }
  simdMemory(code: number, offset = 0): void {
    this.simd(code);
    this.#place(offset);
  }
  simdMemoryLane(code: number, lane: number, offset = 0): void {
    this.simdMemory(code, offset);
    this.#body.byte(lane);
  }
  #place(offset: number): void {
    this.#body.u32(0);
    this.#body.u32(offset);
  }

  block(): void {
    this.op(0x02);
    this.op(0x40);
  }
  loop(): void {
    this.op(0x03);
    this.op(0x40);
  }
  /** `if`, with a result of `type` or none. */
  if(type?: Type): void {
    this.op(0x04);
    this.op(type ?? 0x40);
  }
  else(): void {
    this.op(0x05);
  }
  end(): void {
    this.op(0x0b);
  }
  br(depth: number): void {
    this.op(0x0c);
    this.#body.u32(depth);
  }
  brIf(depth: number): void {
    this.op(0x0d);
    this.#body.u32(depth);
  }
  return(): void {
    this.op(0x0f);
  }
  select(): void {
    this.op(0x1b);
  }

  call(target: Code): void {
    this.op(0x10);
    this.#calls.push({ at: this.#body.reserve(), index: target.index });
  }
  callImport(index: number): void {
    this.op(0x10);
    this.#body.u32(index);
  }
  memorySize(): void {
    this.op(0x3f);
    this.op(0);
  }

  /** Appends the finished body to a code section. */
  write(to: Bytes, imports: number): void {
    for (const { at, index } of this.#calls) this.#body.patch(at, imports + index);
    const head = new Bytes(16);
    const groups: [number, Type][] = [];
    for (const t of this.#locals) {
      const last = groups.at(-1);
      if (last && last[1] === t) last[0]++;
      else groups.push([1, t]);
    }
    head.u32(groups.length);
    for (const [n, t] of groups) {
      head.u32(n);
      head.byte(t);
    }
    to.u32(head.length + this.#body.length + 1);
    to.append(head);
    to.append(this.#body);
    to.byte(0x0b);
  }
}
