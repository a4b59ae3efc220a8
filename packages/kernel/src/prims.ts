import { isBig, isFloat, isInteger, promote, type RealDType } from "./dtype.ts";
import { type Call, call, constant, type Expr, type Scalar, sameExpr } from "./expr.ts";
import { bitcastScalar, castScalar, wrap } from "./scalar.ts";
import * as special from "./special/index.ts";

/** An operand as one may write it: a plain number takes the dtype of the expression beside it. */
export type Operand = Expr | number;

/** The meaning of a primitive on scalars of one dtype. */
export type Meaning = (...args: Scalar[]) => Scalar;

/** How far a backend's result may be from the exact one, in units in the last place. */
export interface Accuracy {
  readonly float32: number;
  readonly float64: number;
}

interface Row {
  readonly arity: number;
  /** The dtype of the result for operands of this dtype; `cast` and `bitcast` are told theirs. */
  readonly result: "same" | "bool" | "given";
  /** The meaning for operands of `dtype` and a result of `result`; undefined where there is none. */
  meaning(dtype: RealDType, result: RealDType): Meaning | undefined;
  /** Only where it is not exact (integers, bools) or correctly rounded (the basic float operations). */
  readonly accuracy?: Accuracy;
  /** Cheaper ways to say the same, tried when it is applied. */
  simplify?(args: readonly Expr[], dtype: RealDType): Expr | undefined;
}

/**
 * A scalar function that kernels are made of. Calling it builds the expression, simplified: `add(x, 1)`. Its
 * `meaning` is what every backend must compute; no primitive traps.
 */
export interface Prim extends Row {
  (...args: Operand[]): Expr;
  readonly name: string;
  /** Builds the call with a result of `dtype`. */
  apply(args: readonly Expr[], dtype: RealDType): Expr;
}

/** The primitive of this name and record. */
export function definePrim(name: string, row: Row): Prim {
  const apply = (args: readonly Expr[], dtype: RealDType): Expr => {
    if (args.every((a) => a.kind === "const")) {
      const meaning = row.meaning(operandDType(args), dtype);
      if (!meaning) throw new Error(`internal: ${name} of ${operandDType(args)}`);
      return constant(meaning(...args.map((a) => (a as { value: Scalar }).value)), dtype);
    }
    return row.simplify?.(args, dtype) ?? call(prim, args, dtype);
  };
  const build = (...operands: Operand[]): Expr => {
    const args = operandsOf(operands);
    const dtype = operandDType(args);
    return apply(args, row.result === "bool" ? "bool" : dtype);
  };
  const prim: Prim = Object.defineProperty(Object.assign(build, row, { apply }), "name", {
    value: name,
  }) as Prim;
  return prim;
}

/** The dtype a primitive works in: its last operand's, so that `select`, whose first is a bool, fits too. */
const operandDType = (args: readonly Expr[]): RealDType => (args[args.length - 1] as Expr).dtype;

/** Whether `e` is a call of `prim`. */
export const isCall = (e: Expr, prim: Prim): e is Call => e.kind === "call" && e.prim === prim;

function operandsOf(operands: readonly Operand[]): Expr[] {
  const typed = operands.findLast((o): o is Expr => typeof o !== "number");
  if (!typed) throw new Error("internal: a primitive needs an operand with a dtype");
  return operands.map((o) => (typeof o === "number" ? number(o, typed.dtype) : o));
}

/** The number `value` rounded to `dtype`, as a constant. */
export const number = (value: number, dtype: RealDType): Expr =>
  constant(castScalar("float64", dtype)(value), dtype);

// Meanings, by kind of dtype.

type Numbers = (...args: number[]) => number;
type Bigs = (...args: bigint[]) => bigint;

/** On floats the rounded result of `f`; on integers the wrapped one, `big` for 64 bits. */
const arithmetic =
  (f: Numbers, big: Bigs, small: Numbers = f) =>
  (dtype: RealDType): Meaning | undefined => {
    const finish = wrap(dtype);
    if (isBig(dtype)) return (...a) => finish(big(...(a as bigint[])));
    const g = isInteger(dtype) ? small : f;
    return dtype === "bool" ? undefined : rounded(g, finish);
  };

const rounded =
  (f: Numbers, finish: (x: Scalar) => Scalar): Meaning =>
  (...a) =>
    finish(f(...(a as number[])));

/** Floats only. */
const float =
  (f: Numbers) =>
  (dtype: RealDType): Meaning | undefined =>
    isFloat(dtype) ? rounded(f, wrap(dtype)) : undefined;

