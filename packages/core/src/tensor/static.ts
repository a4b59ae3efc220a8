import type { DType } from "@theano-ts/kernel";
import type { Dec } from "../value/indexRank.ts";

/**
 * Augment with the float dtype your program sets `config.floatX` to:
 * `declare module "theano-ts" { interface TypeConfig { floatX: "float32" } }`.
 */
// biome-ignore lint/suspicious/noEmptyInterface: it exists to be augmented
export interface TypeConfig {}

/** The dtype of floats nobody gave a dtype. */
export type FloatX = TypeConfig extends { floatX: infer F extends DType } ? F : "float64";

/** bool and the integers. */
export type DiscreteDType = Extract<DType, "bool" | `int${string}` | `uint${string}`>;

// NumPy's promotion, generated from its table.
interface PromoteTable {
  bool: {
    bool: "bool";
    int8: "int8";
    int16: "int16";
    int32: "int32";
    int64: "int64";
    uint8: "uint8";
    uint16: "uint16";
    uint32: "uint32";
    uint64: "uint64";
    float16: "float16";
    float32: "float32";
    float64: "float64";
    complex64: "complex64";
    complex128: "complex128";
  };
  int8: {
    bool: "int8";
    int8: "int8";
    int16: "int16";
    int32: "int32";
    int64: "int64";
    uint8: "int16";
    uint16: "int32";
    uint32: "int64";
    uint64: "float64";
    float16: "float16";
    float32: "float32";
    float64: "float64";
    complex64: "complex64";
    complex128: "complex128";
  };
  int16: {
    bool: "int16";
    int8: "int16";
    int16: "int16";
    int32: "int32";
    int64: "int64";
    uint8: "int16";
    uint16: "int32";
    uint32: "int64";
    uint64: "float64";
    float16: "float32";
    float32: "float32";
    float64: "float64";
    complex64: "complex64";
    complex128: "complex128";
  };
  int32: {
    bool: "int32";
    int8: "int32";
    int16: "int32";
    int32: "int32";
    int64: "int64";
    uint8: "int32";
    uint16: "int32";
    uint32: "int64";
    uint64: "float64";
    float16: "float64";
    float32: "float64";
    float64: "float64";
    complex64: "complex128";
    complex128: "complex128";
  };
  int64: {
    bool: "int64";
    int8: "int64";
    int16: "int64";
    int32: "int64";
    int64: "int64";
    uint8: "int64";
    uint16: "int64";
    uint32: "int64";
    uint64: "float64";
    float16: "float64";
    float32: "float64";
    float64: "float64";
    complex64: "complex128";
    complex128: "complex128";
  };
  uint8: {
    bool: "uint8";
    int8: "int16";
    int16: "int16";
    int32: "int32";
    int64: "int64";
    uint8: "uint8";
    uint16: "uint16";
    uint32: "uint32";
    uint64: "uint64";
    float16: "float16";
    float32: "float32";
    float64: "float64";
    complex64: "complex64";
    complex128: "complex128";
  };
  uint16: {
    bool: "uint16";
    int8: "int32";
    int16: "int32";
    int32: "int32";
    int64: "int64";
    uint8: "uint16";
    uint16: "uint16";
    uint32: "uint32";
    uint64: "uint64";
    float16: "float32";
    float32: "float32";
    float64: "float64";
    complex64: "complex64";
    complex128: "complex128";
  };
  uint32: {
    bool: "uint32";
    int8: "int64";
    int16: "int64";
    int32: "int64";
    int64: "int64";
    uint8: "uint32";
    uint16: "uint32";
    uint32: "uint32";
    uint64: "uint64";
    float16: "float64";
    float32: "float64";
    float64: "float64";
    complex64: "complex128";
    complex128: "complex128";
  };
  uint64: {
    bool: "uint64";
    int8: "float64";
    int16: "float64";
    int32: "float64";
    int64: "float64";
    uint8: "uint64";
    uint16: "uint64";
    uint32: "uint64";
    uint64: "uint64";
    float16: "float64";
    float32: "float64";
    float64: "float64";
    complex64: "complex128";
    complex128: "complex128";
  };
  float16: {
    bool: "float16";
    int8: "float16";
    int16: "float32";
    int32: "float64";
    int64: "float64";
    uint8: "float16";
    uint16: "float32";
    uint32: "float64";
    uint64: "float64";
    float16: "float16";
    float32: "float32";
    float64: "float64";
    complex64: "complex64";
    complex128: "complex128";
  };
  float32: {
    bool: "float32";
    int8: "float32";
    int16: "float32";
    int32: "float64";
    int64: "float64";
    uint8: "float32";
    uint16: "float32";
    uint32: "float64";
    uint64: "float64";
    float16: "float32";
    float32: "float32";
    float64: "float64";
    complex64: "complex64";
    complex128: "complex128";
  };
  float64: {
    bool: "float64";
    int8: "float64";
    int16: "float64";
    int32: "float64";
    int64: "float64";
    uint8: "float64";
    uint16: "float64";
    uint32: "float64";
    uint64: "float64";
    float16: "float64";
    float32: "float64";
    float64: "float64";
    complex64: "complex128";
    complex128: "complex128";
  };
  complex64: {
    bool: "complex64";
    int8: "complex64";
    int16: "complex64";
    int32: "complex128";
    int64: "complex128";
    uint8: "complex64";
    uint16: "complex64";
    uint32: "complex128";
    uint64: "complex128";
    float16: "complex64";
    float32: "complex64";
    float64: "complex128";
    complex64: "complex64";
    complex128: "complex128";
  };
  complex128: {
    bool: "complex128";
    int8: "complex128";
    int16: "complex128";
    int32: "complex128";
    int64: "complex128";
    uint8: "complex128";
    uint16: "complex128";
    uint32: "complex128";
    uint64: "complex128";
    float16: "complex128";
    float32: "complex128";
    float64: "complex128";
    complex64: "complex128";
    complex128: "complex128";
  };
}

