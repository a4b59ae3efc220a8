import {
  type ArrayInput,
  type DotRank,
  type Floating,
  type IndexRank,
  type Max,
  type MeanDType,
  type NDArray,
  type PairDType,
  type Pairs,
  type Quotient,
  type RankOf,
  type RealPart,
  type Reduced,
  type SoleDType,
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
type None = Record<never, never>;
type Joined<D extends DType, N extends number, X> = TensorVariable<PairDType<Of<D, N>, X>, Max<N, RankOf<X>>>;
type Compared<N extends number, X> = TensorVariable<"bool", Max<N, RankOf<X>>>;
type Divided<D extends DType, N extends number, X> = TensorVariable<
  Quotient<PairDType<Of<D, N>, X>, PairDType<Of<D, N>, X>>,
  Max<N, RankOf<X>>
>;
type Floated<D extends DType, N extends number> = TensorVariable<Floating<D>, N>;

/** A symbolic shape: an int64 vector, and a list of as many scalars, where it is known how many. */
type SymbolicShape<N extends number> = TensorVariable<"int64", 1> &
  (number extends N ? readonly Size[] : N extends keyof Sizes ? Sizes[N] : readonly Size[]);
type Size = TensorVariable<"int64", 0>;
interface Sizes {
  0: readonly [];
  1: readonly [Size];
  2: readonly [Size, Size];
  3: readonly [Size, Size, Size];
  4: readonly [Size, Size, Size, Size];
  5: readonly [Size, Size, Size, Size, Size];
  6: readonly [Size, Size, Size, Size, Size, Size];
}

/** How many sizes a shape is known to have. */
type RankOfShape<S> = S extends readonly unknown[] ? S["length"] : number;

declare module "@theano-ts/core" {
  /** @ts-ignore: see the class. */
  interface TensorVariable<out D extends DType, out N extends number> {
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
    sgn(): TensorVariable<D, N>;
    exp(): Floated<D, N>;
    exp2(): Floated<D, N>;
    expm1(): Floated<D, N>;
    log(): Floated<D, N>;
    log2(): Floated<D, N>;
    log10(): Floated<D, N>;
    log1p(): Floated<D, N>;
    sqrt(): Floated<D, N>;
    sin(): Floated<D, N>;
    cos(): Floated<D, N>;
    tan(): Floated<D, N>;
    arcsin(): Floated<D, N>;
    arccos(): Floated<D, N>;
    arctan(): Floated<D, N>;
    sinh(): Floated<D, N>;
    cosh(): Floated<D, N>;
    tanh(): Floated<D, N>;
    arcsinh(): Floated<D, N>;
    arccosh(): Floated<D, N>;
    arctanh(): Floated<D, N>;
    ceil(): Floated<D, N>;
    floor(): Floated<D, N>;
    trunc(): Floated<D, N>;
    deg2rad(): Floated<D, N>;
    rad2deg(): Floated<D, N>;
    round(options?: ops.RoundOptions): TensorVariable<D, N>;
    clip(min: TensorLike, max: TensorLike): TensorVariable<D, N>;
    real(): TensorVariable<RealPart<D>, N>;
    imag(): TensorVariable<RealPart<D>, N>;
    conj(): TensorVariable<D, N>;
    astype<E extends DType>(dtype: E): TensorVariable<E, N>;
    zerosLike(): TensorVariable<D, N>;
    onesLike(): TensorVariable<D, N>;
    fill<V extends TensorLike>(value: V): TensorVariable<SoleDType<V>, N>;
    copy(): TensorVariable<D, N>;

    // Reductions.
    sum<const O extends ops.SumOptions = None>(options?: O): Reduced<SumDType<Of<D, N>>, Of<D, N>, O>;
    prod<const O extends ops.ProdOptions = None>(options?: O): Reduced<SumDType<Of<D, N>>, Of<D, N>, O>;
    mean<const O extends ops.SumOptions = None>(options?: O): Reduced<MeanDType<Of<D, N>>, Of<D, N>, O>;
    var<const O extends ops.VarOptions = None>(options?: O): Reduced<MeanDType<Of<D, N>>, Of<D, N>, O>;
    std<const O extends ops.VarOptions = None>(options?: O): Reduced<MeanDType<Of<D, N>>, Of<D, N>, O>;
    max<const O extends ops.ReduceOptions = None>(options?: O): Reduced<D, Of<D, N>, O>;
    min<const O extends ops.ReduceOptions = None>(options?: O): Reduced<D, Of<D, N>, O>;
    ptp<const O extends ops.ReduceOptions = None>(options?: O): Reduced<D, Of<D, N>, O>;
    argmax<const O extends ops.ReduceOptions = None>(options?: O): Reduced<"int64", Of<D, N>, O>;
    argmin<const O extends ops.ReduceOptions = None>(options?: O): Reduced<"int64", Of<D, N>, O>;
    any<const O extends ops.ReduceOptions = None>(options?: O): Reduced<"bool", Of<D, N>, O>;
    all<const O extends ops.ReduceOptions = None>(options?: O): Reduced<"bool", Of<D, N>, O>;
    /** The L-norm over all dimensions or `axis`. */
    norm(L: number, options?: ops.ReduceOptions): TensorVariable<Floating<D>, number>;
    cumsum(axis?: number | null): TensorVariable<D, number>;
    cumprod(axis?: number | null): TensorVariable<D, number>;

    // Shapes and parts.
    /** The part that the index names: see `NDArray.get`; integers, bounds and arrays may be symbolic. */
    get<const I extends readonly ops.SymbolicIndex[]>(...index: I): TensorVariable<D, IndexRank<N, I>>;
    /** The positions of the elements that are not 0, one vector for each dimension. */
    nonzero(): readonly TensorVariable<"int64", 1>[];
    nonzeroValues(): TensorVariable<D, 1>;
    take(indices: TensorLike, options?: { readonly axis?: number | null }): TensorVariable<D, number>;
    /** The sizes of the dimensions: an int64 vector, and a list of scalars: `const [m, n] = x.shape`. */
    readonly shape: SymbolicShape<N>;
    /** The number of elements. */
    readonly size: TensorVariable<"int64", 0>;
    reshape<const S extends ops.ShapeLike, M extends number = RankOfShape<S>>(
      shape: S,
      ndim?: M,
    ): TensorVariable<D, M>;
    flatten<M extends number = 1>(ndim?: M): TensorVariable<D, M>;
    ravel(): TensorVariable<D, 1>;
    dimshuffle<const P extends readonly (number | "x")[]>(...order: P): TensorVariable<D, P["length"]>;
    transpose(axes?: readonly number[]): TensorVariable<D, N>;
    swapaxes(a: number, b: number): TensorVariable<D, N>;
    squeeze(): TensorVariable<D, number>;
    diagonal(options?: Parameters<typeof ops.diagonal>[1]): TensorVariable<D, number>;
    repeat(
      repeats: number | TensorVariable,
      options?: { readonly axis?: number | null },
    ): TensorVariable<D, number>;
    /** With its dimensions reversed. */
    readonly T: TensorVariable<D, N>;

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
  sgn: ops.sgn,
  exp: ops.exp,
  exp2: ops.exp2,
  expm1: ops.expm1,
  log: ops.log,
  log2: ops.log2,
  log10: ops.log10,
  log1p: ops.log1p,
  sqrt: ops.sqrt,
  sin: ops.sin,
  cos: ops.cos,
  tan: ops.tan,
  arcsin: ops.arcsin,
  arccos: ops.arccos,
  arctan: ops.arctan,
  sinh: ops.sinh,
  cosh: ops.cosh,
  tanh: ops.tanh,
  arcsinh: ops.arcsinh,
  arccosh: ops.arccosh,
  arctanh: ops.arctanh,
  ceil: ops.ceil,
  floor: ops.floor,
  trunc: ops.trunc,
  deg2rad: ops.deg2rad,
  rad2deg: ops.rad2deg,
  round: ops.round,
  clip: ops.clip,
  real: ops.real,
  imag: ops.imag,
  conj: ops.conj,
  astype: ops.cast,
  copy: ops.tensorCopy,
  norm: ops.lNorm,
  get: ops.subtensor,
  zerosLike: ops.zerosLike,
  onesLike: ops.onesLike,
  fill: ops.fill,
  sum: ops.sum,
  prod: ops.prod,
  mean: ops.mean,
  var: ops.var,
  std: ops.std,
  max: ops.max,
  min: ops.min,
  ptp: ops.ptp,
  argmax: ops.argmax,
  argmin: ops.argmin,
  any: ops.any,
  all: ops.all,
  cumsum: ops.cumsum,
  cumprod: ops.cumprod,
  nonzero: ops.nonzero,
  nonzeroValues: ops.nonzeroValues,
  take: ops.take,
  reshape: ops.reshape,
  flatten: ops.flatten,
  ravel: ops.ravel,
  dimshuffle: ops.dimshuffle,
  transpose: ops.transpose,
  swapaxes: ops.swapaxes,
  squeeze: ops.squeeze,
  diagonal: ops.diagonal,
  repeat: ops.repeat,
  eval: evaluate,
};

/** What is read without a call. */
const properties: Readonly<Record<string, (x: TensorVariable) => unknown>> = {
  T: (x) => ops.transpose(x),
  shape: symbolicShape,
  size: (x) => (x.ndim === 0 ? ops.cast(1, "int64") : ops.prod(ops.shape(x))),
};

/** The shape of `x`, and at the same time the list of its sizes. */
function symbolicShape(x: TensorVariable): TensorVariable<"int64", 1> {
  const sizes = ops.shape(x);
  const scalars = Array.from({ length: x.ndim }, (_, d) => ops.subtensor(sizes, d));
  const lists = Object.getOwnPropertyNames(Array.prototype).filter(
    (name) => name !== "constructor" && !(name in sizes),
  );
  for (const name of [...lists, Symbol.iterator] as (keyof typeof scalars)[]) {
    const found = scalars[name] as unknown;
    const value = typeof found === "function" ? found.bind(scalars) : found;
    Object.defineProperty(sizes, name, { value, configurable: true });
  }
  return Object.defineProperties(sizes, Object.fromEntries(scalars.map((value, d) => [d, { value }])));
}

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
