import { type Expr, isComplex, isDiscrete, isFloat } from "@theano-ts/kernel";
import * as prim from "@theano-ts/kernel/prims";
import { NotImplementedError } from "../../errors.ts";
import { asTensors, constant, type TensorLike } from "../../tensor/constant.ts";
import type {
  Binary,
  BinaryQuotient,
  Nary,
  PairDType,
  PairRank,
  Unary,
  UnarySame,
} from "../../tensor/signatures.ts";
import type { TensorVariable } from "../../tensor/tensorVariable.ts";
import { cast, flat } from "./basic.ts";
import { eq, neq } from "./comparison.ts";
import { complex, imag, real } from "./complex.ts";
import { complexAdd, complexDiv, complexMul, complexNeg, complexPow, complexSub } from "./complexMath.ts";
import { floating, promoted, promotedMin8, promotedNoBool, promotedNoComplex, quotient } from "./dtypes.ts";
import { type ComplexExpr, elemwise } from "./elemwise.ts";
import { log } from "./exponential.ts";
import { where } from "./select.ts";

type Vars = readonly TensorVariable[];
type One = readonly [TensorVariable];
type Two = readonly [TensorVariable, TensorVariable];

/** Throws where Theano knows no gradient: through complex numbers. */
export function refuseComplex(what: string, ...x: readonly TensorVariable[]): void {
  if (x.some((v) => isComplex(v.dtype)))
    throw new NotImplementedError(
      `Cannot take the gradient of ${what} of complex numbers: nobody has defined it`,
    );
}

/** The sum of any number of operands; of bools, whether any holds. As `theano.tensor.add`. */
export const add: Nary = /* @__PURE__ */ elemwise("add", -1, {
  dtype: promoted,
  commutative: true,
  scalar: (...x) => x.reduce((a, b) => (a.dtype === "bool" ? prim.or(a, b) : prim.add(a, b))),
  complex: (...x) => x.reduce(complexAdd),
  grad(inputs, _, [g]) {
    refuseComplex("a sum", g as TensorVariable);
    return inputs.map(() => g as TensorVariable);
  },
});

/** `x - y`. Throws a TypeError for two bools. As `theano.tensor.sub`. */
export const sub: Binary = /* @__PURE__ */ elemwise("sub", 2, {
  dtype: promotedNoBool,
  scalar: (x, y) => prim.sub(x as Expr, y as Expr),
  complex: (x, y) => complexSub(x as ComplexExpr, y as ComplexExpr),
  grad(_inputs, _outputs, [g]) {
    refuseComplex("a difference", g as TensorVariable);
    return [g as TensorVariable, neg(g as TensorVariable)];
  },
});

/** The product of any number of operands; of bools, whether all hold. As `theano.tensor.mul`. */
export const mul: Nary = /* @__PURE__ */ elemwise("mul", -1, {
  dtype: promoted,
  commutative: true,
  scalar: (...x) => x.reduce((a, b) => (a.dtype === "bool" ? prim.and(a, b) : prim.mul(a, b))),
  complex: (...x) => x.reduce(complexMul),
  grad(inputs, _, [gradient]) {
    const [g] = [gradient] as One;
    return inputs.map((x) => {
      const others = without(inputs, x);
      return isComplex(g.dtype) ? complexMulGradient(x, others, g) : mul(g, ...others);
    });
  },
});

/** `list` less one occurrence of `x`. */
const without = (list: Vars, x: TensorVariable): Vars => list.filter((_, i) => i !== list.indexOf(x));

/** Conjugate of the others, times g; only its real part for a real operand. */
function complexMulGradient(x: TensorVariable, others: Vars, g: TensorVariable): TensorVariable {
  const [first, ...rest] = others;
  if (!first) return g;
  const other = rest.length === 0 ? first : mul(...others);
  const [yr, yi] = [real(other), imag(other)] as unknown as Two;
  const [gr, gi] = [real(g), imag(g)] as unknown as Two;
  const re = add(mul(yr, gr), mul(yi, gi));
  return isComplex(x.dtype) ? complex(re, sub(mul(yr, gi), mul(yi, gr))) : re;
}

/** `x / y`, also of integers, which give floatX. As `theano.tensor.true_div`. */
export const trueDiv: BinaryQuotient = /* @__PURE__ */ elemwise("true_div", 2, {
  dtype: quotient,
  // A quotient of integers is rounded once, from float64.
  work: (dtypes, result) => (dtypes.every(isDiscrete) ? "float64" : result),
  scalar: (x, y) => prim.div(x as Expr, y as Expr),
  complex: (x, y) => complexDiv(x as ComplexExpr, y as ComplexExpr),
  grad(inputs, _, [gradient]) {
    const [[x, y], [g]] = [inputs as Two, [gradient] as One];
    refuseComplex("a quotient", x, y);
    return [trueDiv(g, y), trueDiv(neg(mul(g, x)), mul(y, y))];
  },
});

/** `⌊x / y⌋`, towards minus infinity; an integer divided by zero is 0. As `theano.tensor.int_div`, Python's `//`. */
export const intDiv: Binary = /* @__PURE__ */ elemwise("int_div", 2, {
  dtype: promotedNoComplex,
  scalar(e, f) {
    const [x, y] = [e, f] as [Expr, Expr];
    if (x.dtype === "bool") return prim.and(x, y);
    return isFloat(x.dtype) ? floatFloorDiv(x, y) : prim.floorDiv(x, y);
  },
  grad: (inputs) => inputs.map(flat),
});