const compare = (f: (x: Scalar, y: Scalar) => boolean) => (): Meaning => (x, y) =>
  f(x as Scalar, y as Scalar) ? 1 : 0;

/** Integers bit by bit, bools as truth values. */
const bitwise =
  (f: Numbers, big: Bigs) =>
  (dtype: RealDType): Meaning | undefined => {
    const finish = wrap(dtype);
    if (isBig(dtype)) return (...a) => finish(big(...(a as bigint[])));
    return isFloat(dtype) ? undefined : rounded(f, finish);
  };

const basic = (
  name: string,
  arity: number,
  meaning: Row["meaning"],
  simplify?: Row["simplify"],
  result: Row["result"] = "same",
): Prim => definePrim(name, { arity, result, meaning, ...(simplify ? { simplify } : {}) });

const isConst = (e: Expr | undefined, value: number): boolean =>
  e?.kind === "const" && (isFloat(e.dtype) ? Object.is(e.value, value) : Number(e.value) === value);
const exact = (dtype: RealDType): boolean => !isFloat(dtype);

/** Constants of a commutative integer operation go last, so that equal index expressions are the same object. */
const constantLast = (prim: () => Prim, [x, y]: readonly Expr[], dtype: RealDType): Expr | undefined =>
  x?.kind === "const" && y?.kind !== "const" && exact(dtype)
    ? prim().apply([y as Expr, x], dtype)
    : undefined;

/** `x + y`; integers wrap. */
export const add: Prim = /* @__PURE__ */ basic(
  "add",
  2,
  arithmetic(
    (x, y) => (x as number) + (y as number),
    (x, y) => (x as bigint) + (y as bigint),
  ),
  ([x, y], dtype) => {
    if (!exact(dtype)) return undefined;
    if (isConst(y, 0)) return x;
    if (x && y?.kind === "const" && isCall(x, add) && x.args[1]?.kind === "const")
      return add.apply([x.args[0] as Expr, add.apply([x.args[1], y], dtype)], dtype);
    return constantLast(() => add, [x as Expr, y as Expr], dtype);
  },
);
/** `x - y`; integers wrap. */
export const sub: Prim = /* @__PURE__ */ basic(
  "sub",
  2,
  arithmetic(
    (x, y) => (x as number) - (y as number),
    (x, y) => (x as bigint) - (y as bigint),
  ),
  ([x, y], dtype) => {
    if (!exact(dtype)) return undefined;
    if (x === y) return number(0, dtype);
    if (y?.kind === "const") return add.apply([x as Expr, neg.apply([y], dtype)], dtype);
    return undefined;
  },
);
/** `x · y`; integers wrap. */
export const mul: Prim = /* @__PURE__ */ basic(
  "mul",
  2,
  arithmetic(
    (x, y) => (x as number) * (y as number),
    (x, y) => (x as bigint) * (y as bigint),
    Math.imul,
  ),
  ([x, y], dtype) => {
    if (isConst(y, 1)) return x;
    if (isConst(x, 1)) return y;
    if (!exact(dtype)) return undefined;
    if (isConst(y, 0)) return y;
    return constantLast(() => mul, [x as Expr, y as Expr], dtype);
  },
);
/** `x / y` of floats. */
export const div: Prim = /* @__PURE__ */ basic(
  "div",
  2,
  float((x, y) => (x as number) / (y as number)),
  ([x, y]) => (isConst(y, 1) ? x : undefined),
);

const floorMod = (x: number, y: number): number => {
  const r = x % y;
  return r !== 0 && r < 0 !== y < 0 ? r + y : r;
};
const bigMod = (x: bigint, y: bigint): bigint => {
  if (y === 0n) return 0n;
  const r = x % y;
  return r !== 0n && r < 0n !== y < 0n ? r + y : r;
};

/** Whether `e` is surely in 0 … n - 1: the index of an axis of that size, or a constant. */
const isBelow = (e: Expr, n: Expr): boolean =>
  e.kind === "index"
    ? e.axis.size === n ||
      (n.kind === "const" && e.axis.size.kind === "const" && e.axis.size.value <= n.value)
    : e.kind === "const" && n.kind === "const" && e.value >= 0 && e.value < n.value;

