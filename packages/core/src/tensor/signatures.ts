import type { DType } from "@theano-ts/kernel";
import type { Dec } from "../value/indexRank.ts";
import type { TensorLike } from "./constant.ts";
import type {
  Accumulated,
  Averaged,
  DiscreteDType,
  DotRank,
  Floating,
  FloatX,
  Max,
  Promote,
  Quotient,
  RealPart,
} from "./static.ts";
import type { TensorOp } from "./tensorOp.ts";
import type { TensorVariable } from "./tensorVariable.ts";

// What operations give, told before the program runs. Built from properties, not by inferring type arguments, so that
// subclasses such as SharedVariable keep their dtype and rank.

/** The dtype an operand has; `never` for a literal, which takes one from the operand beside it. */
export type DTypeOf<X> = X extends { readonly dtype: infer D extends DType } ? D : never;

/** The rank an operand has. */
export type RankOf<X> = X extends { readonly ndim: infer N extends number }
  ? N
  : X extends number | bigint | boolean
    ? 0
    : X extends readonly (number | bigint | boolean)[]
      ? 1
      : X extends readonly (readonly (number | bigint | boolean)[])[]
        ? 2
        : number;

/** The dtype `D` beside the literal `X`: a fraction makes integers floatX, everything else leaves `D` as it is. */
export type Beside<D extends DType, X> = D extends DiscreteDType
  ? X extends number
    ? number extends X
      ? D
      : `${X}` extends `${bigint}`
        ? D
        : FloatX
    : D
  : D;

/** The dtype that holds two operands; literals are weak. */
export type PairDType<A, B> = [DTypeOf<A>] extends [never]
  ? [DTypeOf<B>] extends [never]
    ? DType
    : Beside<DTypeOf<B>, A>
  : [DTypeOf<B>] extends [never]
    ? Beside<DTypeOf<A>, B>
    : Promote<DTypeOf<A>, DTypeOf<B>>;

/** The dtype of an operand that may be a literal alone. */
export type SoleDType<X> = [DTypeOf<X>] extends [never] ? DType : DTypeOf<X>;

/** The rank of two operands broadcast together. */
export type PairRank<A, B> = Max<RankOf<A>, RankOf<B>>;

/** A function of tensors that applies one operation. */
export interface OpFunction {
  readonly op: TensorOp;
}

/** dtype and shape of the operand. */
export interface UnarySame extends OpFunction {
  <X extends TensorLike>(x: X): TensorVariable<SoleDType<X>, RankOf<X>>;
}
/** Shape of the operand; bool and integers of 8 and 16 bits give float32, wider integers float64. */
export interface Unary extends OpFunction {
  <X extends TensorLike>(x: X): TensorVariable<Floating<SoleDType<X>>, RankOf<X>>;
}
/** Shape of the operand, bool. */
export interface UnaryBool extends OpFunction {
  <X extends TensorLike>(x: X): TensorVariable<"bool", RankOf<X>>;
}
/** Shape of the operand; of complex numbers a real. */
export interface UnaryReal extends OpFunction {
  <X extends TensorLike>(x: X): TensorVariable<RealPart<SoleDType<X>>, RankOf<X>>;
}
/** Operands broadcast and promote. */
export interface Binary extends OpFunction {
  <A extends TensorLike, B extends TensorLike>(x: A, y: B): TensorVariable<PairDType<A, B>, PairRank<A, B>>;
}
/** Operands broadcast and promote; integers give floatX. */
export interface BinaryQuotient extends OpFunction {
  <A extends TensorLike, B extends TensorLike>(
    x: A,
    y: B,
  ): TensorVariable<Quotient<PairDType<A, B>, PairDType<A, B>>, PairRank<A, B>>;
}
/** Operands broadcast and promote; small integers give float32, wider ones float64. */
export interface BinaryFloat extends OpFunction {
  <A extends TensorLike, B extends TensorLike>(
    x: A,
    y: B,
  ): TensorVariable<Floating<PairDType<A, B>>, PairRank<A, B>>;
}
/** Operands broadcast; bool. */
export interface BinaryBool extends OpFunction {
  <A extends TensorLike, B extends TensorLike>(x: A, y: B): TensorVariable<"bool", PairRank<A, B>>;
}
/** Operands broadcast; the second's dtype. */
export interface BinarySecond extends OpFunction {
  <A extends TensorLike, B extends TensorLike>(x: A, y: B): TensorVariable<SoleDType<B>, PairRank<A, B>>;
}
/** Any number of operands, which broadcast and promote. */
export interface Nary extends OpFunction {
  <A extends TensorLike>(x: A): TensorVariable<SoleDType<A>, RankOf<A>>;
  <A extends TensorLike, B extends TensorLike>(x: A, y: B): TensorVariable<PairDType<A, B>, PairRank<A, B>>;
  <A extends TensorVariable>(...x: readonly A[]): TensorVariable<A["dtype"], A["ndim"]>;
  (...x: readonly TensorLike[]): TensorVariable;
}
/** A condition, and two operands to choose from, which promote; all three broadcast. */
export interface Choice extends OpFunction {
  <C extends TensorLike, A extends TensorLike, B extends TensorLike>(
    condition: C,
    x: A,
    y: B,
  ): TensorVariable<PairDType<A, B>, Max<RankOf<C>, PairRank<A, B>>>;
}

/** The rank of a reduction: nothing is left without an axis, one axis takes one, and `keepdims` keeps all. */
export type ReducedRank<N extends number, O> = O extends { readonly keepdims: true }
  ? N
  : O extends { readonly keepdims: boolean }
    ? number
    : O extends { readonly axis: number }
      ? Dec<N>
      : O extends { readonly axis: readonly unknown[] }
        ? number
        : O extends { readonly axis: unknown }
          ? number
          : 0;

/** A reduction's result: `dtype` as asked for, else `D`. */
export type Reduced<D extends DType, X, O> = TensorVariable<
  O extends { readonly dtype: infer E extends DType } ? E : D,
  ReducedRank<RankOf<X>, O>
>;

/** The dtype of sums and products: integers widen to 64 bits. */
export type SumDType<X> = Accumulated<SoleDType<X>>;
/** The dtype of averages: of integers float64. */
export type MeanDType<X> = Averaged<SoleDType<X>>;

/** The product of vectors and matrices. */
export type DotFunction = <A extends TensorLike, B extends TensorLike>(
  x: A,
  y: B,
) => TensorVariable<PairDType<A, B>, DotRank<RankOf<A>, RankOf<B>>>;
