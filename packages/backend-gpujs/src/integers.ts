import {
  rangeOf as dtypeRange,
  type Expr,
  expressions,
  isBig,
  isCall,
  isInteger,
  type Kernel,
  type RealDType,
  type Reduce,
} from "@theano-ts/kernel";
import * as prim from "@theano-ts/kernel/prims";

/** Integers up to this magnitude are all floats of 32 bits. */
export const largestExact: number = 2 ** 24;

/** The least and the greatest value an expression can have. */
interface Range {
  readonly low: number;
  readonly high: number;
}

/** What conditions say about expressions, in the arm of a `select` where they hold. */
type Known = ReadonlyMap<Expr, Range>;
const nothing: Known = new Map();

/**
 * True if every integer that `kernel` computes stays within {@link largestExact}, so that floats hold it; or a sentence
 * about one that may not. Integers of 32 and 64 bits that are loaded are within it: what holds others is not brought to
 * the device.
 */
export function integersFit(kernel: Kernel): true | string {
  try {
    const ranges = new Ranges();
    for (const e of expressions(kernel)) ranges.of(e);
    return true;
  } catch (error) {
    if (error instanceof TooLarge) return error.message;
    throw error;
  }
}

class TooLarge extends Error {}

const both = (a: Range, b: Range): Range => ({
  low: Math.min(a.low, b.low),
  high: Math.max(a.high, b.high),
});
const corners = (a: Range, b: Range, f: (x: number, y: number) => number): Range => {
  const all = [f(a.low, b.low), f(a.low, b.high), f(a.high, b.low), f(a.high, b.high)];
  return { low: Math.min(...all), high: Math.max(...all) };
};

/** What a dtype holds on the device. */
export function held(dtype: RealDType): Range {
  const { min, max } = dtypeRange(dtype);
  return { low: Math.max(Number(min), -largestExact), high: Math.min(Number(max), largestExact) };
}

const isNarrow = (dtype: RealDType): boolean => dtype.endsWith("8") || dtype.endsWith("16");

/** Computes ranges, of floats none, and throws where an integer may be too large. */
class Ranges {
  readonly #memos = new Map<Known, Map<Expr, Range>>();
  readonly #everything: Range = { low: -Infinity, high: Infinity };

  of(e: Expr, known: Known = nothing): Range {
    let memo = this.#memos.get(known);
    if (!memo) this.#memos.set(known, (memo = new Map()));
    let found = memo.get(e);
    if (!found) {
      found = this.#find(e, known);
      const narrowed = known.get(e);
      if (narrowed)
        found = { low: Math.max(found.low, narrowed.low), high: Math.min(found.high, narrowed.high) };
      memo.set(e, found);
    }
    return found;
  }

