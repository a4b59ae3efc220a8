import { type Expr, promote } from "@theano-ts/kernel";
import * as prim from "@theano-ts/kernel/prims";
import { NotImplementedError } from "../../errors.ts";
import { NullGradient } from "../../graph/op.ts";
import { constant, type TensorLike } from "../../tensor/constant.ts";
import type { BinaryFloat, OpFunction, PairRank, Unary } from "../../tensor/signatures.ts";
import type { TensorVariable } from "../../tensor/tensorVariable.ts";
import { add, mul, neg, pow, sub, trueDiv } from "./arithmetic.ts";
import { complexLog, complexMul, scaled } from "./complexMath.ts";
import { floating, floating64, floatingNoComplex } from "./dtypes.ts";
import { type ComplexExpr, elemwise } from "./elemwise.ts";
import { exp, log } from "./exponential.ts";

type Grad = (x: TensorVariable, g: TensorVariable) => TensorVariable;

const special = (name: string, scalar: (x: Expr) => Expr, grad: Grad): Unary =>
  elemwise(name, 1, {
    dtype: floatingNoComplex,
    cost: 40,
    scalar: (x) => scalar(x as Expr),
    grad: ([x], _, [g]) => [grad(x as TensorVariable, g as TensorVariable)],
  });

/** `value` in the dtype that `x` and `g` have in common. */
const shared = (value: number, x: TensorVariable, g: TensorVariable): TensorVariable =>
  constant(value, { dtype: promote(x.dtype, g.dtype) });
const twoOverRootPi = 2 / Math.sqrt(Math.PI);
const halfRootPi = Math.sqrt(Math.PI) / 2;
const gaussian = (x: TensorVariable): TensorVariable => exp(mul(neg(x), x));

/** The error function, `2/√π · ∫₀ˣ exp(-t²) dt`. As `theano.tensor.erf`. */
export const erf: Unary = /* @__PURE__ */ special(
  "erf",
  (x) => prim.erf(x),
  (x, g) => mul(mul(g, shared(twoOverRootPi, x, g)), gaussian(x)),
);
/** `1 - erf(x)`, without cancellation. As `theano.tensor.erfc`. */
export const erfc: Unary = /* @__PURE__ */ special(
  "erfc",
  (x) => prim.erfc(x),
  (x, g) => mul(mul(neg(g), shared(twoOverRootPi, x, g)), gaussian(x)),
);
/** `exp(x²)·erfc(x)`, without underflow for large `x`. As `theano.tensor.erfcx`. */
export const erfcx: Unary = /* @__PURE__ */ special(
  "erfcx",
  (x) => prim.erfcx(x),
  (x, g) => mul(g, add(shared(-twoOverRootPi, x, g), mul(mul(2, x), erfcx(x)))),
);
/** The inverse of `erf`; infinite at ±1, NaN beyond. As `theano.tensor.erfinv`. */
export const erfinv: Unary = /* @__PURE__ */ special(
  "erfinv",
  (x) => prim.erfinv(x),
  (x, g) => mul(mul(g, shared(halfRootPi, x, g)), exp(pow(erfinv(x), 2))),
);
/** The inverse of `erfc`. As `theano.tensor.erfcinv`. */
export const erfcinv: Unary = /* @__PURE__ */ special(
  "erfcinv",
  (x) => prim.erfcinv(x),
  (x, g) => mul(mul(neg(g), shared(halfRootPi, x, g)), exp(pow(erfcinv(x), 2))),
);
/** The gamma function, which continues `(n - 1)!`. As `theano.tensor.gamma`. */
export const gamma: Unary = /* @__PURE__ */ special(
  "gamma",
  (x) => prim.gamma(x),
  (x, g) => mul(mul(g, gamma(x)), psi(x)),
);
/** `log|Γ(x)|`. As `theano.tensor.gammaln`. */
export const gammaln: Unary = /* @__PURE__ */ special(
  "gammaln",
  (x) => prim.gammaln(x),
  (x, g) => mul(g, psi(x)),
);
/** The derivative of `gammaln`. As `theano.tensor.psi`. */
export const psi: Unary = /* @__PURE__ */ special(
  "psi",
  (x) => prim.psi(x),
  (x, g) => mul(g, triGamma(x)),
);
/** The derivative of `psi`. As `theano.tensor.tri_gamma`. */
export const triGamma: Unary = /* @__PURE__ */ special(
  "tri_gamma",
  (x) => prim.trigamma(x),
  () => {
    throw new NotImplementedError(
      "Cannot take the gradient of triGamma: the next polygamma function is not there",
    );
  },
);

const minusOne = (): TensorVariable => constant(-1);

/** The Bessel function of the first kind of order 0. As `theano.tensor.j0`. */
export const j0: Unary = /* @__PURE__ */ special(
  "j0",
  (x) => prim.j0(x),
  (x, g) => mul(mul(g, minusOne()), j1(x)),
);
/** The Bessel function of the first kind of order 1. As `theano.tensor.j1`. */
export const j1: Unary = /* @__PURE__ */ special(
  "j1",
  (x) => prim.j1(x),
  (x, g) => trueDiv(mul(g, sub(j0(x), jv(2, x))), 2),
);
/** The modified Bessel function of the first kind of order 0. As `theano.tensor.i0`. */
export const i0: Unary = /* @__PURE__ */ special(
  "i0",
  (x) => prim.i0(x),
  (x, g) => mul(g, i1(x)),
);
/** The modified Bessel function of the first kind of order 1. As `theano.tensor.i1`. */
export const i1: Unary = /* @__PURE__ */ special(
  "i1",
  (x) => prim.i1(x),
  (x, g) => trueDiv(mul(g, add(i0(x), iv(2, x))), 2),
);

