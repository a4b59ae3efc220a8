import {
  add,
  asTensor,
  cast,
  type FloatX,
  floatX,
  floor,
  lt,
  mul,
  NDArray,
  NotImplementedError,
  reshape,
  type SharedVariable,
  shared,
  sub,
  type TensorLike,
  type TensorOp,
  type TensorVariable,
  TheanoTypeError,
} from "@theano-ts/core";
import { type DType, promoteAll } from "@theano-ts/kernel";
import { type DrawMethod, type DrawOptions, drawMethod } from "../drawMethod.ts";
import { entropy, type Seed, seedWords } from "../seeds.ts";
import { countOf, type Drawn, sizeOfDraw } from "../size.ts";
import { counted, counterNormal, counterUniform, drawKey, type UniformDType } from "./counterDraw.ts";
import { block, type Pair } from "./threefry.ts";

/** A state: the two words of a variable's key, and how often it was drawn, low word first. */
export type CounterState = SharedVariable<"uint32", 1>;

/** A state, and what it becomes when it was drawn from. */
export type CounterUpdate = readonly [state: CounterState, after: TensorVariable<"uint32", 1>];

/** What there is to know about a variable that is drawn anew in each call. */
export interface FromCounter {
  readonly rng: CounterState;
  readonly update: CounterUpdate;
}

/**
 * Random variables of which every number is a function of a key and its position (Threefry-2x32): the same words on
 * every backend, in any order, and fast. Each variable has a key of its own, made from the seed and its number. These are
 * not Theano's numbers: for those there are `RandomStreams` and `MRG_RandomStreams`.
 */
export class CounterStreams {
  /** For each variable drawn so far its state, and what that becomes. */
  readonly stateUpdates: CounterUpdate[] = [];
  #key: Pair<number>;
  readonly #seed: Seed | undefined;

  /** The seed is an integer below 2^53, two words, or a text; left out, it comes from the system's entropy. */
  constructor(seed?: Seed | { readonly seed?: Seed }) {
    this.#seed = typeof seed === "object" && "seed" in seed ? seed.seed : (seed as Seed | undefined);
    this.#key = keyOf(this.#seed);
  }

  /** Uniform over [low, high): 0 and 1 if left out. float64 has 53 random bits, float32 24. */
  readonly uniform: DrawMethod<
    { readonly low?: TensorLike; readonly high?: TensorLike },
    FloatX,
    FromCounter
  > = drawMethod(({ low = 0, high = 1, ...options }) => {
    const [from, to] = [asTensor(low), asTensor(high)];
    const dtype = floatOf(options, [from, to]);
    const drawn = this.#draw(counterUniform(dtype), sizeOfDraw(options.size, options.ndim, [from, to]));
    if (low === 0 && high === 1) return drawn;
    const [least, most] = [cast(from, dtype), cast(to, dtype)];
    return withState(drawn, add(mul(drawn, sub(most, least)), least) as TensorVariable);
  });

