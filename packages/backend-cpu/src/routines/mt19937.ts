import { type Code, f64, i32, type Local, v128 } from "../wasm/code.ts";
import type { Module } from "../wasm/module.ts";
import * as op from "../wasm/op.ts";
import * as simd from "../wasm/simd.ts";
import { shiftOf, storeFloat, storeFloats, type Value, Writer } from "./writer.ts";

// The Mersenne Twister over a state in memory: 624 words of the generator, the position in them, whether a gaussian
// waits, and that gaussian. See `MT19937` of the package random, whose numbers these are.

/** Words of the generator. */
export const size = 624;
const lag = 397;
/** Where in a state, in bytes, what follows the generator's words is. */
export const place: Readonly<Record<"position" | "hasGaussian" | "gaussian" | "bytes", number>> = {
  position: 2496,
  hasGaussian: 2500,
  gaussian: 2504,
  bytes: 2512,
};

/** The next 624 words, each from three of the last. */
const twist = (module: Module): Code =>
  module.shared("mt19937.twist", () => {
    const code = module.function([i32], []);
    const w = new Writer(code);
    const state = 0;
    const at = w.let(i32, w.get(state));
    const end = w.let(i32);
    // Four words at a time. The far word is beyond what was renewed, later among it, never among these four.
    const vectors = (until: number, far: number): void => {
      w.set(end, w.add(w.get(state), 4 * until));
      w.while(w.op(op.i32_lt_u, w.get(at), w.get(end)), () => {
        const y = w.let(v128);
        const here = w.vector(w.get(at));
        const next = w.vector(w.get(at), 4);
        w.set(y, w.simd(simd.v128_bitselect, here, next, w.i32x4(0x80000000 | 0)));
        const odd = w.simd(simd.i32x4_neg, w.simd(simd.v128_and, w.get(y), w.i32x4(1)));
        const mixed = w.simd(
          simd.v128_xor,
          w.simd(simd.i32x4_shr_u, w.get(y), w.i32(1)),
          w.simd(simd.v128_and, odd, w.i32x4(0x9908b0df | 0)),
        );
        w.storeVector(w.get(at), w.simd(simd.v128_xor, w.vector(w.add(w.get(at), 4 * far)), mixed));
        w.set(at, w.add(w.get(at), 16));
      });
    };
    const word = (i: number): void => {
      const y = w.let(i32);
      const [here, next] = [4 * i, 4 * ((i + 1) % size)];
      w.set(
        y,
        w.op(
          op.i32_or,
          w.op(op.i32_and, w.load(op.i32_load, w.get(state), here), w.i32(0x80000000 | 0)),
          w.op(op.i32_and, w.load(op.i32_load, w.get(state), next), w.i32(0x7fffffff)),
        ),
      );
      const odd = w.op(op.i32_sub, w.i32(0), w.op(op.i32_and, w.get(y), w.i32(1)));
      const mixed = w.op(
        op.i32_xor,
        w.op(op.i32_shr_u, w.get(y), w.i32(1)),
        w.op(op.i32_and, odd, w.i32(0x9908b0df | 0)),
      );
      const far = w.load(op.i32_load, w.get(state), 4 * ((i + lag) % size));
      w.store(op.i32_store, w.get(state), w.op(op.i32_xor, far, mixed), here);
    };
    const turn = size - lag;
    vectors(turn - (turn % 4), lag);
    for (let i = turn - (turn % 4); i < turn; i++) word(i);
    w.set(at, w.add(w.get(state), 4 * turn));
    vectors(size - 1, lag - size);
    word(size - 1);
    w.store(op.i32_store, w.get(state), w.i32(0), place.position);
    return code;
  });

/** `twist`, if all words are used up. */
export function refill(w: Writer, state: Value): void {
  const used = w.op(op.i32_eq, w.load(op.i32_load, state, place.position), w.i32(size));
  w.if(used, () => w.call(twist(w.code.module), state)());
}

/** The next word, tempered. */
const nextWord = (module: Module): Code =>
  module.shared("mt19937.word", () => {
    const code = module.function([i32], [i32]);
    const w = new Writer(code);
    const state = w.get(0);
    refill(w, state);
    const position = w.let(i32, w.load(op.i32_load, state, place.position));
    w.store(op.i32_store, state, w.add(w.get(position), 1), place.position);
    const y = w.let(i32, w.load(op.i32_load, w.add(state, w.shl(w.get(position), 2))));
    const shifted = (by: number, bits: number, mask: number): void =>
      w.set(
        y,
        w.op(op.i32_xor, w.get(y), w.op(op.i32_and, w.op(by, w.get(y), w.i32(bits)), w.i32(mask | 0))),
      );
    shifted(op.i32_shr_u, 11, 0xffffffff);
    shifted(op.i32_shl, 7, 0x9d2c5680);
    shifted(op.i32_shl, 15, 0xefc60000);
    shifted(op.i32_shr_u, 18, 0xffffffff);
    w.get(y)();
    return code;
  });

