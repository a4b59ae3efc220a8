import { type Code, f64, i32, type Local, v128 } from "../wasm/code.ts";
import type { Module } from "../wasm/module.ts";
import { op, simd } from "../wasm/opcodes.ts";
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
      w.set(at, w.i32(0));
      w.set(end, w.get(accepted));
      w.while(w.op(op.i32_lt_s, w.get(at), w.get(end)), () => {
        const factor = w.let(v128, factors(w, w.add(room, w.shl(w.get(at), 3))));
        for (const lane of [0, 1])
          w.if(w.op(op.i32_lt_s, w.add(w.get(at), lane), w.get(end)), () => {
            const point = w.vector(w.add(room, w.shl(w.add(w.get(at), lane), 4)), scratch.points);
            const own = w.shuffle(w.get(factor), w.get(factor), repeat(lane));
            // The second coordinate gives the first gaussian.
            const pair = w.let(v128, w.simd(simd.f64x2_mul, own, w.shuffle(point, point, swap)));
            pairOut(w, pair);
          });
        w.set(at, w.add(w.get(at), 2));
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

const repeat = (lane: number): number[] =>
  [0, 1].flatMap(() => Array.from({ length: 8 }, (_, b) => 8 * lane + b));
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
  const s = w.let(v128, w.vector(address, scratch.squares));
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
  /** What a · b lacks, exactly. */
  const productError = (a: Value, b: Value): Value => {
    const [aHigh, bHigh] = [high(a), high(b)];
    const [aLow, bLow] = [keep(sub(a, aHigh)), keep(sub(b, bHigh))];
    const most = sub(sub(sub(mul(a, b), mul(aHigh, bHigh)), mul(aLow, bHigh)), mul(aHigh, bLow));
    return keep(sub(mul(aLow, bLow), most));
  };
  const high = (a: Value): Value => {
    const scaled = keep(mul(a, c(134217729)));
    return keep(sub(scaled, sub(scaled, a)));
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
  const s = keep(div(top, bottom));
  const sRest = keep(
    div(sub(sub(sub(top, mul(s, bottom)), productError(s, bottom)), mul(s, bottomRest)), bottom),
  );

  const z = keep(mul(s, s));
  const zRest = keep(add(productError(s, s), mul(mul(c(2), s), sRest)));
  let series = c(0);
  for (let n = 29; n >= 5; n -= 2) series = keep(add(mul(series, z), c(1 / n)));
  const tail = keep(mul(z, series));
  const third = keep(add(c(1 / 3), tail));
  const thirdRest = keep(add(sub(tail, sub(third, c(1 / 3))), c(2 ** -54 / 3)));
  const correction = keep(mul(z, third));
  const correctionRest = keep(add(add(productError(z, third), mul(z, thirdRest)), mul(zRest, third)));
  const cubic = keep(mul(s, correction));
  const cubicRest = keep(
    add(add(productError(s, correction), mul(s, correctionRest)), mul(sRest, correction)),
  );

  const whole = keep(mul(exponent, c(0.6931471803691238)));
  const twice = keep(mul(c(2), s));
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

type Binary = (a: Value, b: Value) => Value;