/** The `i` and `j` of `i·n + j` with `0 ≤ j < n`, as reshape's index arithmetic makes them. */
function splitBy(e: Expr, n: Expr): readonly [Expr, Expr] | undefined {
  if (isBelow(e, n)) return [number(0, e.dtype), e];
  if (isCall(e, mul) && sameExpr(e.args[1] as Expr, n)) return [e.args[0] as Expr, number(0, e.dtype)];
  if (!isCall(e, add)) return undefined;
  const [a, b] = e.args as [Expr, Expr];
  if (isCall(a, mul) && sameExpr(a.args[1] as Expr, n) && isBelow(b, n)) return [a.args[0] as Expr, b];
  return undefined;
}

/** `⌊x / y⌋`, towards minus infinity; an integer divided by zero is 0. */
export const floorDiv: Prim = /* @__PURE__ */ basic(
  "floorDiv",
  2,
  arithmetic(
    (x, y) => Math.floor((x as number) / (y as number)),
    (x, y) => (y === 0n ? 0n : ((x as bigint) - bigMod(x as bigint, y as bigint)) / (y as bigint)),
    (x, y) => (y === 0 ? 0 : Math.floor((x as number) / (y as number))),
  ),
  ([x, y], dtype) => {
    if (!exact(dtype)) return undefined;
    if (isConst(y, 1)) return x;
    return splitBy(x as Expr, y as Expr)?.[0];
  },
);
/** `x - ⌊x / y⌋·y`, with the sign of `y`, as in Python; an integer modulo zero is 0. */
export const mod: Prim = /* @__PURE__ */ basic(
  "mod",
  2,
  arithmetic(
    (x, y) => floorMod(x as number, y as number),
    (x, y) => bigMod(x as bigint, y as bigint),
    (x, y) => (y === 0 ? 0 : floorMod(x as number, y as number)),
  ),
  ([x, y], dtype) => {
    if (!exact(dtype)) return undefined;
    if (isConst(y, 1)) return number(0, dtype);
    return splitBy(x as Expr, y as Expr)?.[1];
  },
);
/** `-x`; the most negative integer stays itself. */
export const neg: Prim = /* @__PURE__ */ basic(
  "neg",
  1,
  arithmetic(
    (x) => -(x as number),
    (x) => -(x as bigint),
  ),
);
/** `|x|`; the most negative integer stays itself. */
export const abs: Prim = /* @__PURE__ */ basic(
  "abs",
  1,
  arithmetic(Math.abs, (x) => ((x as bigint) < 0n ? -(x as bigint) : (x as bigint))),
);

const lesser = (x: Scalar, y: Scalar): Scalar => (x !== x || x < y ? x : y);
const greater = (x: Scalar, y: Scalar): Scalar => (x !== x || x > y ? x : y);
const pick = (f: (x: Scalar, y: Scalar) => Scalar) => (): Meaning => (x, y) => f(x as Scalar, y as Scalar);

/** The smaller; NaN if either is. Of -0 and 0 either may come. */
export const min: Prim = /* @__PURE__ */ basic("min", 2, pick(lesser), ([x, y]) => (x === y ? x : undefined));
/** The larger; NaN if either is. Of -0 and 0 either may come. */
export const max: Prim = /* @__PURE__ */ basic("max", 2, pick(greater), ([x, y]) =>
  x === y ? x : undefined,
);

/** `√x`, correctly rounded. */
export const sqrt: Prim = /* @__PURE__ */ basic("sqrt", 1, float(Math.sqrt));
/** The largest integer not above `x`, as a float. */
export const floor: Prim = /* @__PURE__ */ basic("floor", 1, float(Math.floor));
/** The smallest integer not below `x`, as a float. */
export const ceil: Prim = /* @__PURE__ */ basic("ceil", 1, float(Math.ceil));
/** `x` without its fraction. */
export const trunc: Prim = /* @__PURE__ */ basic("trunc", 1, float(Math.trunc));
/** Rounds to the nearest integer, ties to even. */
export const roundEven: Prim = /* @__PURE__ */ basic("roundEven", 1, float(special.roundHalfEven));
/** `|x|` with the sign bit of `y`. */
export const copySign: Prim = /* @__PURE__ */ basic(
  "copySign",
  2,
  float((x, y) => ((y as number) < 0 || Object.is(y, -0) ? -Math.abs(x as number) : Math.abs(x as number))),
);

const sameIsTrue: Row["simplify"] = ([x, y]) =>
  x === y && exact((x as Expr).dtype) ? constant(1, "bool") : undefined;
const sameIsFalse: Row["simplify"] = ([x, y]) =>
  x === y && exact((x as Expr).dtype) ? constant(0, "bool") : undefined;

