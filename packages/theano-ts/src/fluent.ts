import {
  type ArrayInput,
  type DotRank,
  type Floating,
  type Max,
  type MeanDType,
  type NDArray,
  type PairDType,
  type Pairs,
  type Quotient,
  type RankOf,
  type RealPart,
  type Reduced,
  type SumDType,
  type TensorLike,
  TensorVariable,
  TheanoTypeError,
  type Variable,
} from "@theano-ts/core";
import * as ops from "@theano-ts/core/ops";
import type { DType } from "@theano-ts/kernel";
import { evaluate } from "./evaluate.ts";

// Theano's `_tensor_py_operators`: each operation that is natural to write after its first operand is a method. To add
// one, give it a line in the interface and one in the table below.

/** An operand of this dtype and rank, as the types of operations ask for it. */
interface Of<D extends DType, N extends number> {
  readonly dtype: D;
  readonly ndim: N;
}
type Joined<D extends DType, N extends number, X> = TensorVariable<PairDType<Of<D, N>, X>, Max<N, RankOf<X>>>;
type Compared<N extends number, X> = TensorVariable<"bool", Max<N, RankOf<X>>>;
type Divided<D extends DType, N extends number, X> = TensorVariable<
  Quotient<PairDType<Of<D, N>, X>, PairDType<Of<D, N>, X>>,
  Max<N, RankOf<X>>
>;
type Floated<D extends DType, N extends number> = TensorVariable<Floating<D>, N>;

declare module "@theano-ts/core" {
  interface TensorVariable<D extends DType, N extends number> {
    // Python's operators.
    add<X extends TensorLike>(y: X): Joined<D, N, X>;
    sub<X extends TensorLike>(y: X): Joined<D, N, X>;
    mul<X extends TensorLike>(y: X): Joined<D, N, X>;
    /** True division: integers give floatX. */
    div<X extends TensorLike>(y: X): Divided<D, N, X>;
    floorDiv<X extends TensorLike>(y: X): Joined<D, N, X>;
    mod<X extends TensorLike>(y: X): Joined<D, N, X>;
    pow<X extends TensorLike>(y: X): Joined<D, N, X>;
    neg(): TensorVariable<D, N>;
    lt<X extends TensorLike>(y: X): Compared<N, X>;
    le<X extends TensorLike>(y: X): Compared<N, X>;
    gt<X extends TensorLike>(y: X): Compared<N, X>;
    ge<X extends TensorLike>(y: X): Compared<N, X>;
    /** Whether elements are equal. (`===` asks whether two variables are the same one.) */
    eq<X extends TensorLike>(y: X): Compared<N, X>;
    neq<X extends TensorLike>(y: X): Compared<N, X>;
    and<X extends TensorLike>(y: X): Joined<D, N, X>;
    or<X extends TensorLike>(y: X): Joined<D, N, X>;
    xor<X extends TensorLike>(y: X): Joined<D, N, X>;
    invert(): TensorVariable<D, N>;
    /** The product of matrices and vectors. */
    dot<X extends TensorLike>(y: X): TensorVariable<PairDType<Of<D, N>, X>, DotRank<N, RankOf<X>>>;

    // Functions of each element.
    abs(): TensorVariable<RealPart<D>, N>;
    exp(): Floated<D, N>;
    log(): Floated<D, N>;
    log1p(): Floated<D, N>;
    expm1(): Floated<D, N>;
    sqrt(): Floated<D, N>;
    tanh(): Floated<D, N>;
    clip(min: TensorLike, max: TensorLike): TensorVariable<D, N>;
    astype<E extends DType>(dtype: E): TensorVariable<E, N>;

    // Reductions.
    sum<const O extends ops.SumOptions = Record<never, never>>(
      options?: O,
    ): Reduced<SumDType<Of<D, N>>, Of<D, N>, O>;

    // Shapes.
    dimshuffle<const P extends readonly (number | "x")[]>(...order: P): TensorVariable<D, P["length"]>;
    transpose(axes?: readonly number[]): TensorVariable<D, N>;
    /** With its dimensions reversed. */
    readonly T: TensorVariable<D, N>;
    zerosLike(): TensorVariable<D, N>;
    onesLike(): TensorVariable<D, N>;

    /** Its value where variables have these values: see `Variable.eval` in Theano. */
    eval(values?: Pairs<Variable, ArrayInput>): NDArray<D, N>;
  }
}

type Method = (x: TensorVariable, ...rest: never[]) => unknown;

/** Each method is a function of the variable it is called on. */
const methods: Readonly<Record<string, Method>> = {
  add: ops.add,
  sub: ops.sub,
  mul: ops.mul,
  div: ops.trueDiv,
  floorDiv: ops.intDiv,
  mod: ops.mod,
  pow: ops.pow,
  neg: ops.neg,
  lt: ops.lt,
  le: ops.le,
  gt: ops.gt,
  ge: ops.ge,
  eq: ops.eq,
  neq: ops.neq,
  and: ops.and,
  or: ops.or,
  xor: ops.xor,
  invert: ops.invert,
  dot: ops.dot,
  abs: ops.abs,
  exp: ops.exp,
  log: ops.log,
  log1p: ops.log1p,
  expm1: ops.expm1,
  sqrt: ops.sqrt,
  tanh: ops.tanh,
  clip: ops.clip,
  astype: ops.cast,
  sum: ops.sum,
  dimshuffle: ops.dimshuffle,
  transpose: ops.transpose,
  zerosLike: ops.zerosLike,
  onesLike: ops.onesLike,
  eval: evaluate,
};

/** What is read without a call. */
const properties: Readonly<Record<string, (x: TensorVariable) => unknown>> = {
  T: (x) => ops.transpose(x),
};

const prototype = TensorVariable.prototype as object;
for (const [name, method] of Object.entries(methods))
  Object.defineProperty(prototype, name, {
    configurable: true,
    writable: true,
    value(this: TensorVariable, ...rest: never[]) {
      return method(this, ...rest);
    },
  });
for (const [name, get] of Object.entries(properties))
  Object.defineProperty(prototype, name, {
    configurable: true,
    get(this: TensorVariable) {
      return get(this);
    },
  });
Object.defineProperty(prototype, Symbol.iterator, {
  configurable: true,
  value(this: TensorVariable): never {
    throw new TheanoTypeError(
      `Cannot iterate over ${this}: ${this.type}: how many elements it has is known only when a function runs; use scan, or get(i)`,
      { origin: this.origin },
    );
  },
});