  #find(e: Expr, known: Known): Range {
    const fits = (range: Range): Range => this.#fits(e, range);
    switch (e.kind) {
      case "const":
        return isInteger(e.dtype)
          ? fits({ low: Number(e.value), high: Number(e.value) })
          : e.dtype === "bool"
            ? { low: Number(e.value), high: Number(e.value) }
            : this.#everything;
      case "index":
        return fits({ low: 0, high: Math.max(0, this.of(e.axis.size, known).high - 1) });
      case "size":
        return held("int32");
      case "load":
        for (const at of e.at) this.of(at, known);
        return isInteger(e.dtype) || e.dtype === "bool" ? held(e.dtype) : this.#everything;
      case "carry":
        throw new TooLarge("its running integers may pass 2^24");
      case "reduce":
        return this.#reduced(e, known);
      case "call":
        return e.prim === prim.select ? this.#selected(e.args, known) : this.#called(e, known);
    }
  }

  /** `range`, if it is one that floats hold; of narrow integers, which wrap, what they wrap to. */
  #fits(e: Expr, range: Range): Range {
    if (!(range.low >= -largestExact && range.high <= largestExact))
      throw new TooLarge("its integers may pass 2^24, up to which floats hold them all");
    const own = held(e.dtype);
    return isNarrow(e.dtype) && (range.low < own.low || range.high > own.high) ? own : range;
  }

  #selected([condition, x, y]: readonly Expr[], known: Known): Range {
    const [c, whenTrue, whenFalse] = [condition, x, y] as [Expr, Expr, Expr];
    this.of(c, known);
    return both(this.of(whenTrue, narrowed(known, c, true)), this.of(whenFalse, narrowed(known, c, false)));
  }

  #called(e: Extract<Expr, { kind: "call" }>, known: Known): Range {
    const args = e.args.map((x) => this.of(x, known));
    if (e.dtype === "bool") return { low: 0, high: 1 };
    if (!isInteger(e.dtype)) return this.#everything;
    const [a, b = a] = args as [Range, Range?];
    const fits = (range: Range): Range => this.#fits(e, range);
    switch (e.prim) {
      case prim.add:
        return fits({ low: a.low + b.low, high: a.high + b.high });
      case prim.sub:
        return fits({ low: a.low - b.high, high: a.high - b.low });
      case prim.mul:
        return fits(corners(a, b, (x, y) => x * y));
      case prim.neg:
        return fits({ low: -a.high, high: -a.low });
      case prim.abs:
        return fits({ low: Math.max(a.low, 0), high: Math.max(-a.low, a.high) });
      case prim.min:
        return { low: Math.min(a.low, b.low), high: Math.min(a.high, b.high) };
      case prim.max:
        return { low: Math.max(a.low, b.low), high: Math.max(a.high, b.high) };
      case prim.floorDiv:
        if (b.low < 1) throw new TooLarge("it divides integers by what may not be positive");
        return fits(corners(a, b, (x, y) => Math.floor(x / y)));
      case prim.mod:
        if (b.low < 1) throw new TooLarge("it divides integers by what may not be positive");
        return { low: 0, high: b.high - 1 };
      case prim.castPrim:
        return this.#cast(e, a);
      default:
        throw new TooLarge(`it has no ${e.prim.name} of integers`);
    }
  }

  /** Narrow integers wrap; the others must fit. A float may be anything. */
  #cast(e: Extract<Expr, { kind: "call" }>, from: Range): Range {
    if (isNarrow(e.dtype)) {
      const own = held(e.dtype);
      return from.low >= own.low && from.high <= own.high ? from : own;
    }
    const own = held(e.dtype);
    if (from.low < own.low || from.high > own.high)
      throw new TooLarge("what it makes integers of may pass 2^24");
    return from;
  }

  #reduced(e: Reduce, known: Known): Range {
    const { reducer, axes, bodies } = e.of;
    const count = axes.reduce((n, a) => n * this.of(a.size, known).high, 1);
    const ranges = bodies.map((b) => this.of(b, known));
    if (e.dtype === "bool") return { low: 0, high: 1 };
    if (!isInteger(e.dtype)) return this.#everything;
    const body = ranges[e.slot] as Range;
    switch (reducer.name) {
      case "sum":
        return this.#fits(e, {
          low: Math.min(0, count * body.low),
          high: Math.max(0, count * body.high),
        });
      case "prod": {
        const most = Math.max(1, Math.abs(body.low), Math.abs(body.high)) ** count;
        return this.#fits(e, { low: -most, high: most });
      }
      case "max":
      case "min":
      case "argmax":
      case "argmin":
        // Of nothing, these are the ends of the dtype.
        if (count < 1) throw new TooLarge("its integers may pass 2^24: it reduces nothing");
        return body;
      default:
        throw new TooLarge(`it has no ${reducer.name} of integers`);
    }
  }
}

/** What is known where `condition` is `outcome`: that one side of a comparison with a constant is below or above it. */
function narrowed(known: Known, condition: Expr, outcome: boolean): Known {
  if (condition.kind !== "call" || condition.dtype !== "bool") return known;
  const [x, c] = condition.args as [Expr, Expr];
  if (c?.kind !== "const" || !isInteger(c.dtype)) return known;
  const limit = Number(c.value);
  const below = (high: number): Known => extended(known, x, { low: -Infinity, high });
  const above = (low: number): Known => extended(known, x, { low, high: Infinity });
  if (isCall(condition, prim.lt)) return outcome ? below(limit - 1) : above(limit);
  if (isCall(condition, prim.le)) return outcome ? below(limit) : above(limit + 1);
  if (isCall(condition, prim.gt)) return outcome ? above(limit + 1) : below(limit);
  if (isCall(condition, prim.ge)) return outcome ? above(limit) : below(limit - 1);
  return known;
}

function extended(known: Known, x: Expr, range: Range): Known {
  const before = known.get(x) ?? range;
  const next = new Map(known);
  next.set(x, { low: Math.max(before.low, range.low), high: Math.min(before.high, range.high) });
  return next;
}

/** Whether every element of integer `data` fits. */
export function dataFits(data: ArrayLike<number | bigint>, dtype: RealDType): boolean {
  if (!isInteger(dtype) || isNarrow(dtype)) return true;
  if (isBig(dtype)) {
    const limit = BigInt(largestExact);
    for (let i = 0; i < data.length; i++) {
      const v = data[i] as bigint;
      if (v > limit || v < -limit) return false;
    }
    return true;
  }
  for (let i = 0; i < data.length; i++) if (Math.abs(data[i] as number) > largestExact) return false;
  return true;
}