/** A Bessel function of real order, its neighbours' difference or sum being twice its derivative. */
const bessel = (
  name: string,
  scalar: (v: Expr, x: Expr) => Expr,
  combine: (below: TensorVariable, above: TensorVariable) => TensorVariable,
): BinaryFloat => {
  const self: BinaryFloat = elemwise(name, 2, {
    dtype: floatingNoComplex,
    cost: 200,
    scalar: (v, x) => scalar(v as Expr, x as Expr),
    grad(inputs, _, [g]) {
      const [v, x] = inputs as readonly [TensorVariable, TensorVariable];
      const neighbours = combine(self(sub(v, 1), x), self(add(v, 1), x));
      return [
        new NullGradient(`the gradient of ${name} with respect to its order is not there`),
        trueDiv(mul(g as TensorVariable, neighbours), 2),
      ];
    },
  });
  return self;
};

/** `jv(v, x)`: the Bessel function of the first kind of real order `v`. As `theano.tensor.jv`. */
export const jv: BinaryFloat = /* @__PURE__ */ bessel(
  "jv",
  (v, x) => prim.jv(v, x),
  (below, above) => sub(below, above),
);
/** `iv(v, x)`: the modified Bessel function of the first kind of real order `v`. As `theano.tensor.iv`. */
export const iv: BinaryFloat = /* @__PURE__ */ bessel(
  "iv",
  (v, x) => prim.iv(v, x),
  (below, above) => add(below, above),
);

/** A function of two floats, of which Theano has no gradient. */
const opaque = (name: string, scalar: (k: Expr, x: Expr) => Expr): BinaryFloat =>
  elemwise(name, 2, { dtype: floatingNoComplex, cost: 100, scalar: (k, x) => scalar(k as Expr, x as Expr) });

/** `gammainc(k, x)`: the lower incomplete gamma function, divided by `Γ(k)`. As `theano.tensor.gammainc`. */
export const gammainc: BinaryFloat = /* @__PURE__ */ opaque("gammainc", (k, x) => prim.gammainc(k, x));
/** `gammaincc(x, k)`: the upper incomplete gamma function of `(k, x)`, divided by `Γ(k)`. As `theano.tensor.gammaincc`. */
export const gammaincc: BinaryFloat = /* @__PURE__ */ opaque("gammaincc", (k, x) => prim.gammaincc(k, x));
/** `gammau(k, x)`: the upper incomplete gamma function. As `theano.tensor.gammau`. */
export const gammau: BinaryFloat = /* @__PURE__ */ opaque("gammau", (k, x) =>
  prim.mul(prim.gammaincc(k, x), prim.gamma(k)),
);
/** `gammal(k, x)`: the lower incomplete gamma function. As `theano.tensor.gammal`. */
export const gammal: BinaryFloat = /* @__PURE__ */ opaque("gammal", (k, x) =>
  prim.mul(prim.gammainc(k, x), prim.gamma(k)),
);

/** Operands broadcast; float64 of integers. */
interface Chi2sf extends OpFunction {
  <A extends TensorLike, B extends TensorLike>(
    x: A,
    k: B,
  ): TensorVariable<"float32" | "float64", PairRank<A, B>>;
}

/** `chi2sf(x, k)`: the chance that a χ² variable with `k` degrees of freedom exceeds `x`. As `theano.tensor.chi2sf`. */
export const chi2sf: Chi2sf = /* @__PURE__ */ elemwise("chi2sf", 2, {
  dtype: floating64,
  cost: 100,
  scalar(e, k) {
    const [x, a] = [e as Expr, prim.mul(k as Expr, 0.5)];
    const tail = prim.gammaincc(a, prim.mul(x, 0.5));
    return prim.select(prim.lt(x, 0), prim.number(1, x.dtype), tail);
  },
});

/** `x·log(x)`, and 0 at 0. As `theano.tensor.xlogx.xlogx`. */
export const xlogx: Unary = /* @__PURE__ */ elemwise("scalar_xlogx", 1, {
  printed: "xlogx",
  dtype: floating,
  cost: 20,
  scalar: (x) =>
    prim.select(
      prim.eq(x as Expr, 0),
      prim.number(0, (x as Expr).dtype),
      prim.mul(x as Expr, prim.log(x as Expr)),
    ),
  complex(e) {
    const z = e as ComplexExpr;
    const zero = prim.and(prim.eq(z.re, 0), prim.eq(z.im, 0));
    const value = complexMul(z, complexLog(z));
    const nothing = scaled(z, 0);
    return { re: prim.select(zero, nothing.re, value.re), im: prim.select(zero, nothing.im, value.im) };
  },
  grad: ([x], _, [g]) => [mul(g as TensorVariable, add(1, log(x as TensorVariable)))],
});

/** `x·log(y)`, and 0 where `x` is 0. As `theano.tensor.xlogx.xlogy0`. */
export const xlogy0: BinaryFloat = /* @__PURE__ */ elemwise("scalar_xlogy0", 2, {
  printed: "xlogy0",
  dtype: floatingNoComplex,
  cost: 20,
  scalar: (x, y) =>
    prim.select(
      prim.eq(x as Expr, 0),
      prim.number(0, (x as Expr).dtype),
      prim.mul(x as Expr, prim.log(y as Expr)),
    ),
  grad(inputs, _, [gradient]) {
    const [[x, y], g] = [inputs as readonly [TensorVariable, TensorVariable], gradient as TensorVariable];
    return [mul(g, log(y)), trueDiv(mul(g, x), y)];
  },
});