/** Whether `x = y`; NaN equals nothing. */
export const eq: Prim = /* @__PURE__ */ basic(
  "eq",
  2,
  compare((x, y) => x === y),
  sameIsTrue,
  "bool",
);
/** Whether `x ≠ y`; true for NaN. */
export const ne: Prim = /* @__PURE__ */ basic(
  "ne",
  2,
  compare((x, y) => x !== y),
  sameIsFalse,
  "bool",
);
/** Whether `x < y`. */
export const lt: Prim = /* @__PURE__ */ basic(
  "lt",
  2,
  compare((x, y) => x < y),
  sameIsFalse,
  "bool",
);
/** Whether `x ≤ y`. */
export const le: Prim = /* @__PURE__ */ basic(
  "le",
  2,
  compare((x, y) => x <= y),
  sameIsTrue,
  "bool",
);
/** Whether `x > y`. */
export const gt: Prim = /* @__PURE__ */ basic(
  "gt",
  2,
  compare((x, y) => x > y),
  sameIsFalse,
  "bool",
);
/** Whether `x ≥ y`. */
export const ge: Prim = /* @__PURE__ */ basic(
  "ge",
  2,
  compare((x, y) => x >= y),
  sameIsTrue,
  "bool",
);

/** Bit by bit and; of bools, whether both hold. */
export const and: Prim = /* @__PURE__ */ basic(
  "and",
  2,
  bitwise(
    (x, y) => (x as number) & (y as number),
    (x, y) => (x as bigint) & (y as bigint),
  ),
  ([x, y], dtype) => {
    if (x === y) return x;
    if (dtype !== "bool") return undefined;
    if (isConst(x, 0) || isConst(y, 1)) return x;
    return isConst(x, 1) || isConst(y, 0) ? y : undefined;
  },
);
/** Bit by bit or; of bools, whether one holds. */
export const or: Prim = /* @__PURE__ */ basic(
  "or",
  2,
  bitwise(
    (x, y) => (x as number) | (y as number),
    (x, y) => (x as bigint) | (y as bigint),
  ),
  ([x, y], dtype) => {
    if (x === y) return x;
    if (dtype !== "bool") return undefined;
    if (isConst(x, 1) || isConst(y, 0)) return x;
    return isConst(x, 0) || isConst(y, 1) ? y : undefined;
  },
);
/** Bit by bit exclusive or; of bools, whether they differ. */
export const xor: Prim = /* @__PURE__ */ basic(
  "xor",
  2,
  bitwise(
    (x, y) => (x as number) ^ (y as number),
    (x, y) => (x as bigint) ^ (y as bigint),
  ),
);
/** Every bit inverted; of a bool, whether it is false. */
export const not: Prim = /* @__PURE__ */ basic("not", 1, (dtype) =>
  dtype === "bool"
    ? (x) => (x ? 0 : 1)
    : bitwise(
        (x) => ~(x as number),
        (x) => ~(x as bigint),
      )(dtype),
);

const bitsOf = (dtype: RealDType): number =>
  isBig(dtype) ? 64 : dtype.endsWith("8") ? 8 : dtype.endsWith("16") ? 16 : 32;
const shift =
  (
    small: (x: number, n: number) => number,
    big: (x: bigint, n: bigint) => bigint,
    beyond: (x: Scalar) => Scalar,
  ) =>
  (dtype: RealDType): Meaning | undefined => {
    if (!isInteger(dtype)) return undefined;
    const [bits, finish] = [bitsOf(dtype), wrap(dtype)];
    return (x, n) =>
      Number(n) < 0 || Number(n) >= bits
        ? finish(beyond(x as Scalar))
        : finish(isBig(dtype) ? big(x as bigint, n as bigint) : small(x as number, n as number));
  };
const zeroLike = (x: Scalar): Scalar => (typeof x === "bigint" ? 0n : 0);

/** `x · 2ⁿ`, wrapped; 0 if n is negative or as large as the width. */
export const shl: Prim = /* @__PURE__ */ basic(
  "shl",
  2,
  shift(
    (x, n) => x * 2 ** n,
    (x, n) => x << n,
    zeroLike,
  ),
);
/** `⌊x / 2ⁿ⌋`; only the sign (0 or -1) if n is negative or as large as the width. */
export const shr: Prim = /* @__PURE__ */ basic(
  "shr",
  2,
  shift(
    (x, n) => Math.floor(x / 2 ** n),
    (x, n) => x >> n,
    (x) => (x < 0 ? (typeof x === "bigint" ? -1n : -1) : zeroLike(x)),
  ),
);

