import { type Code, i32, type Local, v128 } from "../wasm/code.ts";
import type { Module } from "../wasm/module.ts";
import * as op from "../wasm/op.ts";
import * as simd from "../wasm/simd.ts";
import { shiftOf, type Value, Writer } from "./writer.ts";

// MRG31k3p over many streams that take turns: see `mrgUniform` of the package random, whose numbers these are. In
// scratch memory the states lie word by word, so that four streams make a vector.

const words = 6;
const [modulus1, modulus2] = [2147483647, 2147462579];

/** Bytes of scratch memory for each stream. */
export const scratchPerStream: number = 4 * words;

/** The scalar and the vector form of what a step is made of. */
interface Form {
  readonly type: typeof i32 | typeof v128;
  load(w: Writer, address: Value): Value;
  store(w: Writer, address: Value, value: Value): void;
  number(w: Writer, value: number): Value;
  readonly add: number;
  readonly sub: number;
  readonly mul: number;
  readonly and: number;
  readonly shl: number;
  readonly shr: number;
  apply(w: Writer, instruction: number, ...x: readonly Value[]): Value;
  /** `x − m` if that is not negative, of x below 2m, unsigned. */
  reduce(w: Writer, x: Value, m: number): Value;
}

const scalarForm: Form = {
  type: i32,
  load: (w, address) => w.load(op.i32_load, address),
  store: (w, address, value) => w.store(op.i32_store, address, value),
  number: (w, value) => w.i32(value),
  add: op.i32_add,
  sub: op.i32_sub,
  mul: op.i32_mul,
  and: op.i32_and,
  shl: op.i32_shl,
  shr: op.i32_shr_u,
  apply: (w, instruction, ...x) => w.op(instruction, ...x),
  reduce(w, x, m) {
    const [whole, less] = [w.let(i32, x), w.let(i32)];
    w.set(less, w.sub(w.get(whole), m));
    return () => {
      w.get(less)();
      w.get(whole)();
      w.op(op.i32_lt_u, w.get(less), w.get(whole))();
      w.code.select();
    };
  },
};

const vectorForm: Form = {
  type: v128,
  load: (w, address) => w.vector(address),
  store: (w, address, value) => w.storeVector(address, value),
  number: (w, value) => w.i32x4(value),
  add: simd.i32x4_add,
  sub: simd.i32x4_sub,
  mul: simd.i32x4_mul,
  and: simd.v128_and,
  shl: simd.i32x4_shl,
  shr: simd.i32x4_shr_u,
  apply: (w, instruction, ...x) => w.simd(instruction, ...x),
  reduce(w, x, m) {
    // Less m wraps to something larger where x is below it.
    const whole = w.let(v128, x);
    return w.simd(simd.i32x4_min_u, w.get(whole), w.simd(simd.i32x4_sub, w.get(whole), w.i32x4(m)));
  },
};

/** Moves the state whose first word is at `address`, the others `pitch` apart, on by a step; gives 1 … 2^31 − 1. */
function step(w: Writer, form: Form, address: Local, pitch: Value): Local {
  const at = (k: number): Value => {
    let place = w.get(address);
    for (let i = 0; i < k; i++) place = w.add(place, pitch);
    return place;
  };
  const places = Array.from({ length: words }, (_, k) => w.let(i32, at(k)));
  const x = places.map((p) => w.let(form.type, form.load(w, w.get(p))));
  const word = (k: number): Value => w.get(x[k] as Local);
  const keep = (value: Value): Value => w.get(w.let(form.type, value));
  const two = (instruction: number, a: Value, b: Value): Value => form.apply(w, instruction, a, b);
  const [add, sub] = [form.add, form.sub].map((code) => (a: Value, b: Value) => two(code, a, b)) as [
    Two,
    Two,
  ];
  const and = (a: Value, mask: number): Value => two(form.and, a, form.number(w, mask));
  const shl = (a: Value, bits: number): Value => two(form.shl, a, w.i32(bits));
  const shr = (a: Value, bits: number): Value => two(form.shr, a, w.i32(bits));
  const reduce = (a: Value, m: number): Value => keep(form.reduce(w, a, m));

  const first = add(
    add(shl(and(word(1), 511), 22), shr(word(1), 9)),
    add(shl(and(word(2), 16777215), 7), shr(word(2), 24)),
  );
  const y1 = reduce(add(reduce(first, modulus1), word(2)), modulus1);
  const part = (a: Value): Value =>
    reduce(add(shl(and(a, 65535), 15), two(form.mul, shr(a, 16), form.number(w, 21069))), modulus2);
  const high = reduce(add(part(word(5)), word(5)), modulus2);
  const y2 = reduce(add(high, part(word(3))), modulus2);
  [y1, word(0), word(1), y2, word(3), word(4)].forEach((value, k) => {
    form.store(w, w.get(places[k] as Local), value);
  });
  // y1 − y2 + m, reduced, but m rather than 0.
  const difference = keep(sub(y1, y2));
  const shifted = sub(difference, form.number(w, 1));
  return w.let(
    form.type,
    form.type === v128
      ? add(difference, and(w.simd(simd.i32x4_shr_s, shifted, w.i32(31)), modulus1))
      : add(difference, and(w.op(op.i32_shr_s, shifted, w.i32(31)), modulus1)),
  );
}

