import { type Code, f64, i32, type Local, v128 } from "../wasm/code.ts";
import type { Module } from "../wasm/module.ts";
import * as op from "../wasm/op.ts";
import * as simd from "../wasm/simd.ts";
import { fillUniform, nextDouble, place, refill, size } from "./mt19937.ts";
import { shiftOf, storeFloat, storeFloats, type Value, Writer } from "./writer.ts";

// Gaussians by Marsaglia's polar method, two from each point that falls into the circle, as the package random makes
// them: the same numbers, to the last bit.

/** Points that the words of one twist make at most. */
const most = size / 4;
/** Where in the scratch memory the parts are: uniform numbers, accepted points, their squared distances from 0. */
const scratch = { uniform: 0, points: 16 * most, squares: 32 * most };
/** Bytes of scratch memory; the last vector may reach beyond the last square. */
export const scratchBytes: number = 40 * most + 16;

/**
 * Writes `loc + scale · g` for so many gaussians: of state, output, count, loc, scale, scratch. As many points as the
 * words there make, the accepted ones moved to the front, then their logarithms, two at a time.
 */
export const fillNormal = (module: Module, dtype: string): Code =>
  module.shared(`mt19937.normal.${dtype}`, () => {
    const code = module.function([i32, i32, i32, f64, f64, i32], []);
    const w = new Writer(code);
    const [state, out, count, loc, scale, room] = [w.get(0), 1, 2, w.get(3), w.get(4), w.get(5)];
    const bytes = 1 << shiftOf(dtype);
    const placed = (g: Value): Value => w.op(op.f64_add, loc, w.op(op.f64_mul, scale, g));
    const advance = (by: number): void => {
      w.set(out, w.add(w.get(out), by * bytes));
      w.set(count, w.sub(w.get(count), by));
    };
    w.if(w.op(op.i32_eqz, w.get(count)), () => code.return());
    w.if(w.load(op.i32_load, state, place.hasGaussian), () => {
      storeFloat(w, dtype, w.get(out), placed(w.load(op.f64_load, state, place.gaussian)));
      w.store(op.i32_store, state, w.i32(0), place.hasGaussian);
      w.store(op.f64_store, state, w.f64(0), place.gaussian);
      advance(1);
    });
    const [accepted, at, end] = [w.let(i32), w.let(i32), w.let(i32)];
    w.while(w.get(count), () => {
      w.set(
        accepted,
        w.call(acceptPoints(module), state, room, w.op(op.i32_shr_u, w.add(w.get(count), 1), w.i32(1))),
      );
      w.set(at, w.add(room, scratch.squares));
      w.set(end, w.add(w.get(at), w.shl(w.get(accepted), 3)));
      w.while(w.op(op.i32_lt_u, w.get(at), w.get(end)), () => {
        w.storeVector(w.get(at), factors(w, w.get(at)));
        w.set(at, w.add(w.get(at), 16));
      });
      w.set(at, w.i32(0));
      w.while(w.op(op.i32_lt_s, w.get(at), w.get(accepted)), () => {
        const point = w.vector(w.add(room, w.shl(w.get(at), 4)), scratch.points);
        const factor = (): void => {
          w.add(room, w.shl(w.get(at), 3))();
          code.simdMemory(simd.v128_load64_splat, scratch.squares);
        };
        // The second coordinate gives the first gaussian.
        const pair = w.let(v128, w.simd(simd.f64x2_mul, factor, w.shuffle(point, point, swap)));
        pairOut(w, pair);
        w.set(at, w.add(w.get(at), 1));
      });
    });
    return code;

    function pairOut(to: Writer, pair: Local): void {
      const both = to.simd(
        simd.f64x2_add,
        to.simd(simd.f64x2_splat, loc),
        to.simd(simd.f64x2_mul, to.simd(simd.f64x2_splat, scale), to.get(pair)),
      );
      const lane = (k: number): Value => to.lane(simd.f64x2_extract_lane, k, to.get(pair));
      to.if(
        to.op(op.i32_gt_s, to.get(count), to.i32(1)),
        () => {
          storeFloats(to, dtype, to.get(out), both);
          advance(2);
        },
        () => {
          storeFloat(to, dtype, to.get(out), placed(lane(0)));
          to.store(op.i32_store, state, to.i32(1), place.hasGaussian);
          to.store(op.f64_store, state, lane(1), place.gaussian);
          advance(1);
        },
      );
    }
  });

