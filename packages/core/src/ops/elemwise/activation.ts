import type { Expr } from "@theano-ts/kernel";
import * as prim from "@theano-ts/kernel/prims";
import { floatX } from "../../config.ts";
import { asTensor, constant, type TensorLike } from "../../tensor/constant.ts";
import type { RankOf, SoleDType, Unary } from "../../tensor/signatures.ts";
import type { Floating, FloatX, Promote } from "../../tensor/static.ts";
import type { TensorVariable } from "../../tensor/tensorVariable.ts";
import { add, mul, sub, trueDiv } from "./arithmetic.ts";
import { gt } from "./comparison.ts";
import { complexDiv, modulus } from "./complexMath.ts";
import { floating, floatingNoComplex } from "./dtypes.ts";
import { type ComplexExpr, elemwise } from "./elemwise.ts";
import { expm1 } from "./exponential.ts";
import { clip, where } from "./select.ts";
import { abs } from "./sign.ts";

// The functions that neural networks put between their layers. As `theano.tensor.nnet`.

/** `1 / (1 + e⁻ˣ)`, between 0 and 1. As `theano.tensor.nnet.sigmoid`. */
export const sigmoid: Unary = /* @__PURE__ */ elemwise("scalar_sigmoid", 1, {
  printed: "sigmoid",
  dtype: floatingNoComplex,
  cost: 20,
  scalar: (x) => prim.sigmoid(x as Expr),
  grad([x], _, [g]) {
    const y = sigmoid(x as TensorVariable);
    return [mul(mul(g as TensorVariable, y), sub(1, y))];
  },
});

/** `log(1 + eˣ)`, without overflow. As `theano.tensor.nnet.softplus`. */
export const softplus: Unary = /* @__PURE__ */ elemwise("scalar_softplus", 1, {
  printed: "softplus",
  dtype: floatingNoComplex,
  cost: 40,
  scalar: (x) => prim.softplus(x as Expr),
  grad: ([x], _, [g]) => [mul(g as TensorVariable, sigmoid(x as TensorVariable))],
});

/** `x / (1 + |x|)`, between -1 and 1. As `theano.tensor.nnet.softsign`. */
export const softsign: Unary = /* @__PURE__ */ elemwise("scalar_softsign", 1, {
  printed: "softsign",
  dtype: floating,
  scalar: (x) => prim.div(x as Expr, prim.add(prim.abs(x as Expr), 1)),
  complex(z) {
    const denominator = prim.add(modulus(z as ComplexExpr), 1);
    return complexDiv(z as ComplexExpr, { re: denominator, im: prim.number(0, denominator.dtype) });
  },
  grad([x], _, [g]) {
    const d = add(1, abs(x as TensorVariable));
    return [trueDiv(g as TensorVariable, mul(d, d))];
  },
});

/** Pieces of a hyperbola and lines near the sigmoid, at most 0.02 off. As `theano.tensor.nnet.ultra_fast_sigmoid`. */
export const ultraFastSigmoid: Unary = /* @__PURE__ */ elemwise("ultra_fast_scalar_sigmoid", 1, {
  printed: "ultra_fast_sigmoid",
  dtype: floatingNoComplex,
  cost: 4,
  scalar(e) {
    const half = prim.mul(e as Expr, 0.5);
    const x = prim.abs(half);
    const curve = prim.div(prim.mul(x, 1.5), prim.add(x, 1));
    const line = prim.add(prim.mul(prim.sub(x, 1.7), 0.0458812946797165), 0.935409070603099);
    const far = prim.number(0.99505475368673, x.dtype);
    const size = prim.select(prim.lt(x, 1.7), curve, prim.select(prim.lt(x, 3), line, far));
    const z = prim.select(prim.ge(half, 0), size, prim.neg(size));
    return prim.mul(prim.add(z, 1), 0.5);
  },
});

/** `0.2·x + 0.5` cut off at 0 and 1. As `theano.tensor.nnet.hard_sigmoid`. */
export function hardSigmoid<X extends TensorLike>(x: X): TensorVariable<Floating<SoleDType<X>>, RankOf<X>> {
  const input = asTensor(x);
  const dtype = floatingNoComplex([input.dtype]);
  const line = add(mul(input, constant(0.2, { dtype })), constant(0.5, { dtype }));
  return clip(line, 0, 1) as TensorVariable as TensorVariable<Floating<SoleDType<X>>, RankOf<X>>;
}

/** A half as Theano writes it: exact in float32, so it does not widen what it multiplies. */
const half = (): TensorVariable => constant(0.5, { dtype: floatX() === "float64" ? "float32" : floatX() });

/**
 * `x` where it is positive, else `alpha·x`: zero by default. The gradient at 0 is the mean of both slopes.
 * As `theano.tensor.nnet.relu`.
 */
export function relu<X extends TensorLike>(
  x: X,
  alpha: TensorLike = 0,
): TensorVariable<SoleDType<X>, RankOf<X>> {
  const input = asTensor(x);
  const result =
    alpha === 0 ? mul(half(), add(input, abs(input))) : leaky(input, asTensor(alpha, input.dtype));
  return result as TensorVariable as TensorVariable<SoleDType<X>, RankOf<X>>;
}

function leaky(x: TensorVariable, alpha: TensorVariable): TensorVariable {
  const [straight, bent] = [mul(half(), add(1, alpha)), mul(half(), sub(1, alpha))];
  return add(mul(straight, x), mul(bent, abs(x)));
}

/** `x` where it is positive, else `alpha·(eˣ - 1)`. As `theano.tensor.nnet.elu`. */
export function elu<X extends TensorLike>(
  x: X,
  alpha: TensorLike = 1,
): TensorVariable<Floating<SoleDType<X>>, RankOf<X>> {
  const input = asTensor(x);
  const result = where(gt(input, 0), input, mul(alpha, expm1(input)));
  return result as TensorVariable as TensorVariable<Floating<SoleDType<X>>, RankOf<X>>;
}

/**
 * `elu` with the slope and scale that keep means at 0 and variances at 1 (Klambauer and others, 2017), which make floatX
 * of narrower operands. As `theano.tensor.nnet.selu`.
 */
export function selu<X extends TensorLike>(
  x: X,
): TensorVariable<Promote<Floating<SoleDType<X>>, FloatX>, RankOf<X>> {
  const [alpha, scale] = [1.6732632423543772, 1.0507009873554805].map((c) =>
    constant(c, { dtype: floatX() }),
  );
  const result = mul(scale as TensorVariable, elu(asTensor(x), alpha as TensorVariable));
  return result as TensorVariable as TensorVariable<Promote<Floating<SoleDType<X>>, FloatX>, RankOf<X>>;
}