/** `x` where the bool holds, else `y`. Only the chosen one is computed: it may guard a load. */
export const select: Prim = /* @__PURE__ */ basic(
  "select",
  3,
  () => (c, x, y) => (c ? (x as Scalar) : (y as Scalar)),
  ([c, x, y]) => (c?.kind === "const" ? (c.value ? x : y) : x === y ? x : undefined),
);

/**
 * Whether a cast by way of `middle` is a cast at once: `middle` has all values of `from`, and the last step does to them
 * what it does to those of `from`; floats beyond integers become other ones than integers do.
 */
const isShortcut = (from: RealDType, middle: RealDType, to: RealDType): boolean =>
  promote(from, middle) === middle && (!isFloat(middle) || isFloat(from) || !(isBig(from) || isInteger(to)));

const castPrim: Prim = /* @__PURE__ */ basic(
  "cast",
  1,
  castScalar,
  ([x], dtype) => {
    if (x?.dtype === dtype) return x;
    const [inner] = x && isCall(x, castPrim) ? (x.args as [Expr]) : [];
    return inner && isShortcut(inner.dtype, x?.dtype as RealDType, dtype)
      ? castPrim.apply([inner], dtype)
      : undefined;
  },
  "given",
);
const bitcastPrim: Prim = /* @__PURE__ */ basic("bitcast", 1, bitcastScalar, undefined, "given");

export { bitcastPrim, castPrim };

/** `x` converted to `dtype`; see `castScalar` for what happens out of range. */
export const cast = (x: Expr, dtype: RealDType): Expr => castPrim.apply([x], dtype);
/** The bits of `x` read as `dtype`, which must be as wide: int32 ↔ float32, int64 ↔ float64. */
export const bitcast = (x: Expr, dtype: RealDType): Expr => bitcastPrim.apply([x], dtype);

// Functions of floats. The meaning is the exact function rounded; accuracy is what a backend must keep to.

const math = (name: string, arity: number, f: Numbers, float32: number, float64: number): Prim =>
  definePrim(name, { arity, result: "same", meaning: float(f), accuracy: { float32, float64 } });

/** `xʸ` as C computes it: 1 to any power and anything to the 0 are 1, NaN too. */
const power = (x: number, y: number): number =>
  x === 1 || (x === -1 && Math.abs(y) === Infinity) ? 1 : x ** y;
const logistic = (x: number): number => (x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x)));
const softPlus = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));