const swap = [8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7];

/**
 * Draws points until `wanted` are in the circle or the words of this twist are used up: of state, scratch, wanted;
 * gives how many are.
 */
const acceptPoints = (module: Module): Code =>
  module.shared("mt19937.points", () => {
    const code = module.function([i32, i32, i32], [i32]);
    const w = new Writer(code);
    const [state, room, wanted] = [w.get(0), w.get(1), w.get(2)];
    refill(w, state);
    const before = w.let(i32, w.load(op.i32_load, state, place.position));
    const there = w.op(op.i32_shr_u, w.sub(w.i32(size), w.get(before)), w.i32(2));
    // Three points of four are accepted.
    const points = w.let(i32, w.least(there, w.shl(wanted, 1)));
    const whole = w.let(i32, w.get(points));
    w.if(
      w.get(points),
      () =>
        w.call(fillUniform(module, "float64"), state, room, w.shl(w.get(points), 1), w.f64(0), w.f64(1))(),
      () => {
        // The words of one point, or of none, are left before the twist.
        w.store(op.f64_store, room, w.call(nextDouble(module), state));
        w.store(op.f64_store, room, w.call(nextDouble(module), state), 8);
        w.set(points, w.i32(1));
      },
    );
    const [drawn, accepted, point, square] = [
      w.let(i32, w.i32(0)),
      w.let(i32, w.i32(0)),
      w.let(v128),
      w.let(f64),
    ];
    const going = w.op(
      op.i32_and,
      w.op(op.i32_lt_s, w.get(drawn), w.get(points)),
      w.op(op.i32_lt_s, w.get(accepted), wanted),
    );
    w.while(going, () => {
      const u = w.vector(w.add(room, w.shl(w.get(drawn), 4)));
      w.set(point, w.simd(simd.f64x2_sub, w.simd(simd.f64x2_mul, u, w.f64x2(2)), w.f64x2(1)));
      const squares = w.let(v128, w.simd(simd.f64x2_mul, w.get(point), w.get(point)));
      const part = (k: number): Value => w.lane(simd.f64x2_extract_lane, k, w.get(squares));
      w.set(square, w.op(op.f64_add, part(0), part(1)));
      w.storeVector(w.add(room, w.shl(w.get(accepted), 4)), w.get(point), scratch.points);
      w.store(op.f64_store, w.add(room, w.shl(w.get(accepted), 3)), w.get(square), scratch.squares);
      // Without a branch: a point that is not accepted is written over by the next.
      const inside = w.op(
        op.i32_and,
        w.op(op.f64_lt, w.get(square), w.f64(1)),
        w.op(op.f64_ne, w.get(square), w.f64(0)),
      );
      w.set(accepted, w.add(w.get(accepted), inside));
      w.set(drawn, w.add(w.get(drawn), 1));
    });
    // Points that were not looked at are drawn again.
    w.if(w.get(whole), () =>
      w.store(op.i32_store, state, w.add(w.get(before), w.shl(w.get(drawn), 2)), place.position),
    );
    w.get(accepted)();
    return code;
  });

/** `sqrt(−2 log(s) / s)` of the two squares at an address. */
function factors(w: Writer, address: Value): Value {
  const s = w.let(v128, w.vector(address));
  const log = logarithm(w, s);
  return w.simd(simd.f64x2_sqrt, w.simd(simd.f64x2_div, w.simd(simd.f64x2_mul, w.f64x2(-2), log), w.get(s)));
}

/** The bits of the square root of one half: exponents change there, so that s below is small. */
const bitsOfRootOfHalf = 0x3fe6a09e667f3bcdn;