  /** Gaussians of mean `avg` and standard deviation `std`: 0 and 1 if left out. */
  readonly normal: DrawMethod<{ readonly avg?: TensorLike; readonly std?: TensorLike }, FloatX, FromCounter> =
    drawMethod(({ avg = 0, std = 1, ...options }) => {
      const [mean, deviation] = [asTensor(avg), asTensor(std)];
      const dtype = floatOf(options, [mean, deviation]);
      if (dtype === "float16")
        throw new NotImplementedError("Cannot draw gaussians of float16: cast those of float32");
      const drawn = this.#draw(
        counterNormal(dtype),
        sizeOfDraw(options.size, options.ndim, [mean, deviation]),
      );
      if (avg === 0 && std === 1) return drawn;
      return withState(drawn, add(mul(drawn, cast(deviation, dtype)), cast(mean, dtype)) as TensorVariable);
    });

  /** Whether each trial succeeds, with probability `p`, one half if left out. `n` must be 1. */
  readonly binomial: DrawMethod<{ readonly n?: number; readonly p?: TensorLike }, "int64", FromCounter> =
    drawMethod(({ n = 1, p = 0.5, dtype = "int64", ...options }) => {
      if (n !== 1) throw new NotImplementedError(`CounterStreams.binomial takes n = 1 only, not ${n}`);
      const likely = asTensor(p, "float32");
      const drawn = this.#draw(counterUniform("float32"), sizeOfDraw(options.size, options.ndim, [likely]));
      return withState(drawn, cast(lt(drawn, likely), dtype) as TensorVariable);
    });

  /**
   * Integers low … high, both included: 0 and 1 if left out, at most 2^53 of them: each is as likely, but for
   * rounding of numbers of 53 bits.
   */
  readonly randomIntegers: DrawMethod<
    { readonly low?: TensorLike; readonly high?: TensorLike },
    "int64",
    FromCounter
  > = drawMethod(({ low = 0, high = 1, dtype = "int64", ...options }) => {
    const [least, most] = [cast(asTensor(low), "int64"), cast(asTensor(high), "int64")];
    const drawn = this.#draw(
      counterUniform("float64"),
      sizeOfDraw(options.size, options.ndim, [least, most]),
    );
    const count = cast(add(sub(most, least), 1), "float64");
    const chosen = cast(floor(mul(drawn, count)), "int64");
    return withState(drawn, cast(add(least, chosen), dtype) as TensorVariable);
  });

  /** Starts all states over, from `seed`, or from the one that the streams were made with. */
  seed(seed?: Seed): void {
    this.#key = keyOf(seed ?? this.#seed);
    this.stateUpdates.forEach(([state], i) => {
      state.setValue(this.#state(i), { borrow: true });
    });
  }

  /** As pairs for a function's `updates`. */
  updates(): CounterUpdate[] {
    return [...this.stateUpdates];
  }

  #draw(op: TensorOp, { size, ndim }: Drawn): TensorVariable & FromCounter {
    const rng = shared(this.#state(this.stateUpdates.length), { borrow: true }) as CounterState;
    const after = counted.call(rng) as TensorVariable<"uint32", 1>;
    rng.defaultUpdate = after;
    const update: CounterUpdate = [rng, after];
    this.stateUpdates.push(update);
    const flat = op.call(drawKey.call(rng), countOf(size, ndim));
    const drawn = ndim === 1 ? flat : (reshape(flat, size, { ndim }) as TensorVariable);
    return Object.assign(drawn, { rng, update });
  }

  /** The state of the variable of this number. */
  #state(i: number): NDArray {
    const data = Uint32Array.of(...block(this.#key, [i, 0]), 0, 0);
    return new NDArray({ data, revision: 0 }, "uint32", [4]);
  }
}

/** `result`, with what there is to know about what it was made from. */
const withState = ({ rng, update }: FromCounter, result: TensorVariable): TensorVariable & FromCounter =>
  Object.assign(result, { rng, update });

function floatOf({ dtype }: DrawOptions, parameters: readonly TensorVariable[]): UniformDType {
  const own: DType = dtype ?? promoteAll([floatX(), ...parameters.map((p) => p.dtype)]);
  if (own === "float16" || own === "float32" || own === "float64") return own;
  throw new TheanoTypeError(`Cannot draw ${own}: the dtypes are float16, float32, float64`);
}

/** The key that a seed stands for: a small number itself, else what Threefry makes of its words. */
function keyOf(seed: Seed | undefined): Pair<number> {
  if (typeof seed === "number") {
    if (!(Number.isSafeInteger(seed) && seed >= 0))
      throw new RangeError(
        `Cannot seed with ${seed}: a seed is an integer from 0 to 2^53 - 1, a list of words, or a text`,
      );
    return [seed >>> 0, Math.floor(seed / 2 ** 32)];
  }
  const list = Array.from((seed === undefined ? entropy() : seedWords(seed)) as ArrayLike<number>);
  return list.reduce<Pair<number>>((key, x, i) => block(key, [x >>> 0, i]), [0, 0]);
}