/** The remainder decides, as in Python: 2 // 0.1 is 19, for 0.1 is a little more than a tenth. */
function floatFloorDiv(x: Expr, y: Expr): Expr {
  const quotient = prim.div(prim.sub(x, prim.mod(x, y)), y);
  const down = prim.floor(quotient);
  const nearest = prim.select(prim.gt(prim.sub(quotient, down), 0.5), prim.add(down, 1), down);
  const ratio = prim.div(x, y);
  const signed = prim.select(prim.eq(quotient, 0), prim.copySign(prim.number(0, x.dtype), ratio), nearest);
  return prim.select(prim.eq(y, 0), ratio, signed);
}

/** `x - ⌊x / y⌋·y`, with the sign of `y` as in Python; an integer modulo zero is 0. As `theano.tensor.mod`. */
export const mod: Binary = /* @__PURE__ */ elemwise("mod", 2, {
  dtype: promotedNoComplex,
  scalar: (x, y) =>
    (x as Expr).dtype === "bool" ? prim.and(x as Expr, prim.not(y as Expr)) : prim.mod(x as Expr, y as Expr),
  grad(inputs, _, [gradient]) {
    const [[x, y], [g]] = [inputs as Two, [gradient] as One];
    return [g, mul(neg(intDiv(x, y)), g)];
  },
});

/** `[⌊x / y⌋, x mod y]`. As `theano.tensor.divmod`. */
export function divmod<A extends TensorLike, B extends TensorLike>(
  x: A,
  y: B,
): [TensorVariable<PairDType<A, B>, PairRank<A, B>>, TensorVariable<PairDType<A, B>, PairRank<A, B>>] {
  const [a, b] = asTensors([x, y]) as unknown as Two;
  return [intDiv(a, b), mod(a, b)] as never;
}

/** `⌈x / y⌉` of integers, without a detour by floats. As `theano.tensor.ceil_intdiv`. */
export function ceilIntdiv<A extends TensorLike, B extends TensorLike>(
  x: A,
  y: B,
): TensorVariable<PairDType<A, B>, PairRank<A, B>> {
  const [a, b] = asTensors([x, y]) as unknown as Two;
  const down = intDiv(a, b) as TensorVariable;
  return add(cast(neq(mod(a, b), 0), down.dtype), down) as TensorVariable as TensorVariable<
    PairDType<A, B>,
    PairRank<A, B>
  >;
}

/** `-x`. Throws a TypeError for bools. As `theano.tensor.neg`. */
export const neg: UnarySame = /* @__PURE__ */ elemwise("neg", 1, {
  dtype: promotedNoBool,
  scalar: (x) => prim.neg(x as Expr),
  complex: (x) => complexNeg(x as ComplexExpr),
  grad: (_inputs, _outputs, [g]) => [neg(g as TensorVariable)],
});

/** `1 / x`. As `theano.tensor.inv`. */
export const inv: Unary = /* @__PURE__ */ elemwise("inv", 1, {
  dtype: floating,
  scalar: (x) => prim.div(1, x as Expr),
  complex(z) {
    const { re, im } = z as ComplexExpr;
    return complexDiv({ re: prim.number(1, re.dtype), im: prim.number(0, im.dtype) }, { re, im });
  },
  grad(inputs, _, [g]) {
    const [x] = inputs as unknown as One;
    refuseComplex("inv", x);
    return [trueDiv(neg(g as TensorVariable), mul(x, x))];
  },
});

/** `x²`. As `theano.tensor.sqr`. */
export const sqr: UnarySame = /* @__PURE__ */ elemwise("sqr", 1, {
  dtype: promoted,
  scalar: (x) => ((x as Expr).dtype === "bool" ? (x as Expr) : prim.mul(x as Expr, x as Expr)),
  complex: (x) => complexMul(x as ComplexExpr, x as ComplexExpr),
  grad(inputs, _, [g]) {
    refuseComplex("sqr", g as TensorVariable);
    return [mul(mul(g as TensorVariable, inputs[0] as TensorVariable), 2)];
  },
});

/**
 * `x` to the power `y`. Integers are raised in float64 and converted back; a bool to a bool gives int8.
 * At `x = 0` the gradient with respect to `y` is 0. As `theano.tensor.pow`.
 */
export const pow: Binary = /* @__PURE__ */ elemwise("pow", 2, {
  dtype: promotedMin8,
  cost: 20,
  scalar(x, y) {
    const [a, b] = [x, y] as [Expr, Expr];
    if (isFloat(a.dtype)) return prim.pow(a, b);
    return prim.cast(prim.pow(prim.cast(a, "float64"), prim.cast(b, "float64")), a.dtype);
  },
  complex: (x, y) => complexPow(x as ComplexExpr, y as ComplexExpr),
  grad(inputs, _, [gradient]) {
    const [[x, y], [g]] = [inputs as Two, [gradient] as One];
    refuseComplex("a power", g);
    const byBase = mul(mul(g, y), pow(x, sub(y, constant(1))));
    const byExponent = mul(mul(g, log(x)), pow(x, y));
    return [byBase, where(eq(x, 0), 0, byExponent)];
  },
});