/** The natural logarithm of positive normal numbers, correctly rounded: `log` of the package random, two at a time. */
function logarithm(w: Writer, x: Local): Value {
  const keep = (value: Value): Value => w.get(w.let(v128, value));
  const [add, sub, mul, div] = [simd.f64x2_add, simd.f64x2_sub, simd.f64x2_mul, simd.f64x2_div].map(
    (code) =>
      (a: Value, b: Value): Value =>
        w.simd(code, a, b),
  ) as [Binary, Binary, Binary, Binary];
  const c = (value: number): Value => w.f64x2(value);
  const bits =
    (value: bigint): Value =>
    () => {
      w.code.i64(value);
      w.code.simd(simd.i64x2_splat);
    };
  /** The upper 26 bits of a number, and the rest. */
  const split = (a: Value): Split => {
    const scaled = keep(mul(a, c(134217729)));
    const high = keep(sub(scaled, sub(scaled, a)));
    return { whole: a, high, low: keep(sub(a, high)) };
  };
  /** What a · b, rounded to `product`, lacks, exactly. */
  const productError = (a: Split, b: Split, product: Value): Value => {
    const most = sub(sub(sub(product, mul(a.high, b.high)), mul(a.low, b.high)), mul(a.high, b.low));
    return keep(sub(mul(a.low, b.low), most));
  };
  const sumError = (a: Value, b: Value, sum: Value): Value => {
    const bPart = keep(sub(sum, a));
    return keep(add(sub(a, sub(sum, bPart)), sub(b, bPart)));
  };

  const power = keep(
    w.simd(simd.i64x2_shr_s, w.simd(simd.i64x2_sub, w.get(x), bits(bitsOfRootOfHalf)), w.i32(52)),
  );
  const m = keep(w.simd(simd.i64x2_sub, w.get(x), w.simd(simd.i64x2_shl, power, w.i32(52))));
  const low = [0, 1, 2, 3, 8, 9, 10, 11, 0, 1, 2, 3, 8, 9, 10, 11];
  const exponent = keep(w.simd(simd.f64x2_convert_low_i32x4_s, w.shuffle(power, power, low)));

  const top = keep(sub(m, c(1)));
  const bottom = keep(add(m, c(1)));
  const bottomRest = sub(m, sub(bottom, c(1)));
  const inverse = keep(div(c(1), bottom));
  const s = split(keep(mul(top, inverse)));
  const back = keep(mul(s.whole, bottom));
  const sRest = keep(
    mul(sub(sub(sub(top, back), productError(s, split(bottom), back)), mul(s.whole, bottomRest)), inverse),
  );

  const z = split(keep(mul(s.whole, s.whole)));
  const zRest = keep(add(productError(s, s, z.whole), mul(mul(c(2), s.whole), sRest)));
  const square = keep(mul(z.whole, z.whole));
  const step = keep(mul(square, square));
  const sums = [0, 1, 2, 3].map((first) => {
    let k = 12 - ((12 - first) % 4);
    let sum = c(1 / (2 * k + 5));
    while ((k -= 4) >= first) sum = keep(add(mul(sum, step), c(1 / (2 * k + 5))));
    return sum;
  }) as [Value, Value, Value, Value];
  const series = keep(
    add(add(sums[0], mul(z.whole, sums[1])), mul(square, add(sums[2], mul(z.whole, sums[3])))),
  );
  const tail = keep(mul(z.whole, series));
  const third = split(keep(add(c(1 / 3), tail)));
  const thirdRest = keep(add(sub(tail, sub(third.whole, c(1 / 3))), c(2 ** -54 / 3)));
  const correction = split(keep(mul(z.whole, third.whole)));
  const correctionRest = keep(
    add(add(productError(z, third, correction.whole), mul(z.whole, thirdRest)), mul(zRest, third.whole)),
  );
  const cubic = keep(mul(s.whole, correction.whole));
  const cubicRest = keep(
    add(add(productError(s, correction, cubic), mul(s.whole, correctionRest)), mul(sRest, correction.whole)),
  );

  const whole = keep(mul(exponent, c(0.6931471803691238)));
  const twice = keep(mul(c(2), s.whole));
  const linear = keep(add(whole, twice));
  const linearRest = sumError(whole, twice, linear);
  const twiceCubic = keep(mul(c(2), cubic));
  const sum = keep(add(linear, twiceCubic));
  const sumRest = sumError(linear, twiceCubic, sum);
  const rests = add(
    add(add(sumRest, linearRest), mul(c(2), add(sRest, cubicRest))),
    mul(exponent, c(1.9082149292705877e-10)),
  );
  return add(sum, rests);
}

/** A number in two parts whose products are exact. */
interface Split {
  readonly whole: Value;
  readonly high: Value;
  readonly low: Value;
}

type Binary = (a: Value, b: Value) => Value;