/** `xʸ` of floats; 1 to any power and anything to the 0 are 1. */
export const pow: Prim = /* @__PURE__ */ math("pow", 2, power as Numbers, 2, 4);
/** `eˣ`. */
export const exp: Prim = /* @__PURE__ */ math("exp", 1, Math.exp, 2, 2);
/** `2ˣ`. */
export const exp2: Prim = /* @__PURE__ */ math("exp2", 1, (x) => 2 ** (x as number), 2, 2);
/** `eˣ - 1` without cancellation. */
export const expm1: Prim = /* @__PURE__ */ math("expm1", 1, Math.expm1, 3, 3);
/** The natural logarithm. */
export const log: Prim = /* @__PURE__ */ math("log", 1, Math.log, 2, 2);
/** The logarithm to base 2. */
export const log2: Prim = /* @__PURE__ */ math("log2", 1, Math.log2, 2, 3);
/** The logarithm to base 10. */
export const log10: Prim = /* @__PURE__ */ math("log10", 1, Math.log10, 2, 3);
/** `log(1 + x)` without cancellation. */
export const log1p: Prim = /* @__PURE__ */ math("log1p", 1, Math.log1p, 3, 3);
/** Sine of radians. */
export const sin: Prim = /* @__PURE__ */ math("sin", 1, Math.sin, 2, 2);
/** Cosine of radians. */
export const cos: Prim = /* @__PURE__ */ math("cos", 1, Math.cos, 2, 2);
/** Tangent of radians. */
export const tan: Prim = /* @__PURE__ */ math("tan", 1, Math.tan, 4, 4);
/** Arc sine, in radians; NaN outside -1 … 1. */
export const asin: Prim = /* @__PURE__ */ math("asin", 1, Math.asin, 4, 4);
/** Arc cosine, in radians; NaN outside -1 … 1. */
export const acos: Prim = /* @__PURE__ */ math("acos", 1, Math.acos, 4, 4);
/** Arc tangent, in radians. */
export const atan: Prim = /* @__PURE__ */ math("atan", 1, Math.atan, 3, 3);
/** The angle of the point `(x, y)`, called as `atan2(y, x)`, in radians. */
export const atan2: Prim = /* @__PURE__ */ math("atan2", 2, Math.atan2 as Numbers, 4, 4);
/** Hyperbolic sine. */
export const sinh: Prim = /* @__PURE__ */ math("sinh", 1, Math.sinh, 4, 4);
/** Hyperbolic cosine. */
export const cosh: Prim = /* @__PURE__ */ math("cosh", 1, Math.cosh, 4, 4);
/** Hyperbolic tangent. */
export const tanh: Prim = /* @__PURE__ */ math("tanh", 1, Math.tanh, 3, 4);
/** Inverse hyperbolic sine. */
export const asinh: Prim = /* @__PURE__ */ math("asinh", 1, Math.asinh, 4, 4);
/** Inverse hyperbolic cosine; NaN below 1. */
export const acosh: Prim = /* @__PURE__ */ math("acosh", 1, Math.acosh, 4, 4);
/** Inverse hyperbolic tangent; NaN outside -1 … 1. */
export const atanh: Prim = /* @__PURE__ */ math("atanh", 1, Math.atanh, 4, 4);
/** `1 / (1 + exp(-x))`. */
export const sigmoid: Prim = /* @__PURE__ */ math("sigmoid", 1, logistic as Numbers, 3, 4);
/** `log(1 + exp(x))`. */
export const softplus: Prim = /* @__PURE__ */ math("softplus", 1, softPlus as Numbers, 4, 4);
/** The error function. */
export const erf: Prim = /* @__PURE__ */ math("erf", 1, special.erf as Numbers, 4, 4);
/** `1 - erf(x)`, without cancellation. */
export const erfc: Prim = /* @__PURE__ */ math("erfc", 1, special.erfc as Numbers, 8, 8);
/** `exp(x²)·erfc(x)`. */
export const erfcx: Prim = /* @__PURE__ */ math("erfcx", 1, special.erfcx as Numbers, 8, 8);
/** The inverse of `erf`; NaN outside -1 … 1. */
export const erfinv: Prim = /* @__PURE__ */ math("erfinv", 1, special.erfinv as Numbers, 8, 8);
/** The inverse of `erfc`; NaN outside 0 … 2. */
export const erfcinv: Prim = /* @__PURE__ */ math("erfcinv", 1, special.erfcinv as Numbers, 8, 8);
/** The gamma function; infinite or NaN at its poles. */
export const gamma: Prim = /* @__PURE__ */ math("gamma", 1, special.gamma as Numbers, 16, 64);
/** `log|Γ(x)|`. */
export const gammaln: Prim = /* @__PURE__ */ math("gammaln", 1, special.gammaln as Numbers, 16, 64);
/** The logarithmic derivative of `Γ`. */
export const psi: Prim = /* @__PURE__ */ math("psi", 1, special.psi as Numbers, 16, 64);
/** The derivative of `psi`. */
export const trigamma: Prim = /* @__PURE__ */ math("trigamma", 1, special.trigamma as Numbers, 16, 64);
/** The Bessel function of the first kind of order 0. */
export const j0: Prim = /* @__PURE__ */ math("j0", 1, special.j0 as Numbers, 64, 64);
/** The Bessel function of the first kind of order 1. */
export const j1: Prim = /* @__PURE__ */ math("j1", 1, special.j1 as Numbers, 64, 64);
/** The Bessel function of the first kind of order `v`, called as `jv(v, x)`. */
export const jv: Prim = /* @__PURE__ */ math("jv", 2, special.jv as Numbers, 64, 512);
/** The modified Bessel function of order 0. */
export const i0: Prim = /* @__PURE__ */ math("i0", 1, special.i0 as Numbers, 16, 64);
/** The modified Bessel function of order 1. */
export const i1: Prim = /* @__PURE__ */ math("i1", 1, special.i1 as Numbers, 16, 64);
/** The modified Bessel function of order `v`, called as `iv(v, x)`. */
export const iv: Prim = /* @__PURE__ */ math("iv", 2, special.iv as Numbers, 64, 512);
/** The lower incomplete gamma function of `(a, x)`, divided by `Γ(a)`. */
export const gammainc: Prim = /* @__PURE__ */ math("gammainc", 2, special.gammainc as Numbers, 64, 512);
/** `1 - gammainc(a, x)`. */
export const gammaincc: Prim = /* @__PURE__ */ math("gammaincc", 2, special.gammaincc as Numbers, 64, 512);