type Two = (a: Value, b: Value) => Value;

/** What an integer of 1 … 2^31 − 1 is multiplied by: the number before 2^-31 in float32, so that 1 is not reached. */
const scales: Readonly<Record<string, number>> = { float64: 2 ** -31, float32: 2 ** -31 - 2 ** -55 };

function storeOne(w: Writer, dtype: string, out: Value, x: Local): void {
  const scale = scales[dtype] as number;
  if (dtype === "float64")
    w.store(op.f64_store, out, w.op(op.f64_mul, w.op(op.f64_convert_i32_s, w.get(x)), w.f64(scale)));
  else
    w.store(
      op.f32_store,
      out,
      w.op(op.f32_mul, w.op(op.f32_convert_i32_s, w.get(x)), () => w.code.f32(scale)),
    );
}

function storeFour(w: Writer, dtype: string, out: Value, x: Local): void {
  const scale = scales[dtype] as number;
  if (dtype === "float32") {
    const factor = w.simd(simd.f32x4_splat, () => w.code.f32(scale));
    w.storeVector(out, w.simd(simd.f32x4_mul, w.simd(simd.f32x4_convert_i32x4_s, w.get(x)), factor));
    return;
  }
  const back = [8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15];
  [w.get(x), w.shuffle(w.get(x), w.get(x), back)].forEach((half, k) => {
    const numbers = w.simd(simd.f64x2_mul, w.simd(simd.f64x2_convert_low_i32x4_s, half), w.f64x2(scale));
    w.storeVector(out, numbers, 16 * k);
  });
}

/**
 * Draws so many numbers: of the states as rows, which move on, output, count, number of streams, scratch for the
 * states.
 */
export const fillMrg = (module: Module, dtype: string): Code =>
  module.shared(`mrg31k3p.${dtype}`, () => {
    const code = module.function([i32, i32, i32, i32, i32], []);
    const w = new Writer(code);
    const [states, out, count, streams, room] = [w.get(0), 1, w.get(2), w.get(3), w.get(4)];
    const shift = shiftOf(dtype);
    const pitch = w.let(i32, w.shl(streams, 2));
    move(w, states, room, streams, w.get(pitch), true);
    const [left, turn, at, end] = [w.let(i32, count), w.let(i32), w.let(i32), w.let(i32)];
    const draw = (form: Form, store: typeof storeOne, lanes: number, until: Value): void => {
      w.set(end, w.add(room, w.shl(until, 2)));
      w.while(w.op(op.i32_lt_u, w.get(at), w.get(end)), () => {
        const x = step(w, form, at, w.get(pitch));
        store(w, dtype, w.get(out), x);
        w.set(out, w.add(w.get(out), lanes << shift));
        w.set(at, w.add(w.get(at), 4 * lanes));
      });
    };
    w.while(w.get(left), () => {
      w.set(turn, w.least(w.get(left), streams));
      w.set(left, w.sub(w.get(left), w.get(turn)));
      w.set(at, room);
      draw(vectorForm, storeFour, 4, w.op(op.i32_and, w.get(turn), w.i32(-4)));
      draw(scalarForm, storeOne, 1, w.get(turn));
    });
    move(w, states, room, streams, w.get(pitch), false);
    return code;
  });

/** Copies the states from rows to scratch, where words of a kind lie together, or back. */
function move(w: Writer, states: Value, room: Value, streams: Value, pitch: Value, toRoom: boolean): void {
  const [row, column, end] = [w.let(i32, states), w.let(i32, room), w.let(i32)];
  w.set(end, w.add(room, w.shl(streams, 2)));
  w.while(w.op(op.i32_lt_u, w.get(column), w.get(end)), () => {
    let place = w.get(column);
    for (let k = 0; k < words; k++) {
      if (toRoom) w.store(op.i32_store, place, w.load(op.i32_load, w.get(row), 4 * k));
      else w.store(op.i32_store, w.get(row), w.load(op.i32_load, place), 4 * k);
      place = w.add(place, pitch);
    }
    w.set(row, w.add(w.get(row), 4 * words));
    w.set(column, w.add(w.get(column), 4));
  });
}