/** The next number of [0, 1): two words, 53 bits. */
export const nextDouble = (module: Module): Code =>
  module.shared("mt19937.double", () => {
    const code = module.function([i32], [f64]);
    const w = new Writer(code);
    const word = w.call(nextWord(module), w.get(0));
    const high = w.let(i32, w.op(op.i32_shr_u, word, w.i32(5)));
    const low = w.let(i32, w.op(op.i32_shr_u, word, w.i32(6)));
    const whole = w.op(
      op.f64_add,
      w.op(op.f64_mul, w.op(op.f64_convert_i32_u, w.get(high)), w.f64(2 ** 26)),
      w.op(op.f64_convert_i32_u, w.get(low)),
    );
    w.op(op.f64_mul, whole, w.f64(2 ** -53))();
    return code;
  });

/** The two numbers of [0, 1) that the four words at `address` are. */
function twoDoubles(w: Writer, y: Local, address: Value): Value {
  w.set(y, w.vector(address));
  const shifted = (by: number, bits: number, mask?: number): void => {
    const moved = w.simd(by, w.get(y), w.i32(bits));
    w.set(
      y,
      w.simd(
        simd.v128_xor,
        w.get(y),
        mask === undefined ? moved : w.simd(simd.v128_and, moved, w.i32x4(mask | 0)),
      ),
    );
  };
  shifted(simd.i32x4_shr_u, 11);
  shifted(simd.i32x4_shl, 7, 0x9d2c5680);
  shifted(simd.i32x4_shl, 15, 0xefc60000);
  shifted(simd.i32x4_shr_u, 18);
  // The first and the third word to the front, or the second and the fourth.
  const words = (first: number, bits: number): Value => {
    const bytes = [0, 1, 2, 3].map((b) => 4 * first + b);
    const order = [...bytes, ...bytes.map((b) => b + 8), ...bytes, ...bytes];
    const moved = w.simd(simd.i32x4_shr_u, w.shuffle(w.get(y), w.get(y), order), w.i32(bits));
    // At most 27 bits: never negative, and the signed conversion is one instruction on x86.
    return w.simd(simd.f64x2_convert_low_i32x4_s, moved);
  };
  const whole = w.simd(simd.f64x2_add, w.simd(simd.f64x2_mul, words(0, 5), w.f64x2(2 ** 26)), words(1, 6));
  return w.simd(simd.f64x2_mul, whole, w.f64x2(2 ** -53));
}

/**
 * Writes `low + range · u` for so many uniform numbers: of state, output, count, low, range. Of the words that are
 * there, pairs of numbers at a time; where a number's words are on both sides of a twist, one by itself.
 */
export const fillUniform = (module: Module, dtype: string): Code =>
  module.shared(`mt19937.uniform.${dtype}`, () => {
    const code = module.function([i32, i32, i32, f64, f64], []);
    const w = new Writer(code);
    const [state, out, count, low, range] = [w.get(0), 1, 2, 3, 4];
    const [chunk, words, y] = [w.let(i32), w.let(i32), w.let(v128)];
    const bytes = 1 << shiftOf(dtype);
    const advance = (by: number): void => {
      w.set(out, w.add(w.get(out), by * bytes));
      w.set(count, w.sub(w.get(count), by));
      w.set(chunk, w.sub(w.get(chunk), by));
    };
    const position = w.load(op.i32_load, state, place.position);
    w.while(w.get(count), () => {
      refill(w, state);
      const there = w.op(op.i32_shr_u, w.sub(w.i32(size), position), w.i32(1));
      w.set(chunk, w.least(w.get(count), there));
      w.set(words, w.add(state, w.shl(position, 2)));
      w.store(
        op.i32_store,
        state,
        w.add(position, w.shl(w.op(op.i32_and, w.get(chunk), w.i32(-2)), 1)),
        place.position,
      );
      w.while(w.op(op.i32_gt_s, w.get(chunk), w.i32(1)), () => {
        const u = w.let(v128, twoDoubles(w, y, w.get(words)));
        const scaled = w.simd(
          simd.f64x2_add,
          w.simd(simd.f64x2_splat, w.get(low)),
          w.simd(simd.f64x2_mul, w.simd(simd.f64x2_splat, w.get(range)), w.get(u)),
        );
        storeFloats(w, dtype, w.get(out), scaled);
        w.set(words, w.add(w.get(words), 16));
        advance(2);
      });
      w.if(w.get(count), () => {
        const u = w.call(nextDouble(module), state);
        storeFloat(w, dtype, w.get(out), w.op(op.f64_add, w.get(low), w.op(op.f64_mul, w.get(range), u)));
        advance(1);
      });
    });
    return code;
  });