/** The dtype that holds all values of both, by NumPy's table. */
export type Promote<A extends DType, B extends DType> = PromoteTable[A][B];

/** True division: integers become floatX, the rest promote. */
export type Quotient<A extends DType, B extends DType> =
  Promote<A, B> extends DiscreteDType ? FloatX : Promote<A, B>;

/** What a function of floats gives: small integers become float32, large ones float64, the rest stay. */
export type Floating<D extends DType> = D extends "bool" | "int8" | "int16" | "uint8" | "uint16"
  ? "float32"
  : D extends "int32" | "int64" | "uint32" | "uint64"
    ? "float64"
    : D;

/** What a sum or product gives: integers widen to 64 bits, the rest stay. */
export type Accumulated<D extends DType> = D extends "bool" | `int${string}`
  ? "int64"
  : D extends `uint${string}`
    ? "uint64"
    : D;

/** The mean's dtype: of integers float64, of the rest their own. */
export type Averaged<D extends DType> = D extends DiscreteDType ? "float64" : D;

/** The parts of a complex number are real. */
export type RealPart<D extends DType> = D extends "complex64"
  ? "float32"
  : D extends "complex128"
    ? "float64"
    : D;

// Ranks 0 to 6 are counted exactly; beyond, the rank is `number`: known only when the program runs.
interface MaxTable {
  0: { 0: 0; 1: 1; 2: 2; 3: 3; 4: 4; 5: 5; 6: 6 };
  1: { 0: 1; 1: 1; 2: 2; 3: 3; 4: 4; 5: 5; 6: 6 };
  2: { 0: 2; 1: 2; 2: 2; 3: 3; 4: 4; 5: 5; 6: 6 };
  3: { 0: 3; 1: 3; 2: 3; 3: 3; 4: 4; 5: 5; 6: 6 };
  4: { 0: 4; 1: 4; 2: 4; 3: 4; 4: 4; 5: 5; 6: 6 };
  5: { 0: 5; 1: 5; 2: 5; 3: 5; 4: 5; 5: 5; 6: 6 };
  6: { 0: 6; 1: 6; 2: 6; 3: 6; 4: 6; 5: 6; 6: 6 };
}

/** The rank of two operands broadcast together. */
export type Max<A extends number, B extends number> = A extends keyof MaxTable
  ? B extends keyof MaxTable[A]
    ? MaxTable[A][B]
    : number
  : number;

/** The rank of `dot`: the last axis of one meets the last but one of the other. */
export type DotRank<A extends number, B extends number> = number extends A | B
  ? number
  : A extends 0
    ? B
    : B extends 0
      ? A
      : B extends 1
        ? Dec<A>
        : A extends 1
          ? Dec<B>
          : A extends 2
            ? B
            : number;
